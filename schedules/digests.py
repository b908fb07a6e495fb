"""The standing office's weekly letters: planned ahead until a month after the last date."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from dondoc.planned import Row, insert_rows, planned
from dondoc.tables import Notice, Stage
from schedules.cadence import Rhythm
from schedules.placing import Placing

TAIL = timedelta(days=31)
WEEK = timedelta(days=7)


def plan_digests(placing: Placing, last_on: date) -> int:
    """Those that are not planned yet. Returns how many."""
    known = set(
        placing.session.scalars(
            select(Notice.step).where(
                Notice.plan_id == placing.row.id, Notice.obligation_id.is_(None)
            )
        )
    )
    found = (row for row in digest_rows(placing, last_on) if row["step"] not in known)
    return insert_rows(placing.session, found)


def digest_rows(placing: Placing, last_on: date) -> Iterator[Row]:
    """Mondays at the cadence's hour, or the first working day after."""
    plan = placing.file
    officers = placing.chain_of(plan.period.start.year).officers
    rhythm = Rhythm(placing.hours.calendar, plan.zone, plan.policies.cadence, ())
    today = placing.now.astimezone(plan.zone).date()
    monday = max(plan.period.start, today)
    monday += timedelta(days=-monday.weekday() % 7)
    while monday <= last_on + TAIL:
        at = rhythm.at(placing.hours.calendar.on_or_after(monday))
        for contact_id in officers.get(placing.row.standing_office_id, ()):
            yield planned(
                placing.row.id,
                None,
                contact_id,
                stage=Stage.DIGEST,
                step=f"D-{monday.isoformat()}",
                at=at,
            )
        monday += WEEK
