"""Many readers at once: `python -m benchmarks.users --home PUBLISHED_HOME [--users 30] [--think 10]`.

The real server is started; each reader has an own account and an own connection as a browser's, opens one
page after another with own choices, and reads for a while between two clicks. Measured is the time from a
click to the end of the page's drawing. Nothing is drawn by a browser here.
"""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from benchmarks.pages import choices_of, p50, p95
from dashboards.menu import HR, pages_of
from dashboards.serve import command
from warehouse import accounts
from warehouse.settings import HOME_VARIABLE, REPOSITORY, Settings
from warehouse.viewer import Viewer

PORT = 8599
SECONDS = 60.0
# The sign-in has fewer: a page has at least its filters, a title and a sentence.
FEWEST_ELEMENTS = 15


@dataclass
class Reader:
    """One person: what their clicks took, and what went wrong."""

    number: int
    token: str
    clicks: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def main(
    home: Annotated[Path, typer.Option(help="A home with published marts.")],
    users: Annotated[int, typer.Option(help="Readers at once.")] = 30,
    clicks: Annotated[int, typer.Option(help="Pages that each opens.")] = 12,
    think: Annotated[float, typer.Option(help="Seconds of reading between two clicks, on average.")] = 10.0,
) -> None:
    """Prints how long clicks took, and exits with 1 when any page failed."""
    settings = Settings(home=home)
    readers = [
        Reader(number, accounts.open_session(settings, Viewer(f"reader{number}", HR)))
        for number in range(users)
    ]
    urls = [urlencode(url) for url in choices_of(settings, 40)]
    with served(settings):
        threads = [
            threading.Thread(target=visit, args=(reader, urls, clicks, think), daemon=True)
            for reader in readers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    taken = tuple(seconds for reader in readers for seconds in reader.clicks)
    faults = [fault for reader in readers for fault in reader.faults]
    print(
        f"{users} readers, {len(taken)} clicks, {think:g} s between two: "
        f"p50 {1000 * p50(taken):,.0f} ms, p95 {1000 * p95(taken):,.0f} ms, {len(faults)} failed"
    )
    if faults:
        raise SystemExit(f"First: {faults[0]}")


def visit(reader: Reader, urls: list[str], clicks: int, think: float) -> None:
    """One page after another, as somebody does who looks for something."""
    chance = random.Random(reader.number)
    pages = [page for page in pages_of(HR) if page not in {"sql", "audit", "account"}]
    time.sleep(chance.uniform(0, think))
    with connected(reader.token) as connection:
        for _ in range(clicks):
            page, query = chance.choice(pages), chance.choice(urls)
            began = time.perf_counter()
            fault = draw(connection, page, query)
            reader.clicks.append(time.perf_counter() - began)
            if fault:
                reader.faults.append(f"{page}?{query}: {fault}")
            time.sleep(chance.uniform(0.5, 1.5) * think)


def connected(token: str) -> ClientConnection:
    """A connection as a browser's, signed in."""
    return connect(
        f"ws://127.0.0.1:{PORT}/_stcore/stream",
        additional_headers={"Cookie": f"scorehouse_session_{PORT}={token}"},
        origin=Origin(f"http://127.0.0.1:{PORT}"),
        max_size=None,
    )


@contextmanager
def served(settings: Settings) -> Iterator[None]:
    """The dashboards of a home on our port, until the end of the block."""
    environment = {**os.environ, HOME_VARIABLE: str(settings.home)}
    process = subprocess.Popen(command(PORT), cwd=REPOSITORY, env=environment)
    try:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                with connected(""):
                    break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise SystemExit("The dashboards did not start.") from None
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(SECONDS)


def draw(connection: ClientConnection, page: str, query: str) -> str:
    """Asks for a page as a browser does and reads to its end; what the page said went wrong, or nothing."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    connection.send(asked.SerializeToString())
    fault, elements = "", 0
    while True:
        message = ForwardMsg()
        message.ParseFromString(connection.recv(SECONDS, decode=False))
        kind = message.WhichOneof("type")
        if kind == "delta":
            elements += 1
            fault = fault_of(message.delta.new_element) or fault
        if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return fault or ("" if elements > FEWEST_ELEMENTS else "nothing was drawn")
        if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            return "the page does not compile"


def fault_of(element: Element) -> str:
    """What an element says went wrong."""
    kind = element.WhichOneof("type")
    if kind == "exception":
        return element.exception.type
    if kind == "alert" and element.alert.format == element.alert.ERROR:
        return "an error"
    return ""


if __name__ == "__main__":
    typer.run(main)
