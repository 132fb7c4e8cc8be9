"""A subscription is its owner's alone, even for somebody who learnt its id."""

from __future__ import annotations

from warehouse.mailing import subscriptions
from warehouse.settings import Settings


def test_the_id_of_another_changes_and_removes_nothing(settings: Settings) -> None:
    made = subscriptions.new_subscription(
        "hr", "hr@example.com", "view", "results", "2026-01-05T00:00:00+00:00"
    )
    subscriptions.add(settings, made)

    assert subscriptions.change(settings, "mallory", made.id, mailbox="mallory@example.com") is None
    subscriptions.remove(settings, "mallory", made.id)

    assert subscriptions.subscriptions_of(settings, "hr") == [made]
    assert subscriptions.subscriptions_of(settings, "mallory") == []
