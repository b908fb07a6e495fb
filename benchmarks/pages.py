"""What each page costs at the server, and how it grows with the units.

`python -m benchmarks.pages 1000 10000`: CPU milliseconds of an answer (SQLite works in the same
process; the median of several) and kilobytes as they travel (gzip), for so many units of the sample
plan in the middle of its year.
"""

import argparse
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from benchmarks.office import Prepared, prepare
from dondoc.tables import Letter, Notice, NoticeState, Obligation, Occurrence, Plan, Stage, Unit
from portal.app import create_app
from portal.context import open_portal

ADDRESS = "https://nop.quan.example"
TIMES = 9
FASTEST_PAGE = 150.0
"""milliseconds a page may take"""
SMALLEST_PAGE = 100.0
"""kilobytes it may weigh on the line"""
PAGES = (
    "/office",
    "/office/plans/{plan}",
    "/office/plans/{plan}?q=truong",
    "/office/plans/{plan}?group={group}&number=3",
    "/office/plans/{plan}?by=group&number=9",
    "/office/plans/{plan}?by=tree&number=9",
    "/office/obligations/{obligation}",
    "/office/plans/{plan}/why?unit={unit}",
    "/office/outbox",
    "/office/outbox?q={unit}",
    "/office/outbox?state=failed",
    "/office/outbox?day={day}",
    "/office/letters/{letter}",
    "/office/letters/{letter}/html",
    "/office/outbox/ahead",
    "/office/outbox/ahead?q={unit}",
    "/office/notices/{notice}",
    "/office/holds",
    "/office/escalations",
    "/office/escalations?level=2&number=2",
    "/office/plans/{plan}/press/remind?unit={unit}",
    "/office/plans/{plan}/press/escalate?unit={unit}",
)


class Cost(NamedTuple):
    """`first`: of the very first look, before anything is known."""

    first: float
    milliseconds: float
    kilobytes: float


def measure(here: Prepared) -> dict[str, Cost]:
    return asyncio.run(_measure(here))


async def _measure(here: Prepared) -> dict[str, Cost]:
    portal = open_portal(here.settings, here.database, clock=lambda: here.now)
    places = _places(here)
    cookies = {"__Host-dondoc-office": here.token}
    transport = ASGITransport(create_app(portal))
    async with AsyncClient(transport=transport, base_url=ADDRESS, cookies=cookies) as client:
        return {page: await _cost(client, page.format(**places)) for page in PAGES}


async def _cost(client: AsyncClient, address: str) -> Cost:
    taken, weight = [], 0
    for _ in range(TIMES):
        start = process_time()
        async with client.stream("GET", address) as answer:
            weight = sum([len(piece) async for piece in answer.aiter_raw()])
        taken.append(process_time() - start)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
    return Cost(taken[0] * 1000, median(taken) * 1000, weight / 1000)


def _places(here: Prepared) -> dict[str, str]:
    with here.database.reading() as session:
        owed = session.scalars(
            select(Obligation)
            .join(Occurrence)
            .where(Obligation.first_complete_at.is_(None), Obligation.late_at <= here.now)
            .order_by(Obligation.id.desc())
            .limit(1)
        ).one()
        notice = session.scalars(
            select(Notice.id)
            .where(Notice.state == NoticeState.PLANNED, Notice.stage == Stage.REMIND)
            .limit(1)
        ).one()
        letter = session.scalars(
            select(Letter).join(Notice, Notice.letter_id == Letter.id).limit(1)
        ).one()
        plan = session.scalars(select(Plan.code)).one()
        unit = session.get_one(Unit, owed.unit_id).code
    return {
        "plan": plan,
        "obligation": str(owed.id),
        "unit": unit,
        "letter": str(letter.id),
        "day": letter.day.isoformat(),
        "notice": str(notice),
        "group": "khoi-phuong",
    }


def _lines(found: dict[int, dict[str, Cost]]) -> Iterator[str]:
    counts = list(found)
    least, most = counts[0], counts[-1]
    times = most / least
    for page, cost in found[most].items():
        slow = "" if cost.milliseconds <= FASTEST_PAGE else "  SLOW"
        large = "" if cost.kilobytes <= SMALLEST_PAGE else "  LARGE"
        growth = cost.milliseconds / found[least][page].milliseconds
        shown = re.sub(r"[{}]", "", page)
        yield (
            f"{shown:<50} {cost.milliseconds:7.1f} ms (first {cost.first:6.1f}) "
            f"{cost.kilobytes:5.1f} kB   x {growth:5.2f} for {times:g} x the units{slow}{large}"
        )


def run(counts: list[int]) -> None:
    found = {}
    for units in counts:
        with TemporaryDirectory(prefix="dondoc-bench-") as name:
            found[units] = measure(prepare(Path(name), units))
    for line in _lines(found):
        print(f"pages: {line}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", type=int, nargs="*", default=[1_000, 10_000])
    run(parser.parse_args().units)
