"""How fast comments, mentions and questions are found.

`python -m benchmarks.talk [--events 20000] [--home HOME]` writes invented comments, mentions, questions and
replies about interviews of the home into a copy of what is needed of it, as the pages would write them; HOME
stays as it is. No build has taken any of them, which is the worst case. The baseline opens every event there
is. Fastest of several tries; times are those of this machine, ratios travel better.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.measure import Times, best
from ingestion.demo import write_demo
from orchestration.build import build
from orchestration.reporter import SilentReporter
from warehouse import conversations, inbox, platform_events
from warehouse.conversations import NOTE, QUESTION, REPLY
from warehouse.inbox import WAITING, mention_of
from warehouse.marts import OPERATOR, Marts
from warehouse.note_marks import Marked
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import Viewer

EVENTS = 20_000
INTERVIEWS = 2_000
READER = Viewer("bench", "hr")
OTHERS = tuple(f"colleague{number}" for number in range(20))
PLACES = """
    select interview_id, candidate_id from marts.interview_results where status = 'scored'
    order by hash(interview_id) limit 9000
"""
_NEEDED = ("vault", "published", "raw/comments")


def main(
    events: Annotated[int, typer.Option(help="Events on the platform.")] = EVENTS,
    home: Annotated[Path | None, typer.Option(help="A home with published marts, copied first.")] = None,
) -> None:
    """Prints a line a question to the events."""
    with tempfile.TemporaryDirectory(prefix="scorehouse-talk-") as folder:
        settings = Settings(home=Path(folder) / "home").ensure()
        if home is None:
            write_demo(settings.landing, interviews=INTERVIEWS)
            build(settings, SilentReporter())
        else:
            for part in _NEEDED:
                shutil.rmtree(settings.home / part, ignore_errors=True)
                shutil.copytree(home / part, settings.home / part, symlinks=True)
        talk(settings, events)


def talk(settings: Settings, events: int) -> None:
    """Writes the events and asks for them."""
    marts = Marts(settings)
    places = marts.query(PLACES, viewer=OPERATOR).to_pylist()
    size = written(settings, places, events)
    print(
        f"\n{events:,} events ({size / 1e6:.0f} MB) about {len(places):,} interviews, processors in brackets"
    )
    everything = best(lambda: every_event(settings, places))
    told("baseline: every event opened", everything, everything)

    def anew(question: Callable[[], object]) -> Callable[[], object]:
        def asked() -> None:
            # As in a process that has just begun.
            platform_events._OPENED.clear()
            question()

        return asked

    def mentions() -> Sequence[object]:
        return inbox.mentions(settings, READER, marts)

    def waiting() -> Sequence[object]:
        return inbox.waiting(settings, READER, marts)

    interview = inbox.waiting(settings, READER, marts)[-1].interview_id
    told(f"{len(mentions()):,} mentions of one account, first time", best(anew(mentions)), everything)
    told("the same again", best(mentions), everything)
    told(f"{len(waiting()):,} questions that wait, first time", best(anew(waiting)), everything)
    told("the same again", best(waiting), everything)
    thread = best(lambda: conversations.thread(settings, interview, READER, marts=marts))
    told("what was said about an interview", thread, everything)
    said = best(lambda: conversations.comment(settings, interview, READER, Marked("好"), marts=marts))
    told("a comment", said, everything)
    marts.close()


def told(what: str, ours: Times, baseline: Times) -> None:
    """A line in milliseconds, and its ratio to the baseline."""
    print(
        f"{what:<48}{1000 * ours.clock:>7,.0f} ms ({1000 * ours.processors:,.0f})"
        f"{ours.clock / baseline.clock:>8.2f} ×",
        flush=True,
    )


def every_event(settings: Settings, places: Sequence[dict[str, Any]]) -> int:
    """What a log without topics would have to do; how many events."""
    people = {f"candidate:{place['candidate_id']}" for place in places}
    keys = {key.key_id: key.key for key in Vault.open(settings).known_keys(people).values()}
    return len(list(platform_events._opened(settings, platform_events._lines(settings), keys)))


def written(settings: Settings, places: Sequence[dict[str, Any]], events: int) -> int:
    """Writes the log in one go, without the disk's answer to each; its bytes."""
    vault = Vault.open(settings)
    keys = vault.keys_for([f"candidate:{place['candidate_id']}" for place in places])
    lines = []
    for number, (place, row) in enumerate(invented(places, events), start=1):
        key = keys[f"candidate:{place['candidate_id']}"]
        topics = [mention_of(name) for name in row["mentions"]]
        topics += [WAITING] if row["kind"] in (QUESTION, REPLY) else []
        line = {"number": number, "source": "comments", "key": key.key_id}
        line["sealed"] = platform_events._seal(key.key, number, row)
        line["topics"] = [platform_events._hashed(vault, topic) for topic in topics]
        lines.append(f"{json.dumps(line)}\n")
    log = settings.home / "platform" / "events.jsonl"
    platform_events._write(log, "".join(lines))
    return log.stat().st_size


def invented(
    places: Sequence[dict[str, Any]], events: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Comments of four months: three in five are notes, a third of these mention somebody."""
    chance = random.Random(5)
    began = datetime.now(UTC) - timedelta(days=120)
    asked: list[dict[str, Any]] = []
    for number in range(events):
        place = chance.choice(places)
        kind = chance.choices((NOTE, QUESTION, REPLY), (0.62, 0.22, 0.16))[0]
        if kind == REPLY and asked:
            place = asked.pop(chance.randrange(len(asked)))
        elif kind == QUESTION:
            asked.append(place)
        author = place["candidate_id"] if kind == QUESTION else chance.choice(OTHERS)
        mentioned = (
            chance.sample((READER.name, *OTHERS), 2) if kind == NOTE and chance.random() < 1 / 3 else []
        )
        moment = began + timedelta(days=120) * number / events
        yield (
            place,
            {
                "comment_id": f"PF-{chance.getrandbits(64):016x}",
                "interview_id": place["interview_id"],
                "author_id": author,
                "mentions": sorted(mentioned),
                "text": "请看这份面试的第二题。" * chance.randint(1, 6),
                "kind": kind,
                "created_at": moment.isoformat(timespec="milliseconds"),
            },
        )


if __name__ == "__main__":
    typer.run(main)
