"""What each page and each download costs at the server, and how it grows with the units.

`python -m benchmarks.pages 1000 10000`: for so many units of the sample plan in the middle of its
year, processor milliseconds of the very first look and of an answer (the median of several; SQLite
works in the same process), SQL statements, kilobytes as they travel (gzip); of downloads also when
their first byte leaves and by how many megabytes the process grew. `--url` names the address of a
PostgreSQL server: databases are made there and dropped again, and the milliseconds are those of the
clock, so that its own work counts too; the machine has to be at rest.
"""

import argparse
import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from sqlalchemy import event

from benchmarks.asking import Answer, Application, Clock, asked, forget, most
from benchmarks.databases import URL_HELP, database_at
from benchmarks.looks import EVERY, PLAN, Looks, Who, forgotten
from benchmarks.office import SECRET, Prepared, prepare
from portal.app import create_app
from portal.figures import Figures, Kept
from schedules.moments import Coming

TIMES, DOWNLOADED = 9, 3
FASTEST_PAGE = 150.0
"""milliseconds a page may take"""
SMALLEST_PAGE = 100.0
"""kilobytes it may weigh on the line"""
COOKIES = {Who.UNIT: "visit", Who.OFFICIAL: "office", Who.ADMINISTRATOR: "office"}


class Cost(NamedTuple):
    """`first` is the very first look, before anything is known; `begins` the first byte's;
    `grown` megabytes, of downloads."""

    first: float
    milliseconds: float
    begins: float
    kilobytes: float
    statements: int
    grown: int
    download: bool


def measure(here: Prepared, *, times: int = TIMES, clock: Clock = process_time) -> dict[str, Cost]:
    """By who asks and the address."""
    return asyncio.run(_measure(here, times, clock))


async def _measure(here: Prepared, times: int, clock: Clock) -> dict[str, Cost]:
    asking = _Asking(here, create_app(here.portal), times, clock)
    found = {}
    for looks in EVERY:
        for address in looks.addresses():
            found[f"{looks.who} {address}"] = await asking.cost(looks, address)
    patience = here.portal.coming.patience
    coming: Kept[int, Coming] = Kept(timer=never, patience=patience)
    uncounted = replace(here.portal, figures=Figures(timer=never), coming=coming)
    asking = _Asking(here, create_app(uncounted), times, clock)
    for address in (PLAN, "/office/outbox/ahead?days=365"):
        found[f"official {address} (nothing kept)"] = await asking.cost(
            Looks(Who.OFFICIAL, address), address
        )
    return found


def never() -> float:
    """A clock that stands still: what is counted is never worth keeping."""
    return 0.0


class _Asking:
    def __init__(self, here: Prepared, app: Application, times: int, clock: Clock) -> None:
        self._clock = clock
        self._here = here
        self._app = app
        self._times = times
        self._statements = 0
        event.listen(here.database.engine, "before_cursor_execute", self._count)

    def _count(self, *_facts: object) -> None:
        self._statements += 1

    async def cost(self, looks: Looks, address: str) -> Cost:
        if looks.download:
            forget()
        before = most()
        first, answers = await self.answer(looks.who, address), []
        for _ in range(min(DOWNLOADED, self._times) if looks.download else self._times):
            self._statements = 0
            answers.append(await self.answer(looks.who, address))
        return Cost(
            first=first.whole,
            milliseconds=median(one.whole for one in answers),
            begins=median(one.first for one in answers),
            kilobytes=first.kilobytes,
            statements=self._statements,
            grown=most() - before if looks.download else 0,
            download=looks.download,
        )

    async def answer(self, who: Who, address: str) -> Answer:
        places = self._here.places
        path = address.format(**places)
        if "/uploads/" in path:
            path = address.format(**places | {"key": places["coming"]})
        kept = COOKIES.get(who)
        held = places["administrator" if who is Who.ADMINISTRATOR else kept] if kept else ""
        answer = await asked(
            self._app,
            path,
            host="nop.quan.example",
            headers={"authorization": f"Bearer {SECRET}"},
            cookies=f"__Host-dondoc-{kept}={held}",
            clock=self._clock,
        )
        if answer.status not in (200, 303):
            raise SystemExit(f"{who} {path}: {answer.status}")
        return answer


def _lines(found: dict[int, dict[str, Cost]]) -> Iterator[str]:
    counts = list(found)
    least, most_units = counts[0], counts[-1]
    yield f"{'':<70}{'ms':>8}{'first':>8}{'starts':>8}{'kB':>9}{'SQL':>5}{'MB':>5}  growth"
    for address, cost in found[most_units].items():
        before = found[least][address]
        marks = (
            (not cost.download and cost.milliseconds > FASTEST_PAGE, "SLOW"),
            (not cost.download and cost.kilobytes > SMALLEST_PAGE, "LARGE"),
            (cost.statements > before.statements, f"SQL GREW FROM {before.statements}"),
        )
        said = " ".join(mark for holds, mark in marks if holds)
        yield (
            f"{address:<70}{cost.milliseconds:8.1f}{cost.first:8.1f}{cost.begins:8.1f}"
            f"{cost.kilobytes:9.1f}{cost.statements:5}{cost.grown:5}"
            f"  x {cost.milliseconds / before.milliseconds:.2f} {said}"
        )


def run(counts: list[int], url: str = "") -> None:
    if missing := forgotten():
        raise SystemExit(f"benchmarks/looks.py does not fit the portal: {', '.join(missing)}")
    found = {}
    for units in counts:
        with (
            TemporaryDirectory(prefix="dondoc-bench-") as name,
            database_at(url, str(units)) as made,
        ):
            here = prepare(Path(name), units, url=made)
            found[units] = measure(here, clock=perf_counter if url else process_time)
            here.database.close()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"pages: {counts[-1]} units, growth from {counts[0]}; load {load}")
    for line in _lines(found):
        print(f"pages: {line}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--url", default="", help=URL_HELP)
    given = parser.parse_args()
    run(given.units, given.url)
