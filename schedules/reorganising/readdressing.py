"""Superiors whose unit has ended: what was planned for their seats goes to whoever leads now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dondoc.tables import (
    UNSENT,
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Reason,
    Stage,
)
from schedules.cadence import Step
from schedules.calendar import OfficeHours
from schedules.moving import Moving
from schedules.planning import Owing


def readdress(
    session: Session, ended: Collection[int], *, hours: OfficeHours, now: datetime
) -> int:
    """After the groups have their new heads; those of an earlier year are history, so that what is
    left of that year goes to this year's. Returns how many were planned anew."""
    found = _planned(session, ended)
    rows = [notice for notices in found.values() for notice, _ in notices]
    session.execute(
        update(Notice)
        .where(Notice.id.in_([notice.id for notice in rows]))
        .values(state=NoticeState.SKIPPED, reason=Reason.DISSOLVED, decided_at=now)
    )
    count, this_year = 0, hours.today(now).year
    for milestone, notices in found.items():
        moving = Moving(session, session.get_one(Milestone, milestone), hours=hours)
        again: dict[tuple[Step, int], list[Owing]] = defaultdict(list)
        for notice, owed in notices:
            step = Step(notice.stage, notice.step, notice.level, notice.planned_at)
            year = max(owed.due_on.year, this_year)
            again[step, year].append(Owing(owed.id, owed.unit_id))
        for (step, year), owing in again.items():
            count += moving.sow(owing, [step], year=year)
    return count


def _planned(
    session: Session, ended: Collection[int]
) -> dict[int, list[tuple[Notice, Obligation]]]:
    """Escalations about units that go on, by milestone."""
    chosen = (
        select(Notice, Obligation, Occurrence.milestone_id)
        .join(Obligation, Obligation.id == Notice.obligation_id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Contact, Contact.id == Notice.contact_id)
        .where(
            Contact.unit_id.in_(ended),
            Obligation.unit_id.not_in(ended),
            Notice.state.in_(UNSENT),
            Notice.stage == Stage.ESCALATE,
        )
        .order_by(Notice.id)
    )
    found: dict[int, list[tuple[Notice, Obligation]]] = defaultdict(list)
    for notice, owed, milestone in session.execute(chosen):
        found[milestone].append((notice, owed))
    return found
