"""What was kept on the pages by or about somebody who is erased: queries, views, inboxes, comments, mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from warehouse import inbox, platform_events, query_shelf, saved_views
from warehouse.erasure.change import Change
from warehouse.mailing import addresses, subscriptions
from warehouse.platform_events import Row
from warehouse.settings import Settings


def forget_on_pages(settings: Settings, change: Change, words: Collection[str]) -> Counter[str]:
    """Takes away what names the person (`words`) or was an account's of theirs; how much of each.

    What was said about the person is unreadable since the person's key is gone. What the person wrote about
    others stays, under a pseudonym.
    """
    names = change.names_of("author_id")

    def changed(row: Row) -> Row:
        after = dict(row)
        if "author_id" in row:
            after["author_id"] = names.get(row["author_id"], row["author_id"])
        if "mentions" in row:
            after["mentions"] = [names.get(one, one) for one in row["mentions"]]
        if "text" in row:
            after["text"] = change.in_text(row["text"])
        return after

    return Counter(
        queries=query_shelf.forget(settings, words),
        views=saved_views.forget(settings, words),
        inboxes=inbox.forget(settings, words),
        subscriptions=subscriptions.forget(settings, words),
        addresses=addresses.forget(settings, words),
        comments=platform_events.rewrite(settings, changed, gone=[inbox.mention_of(name) for name in names]),
    )
