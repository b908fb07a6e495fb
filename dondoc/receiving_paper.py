"""Paper originals are entered as they come: what cannot be is refused."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import DecisionRefused, WrongState
from dondoc.paper import NOT_OWED, Sets, sets_of
from dondoc.record import about, enter
from dondoc.submissions import asked_parts
from dondoc.tables import Obligation


class NoPaperAsked(DecisionRefused):
    """{unit} · {milestone}: the plan asks for nothing on paper."""

    vi = "{unit} · {milestone}: kế hoạch không yêu cầu bản giấy."


class NotOwed(WrongState):
    """{unit} · {milestone}: {state}; no paper is expected."""

    vi = "{unit} · {milestone}: {state}; không chờ bản giấy nào."


class SetsOutOfBounds(DecisionRefused):
    """{unit} · {milestone}: {sets} sets; from 0 to {most}, as the plan asks."""

    vi = "{unit} · {milestone}: {sets} bộ; kế hoạch yêu cầu {most}, ghi từ 0 đến {most}."


class DayOutOfBounds(DecisionRefused):
    """{on} is not between {first}, when the plan began, and today."""

    vi = "Ngày {on} không nằm trong khoảng từ {first}, khi có kế hoạch, đến hôm nay."


def receive_paper(
    session: Session, obligation: Obligation, sets: int, on: date, *, actor: str, now: datetime
) -> Sets:
    """`sets` is how many there are by then; a later entry corrects an earlier one. Raises NotOwed,
    NoPaperAsked, SetsOutOfBounds, DayOutOfBounds."""
    session.execute(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    session.refresh(obligation)
    wanted = sets_asked(session, obligation)
    _refuse(obligation, sets, on, wanted, now)
    before = sets_of(obligation)
    obligation.paper_sets, obligation.paper_asked, obligation.paper_on = sets, wanted, on
    session.flush()
    entry = about(obligation, actor=actor, action="paper", asked=wanted)
    said = replace(
        entry,
        before=None if before is None else {"sets": before.received, "day": before.on},
        after={"sets": sets, "day": on},
    )
    enter(session, said, now=now)
    return Sets(sets, wanted, on)


def sets_asked(session: Session, obligation: Obligation) -> int:
    """Of this unit; 0 where nothing is asked for on paper."""
    return max((part.paper for part in asked_parts(session, obligation).values()), default=0)


def _refuse(obligation: Obligation, sets: int, on: date, wanted: int, now: datetime) -> None:
    if obligation.state in NOT_OWED:
        raise NotOwed.of(obligation)
    milestone = obligation.occurrence.milestone
    who = {"unit": obligation.unit.code, "milestone": milestone.code}
    if not wanted:
        raise NoPaperAsked(**who)
    if not 0 <= sets <= wanted:
        raise SetsOutOfBounds(**who, sets=sets, most=wanted)
    plan = milestone.plan
    first = plan.issued or plan.period_from
    if not first <= on <= now.astimezone(ZoneInfo(plan.time_zone)).date():
        raise DayOutOfBounds(on=f"{on:%d/%m/%Y}", first=f"{first:%d/%m/%Y}")
