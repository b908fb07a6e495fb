"""A unit or a superior acknowledges what is overdue and promises a date.

Superiors hear nothing until the day is over; if nothing has come by then, the telling starts again
one level above whoever heard or promised last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dondoc.decision import Decision, DecisionRefused, WrongState
from dondoc.extensions import refuse_passed
from dondoc.plan.model import Level
from dondoc.plan.source import parse_plan
from dondoc.record import about, enter
from dondoc.tables import (
    UNSENT,
    Notice,
    NoticeState,
    Obligation,
    Promise,
    Reason,
    Stage,
)
from dondoc.words import Words
from schedules.cadence import LEVELS, Step
from schedules.calendar import ONE_DAY, OfficeHours, start_of
from schedules.moving import Moving, lock
from schedules.planning import Owing

UNIT = 0
WHO = {
    UNIT: Words("đơn vị", "the unit"),
    LEVELS[Level.HEAD]: Words("thủ trưởng đơn vị", "the head of the unit"),
    LEVELS[Level.GROUP_HEAD]: Words("trưởng cụm, khối", "the head of the group"),
    LEVELS[Level.STANDING_OFFICE]: Words("cơ quan thường trực", "the standing office"),
    LEVELS[Level.BOARD]: Words("lãnh đạo cấp trên", "the board"),
}


class NotOverdue(WrongState):
    """{unit} · {milestone}: {state}; only what is overdue is acknowledged. Before that, ask for an
    extension."""

    vi = (
        "{unit} · {milestone}: {state}; chỉ hẹn nộp việc đã quá hạn. "
        "Chưa quá hạn thì đề nghị gia hạn."
    )


class TooFar(DecisionRefused):
    """{unit}: {until} is too far; a promise reaches at most {most} working days ahead, to
    {latest}."""

    vi = "{unit}: ngày {until} quá xa; hẹn nhiều nhất {most} ngày làm việc, đến {latest}."


class PromisedBefore(DecisionRefused):
    """{unit}: {who} promised {until} already; only a level above can promise again, or an earlier
    day while it stands."""

    vi = (
        "{unit}: {who} đã hẹn ngày {until}; chỉ cấp cao hơn mới hẹn lại được, "
        "hoặc hẹn sớm hơn khi chưa đến ngày."
    )


class NobodyThere(DecisionRefused):
    """{unit}: nobody sits at level {level} above it."""

    vi = "{unit}: không có ai ở cấp {level} phía trên."


@dataclass(frozen=True, kw_only=True)
class Promised:
    """By whom: `level` 0 is the unit, 1 its head, 2 the head of its group, 3 the standing office,
    4 the board."""

    on: date
    level: int = UNIT


def acknowledge(
    session: Session,
    obligation: Obligation,
    promised: Promised,
    decision: Decision,
    *,
    hours: OfficeHours,
) -> Promise:
    """Raises NotOverdue, DayPassed, TooFar, PromisedBefore, NobodyThere."""
    lock(session, obligation)
    moving = Moving(session, obligation.occurrence.milestone, hours=hours)
    _refuse(session, obligation, promised, decision, moving)
    promise = Promise(
        obligation_id=obligation.id,
        due_version=obligation.due_version,
        level=promised.level,
        promised_on=promised.on,
        until=start_of(promised.on + ONE_DAY, moving.file.zone),
        made_at=decision.now,
        made_by=decision.actor,
        reason=decision.reason.strip(),
    )
    session.add(promise)
    obligation.promised_until = promise.until
    session.flush()
    _end_upward(session, obligation, decision.now)
    _start_again(session, obligation, promise, moving)
    entry = about(
        obligation, actor=decision.actor, action="acknowledge", level=promised.level or None
    )
    said = replace(entry, reason=decision.reason, after={"promised_on": promised.on})
    behalf = decision.on_behalf or (obligation.unit.code if not promised.level else None)
    enter(session, replace(said, on_behalf=behalf), now=decision.now)
    return promise


def latest_day(obligation: Obligation, *, hours: OfficeHours, now: datetime) -> date:
    """That a promise made now may name."""
    plan = obligation.occurrence.milestone.plan
    within = parse_plan(plan.source, plan.code).policies.promise_within
    return hours.calendar.shift(hours.today(now), within)


def latest_promise(session: Session, obligation: Obligation) -> Promise | None:
    """Under the date it has now, kept or broken."""
    return session.scalar(
        select(Promise)
        .where(
            Promise.obligation_id == obligation.id,
            Promise.due_version == obligation.due_version,
        )
        .order_by(Promise.id.desc())
        .limit(1)
    )


def _refuse(
    session: Session,
    obligation: Obligation,
    promised: Promised,
    decision: Decision,
    moving: Moving,
) -> None:
    today = moving.hours.today(decision.now)
    if not obligation.overdue(decision.now, today):
        raise NotOverdue.of(obligation)
    refuse_passed(obligation, promised.on, today=today)
    _refuse_far(obligation, promised, decision, moving)
    unit = obligation.unit
    if promised.level and moving.above(obligation, promised.level) is None:
        raise NobodyThere(unit=unit.code, level=promised.level)
    before = latest_promise(session, obligation)
    if before is None or promised.level > before.level:
        return
    if before.until <= decision.now or promised.on >= before.promised_on:
        until = f"{before.promised_on:%d/%m/%Y}"
        raise PromisedBefore(unit=unit.code, who=WHO[before.level], until=until)


def _refuse_far(
    obligation: Obligation, promised: Promised, decision: Decision, moving: Moving
) -> None:
    most = moving.file.policies.promise_within
    latest = moving.hours.calendar.shift(moving.hours.today(decision.now), most)
    if promised.on > latest:
        raise TooFar(
            unit=obligation.unit.code,
            until=f"{promised.on:%d/%m/%Y}",
            most=most,
            latest=f"{latest:%d/%m/%Y}",
        )


def _end_upward(session: Session, obligation: Obligation, now: datetime) -> None:
    session.execute(
        update(Notice)
        .where(
            Notice.obligation_id == obligation.id,
            Notice.stage == Stage.ESCALATE,
            Notice.state.in_(UNSENT),
        )
        .values(state=NoticeState.SKIPPED, reason=Reason.ACKNOWLEDGED, decided_at=now)
        .execution_options(synchronize_session=False)
    )


class _Rung(NamedTuple):
    level: int
    after: int


def _start_again(
    session: Session, obligation: Obligation, promise: Promise, moving: Moving
) -> None:
    """On the working day after the promised one, then level by level as far apart as the plan
    has them; at the top, the top is told again."""
    rungs = [_Rung(LEVELS[rung.to], rung.after) for rung in moving.ladder]
    reached = max(_told(session, obligation), promise.level)
    above = [rung for rung in rungs if rung.level > reached] or rungs[-1:]
    owing = [Owing(obligation.id, obligation.unit_id)]
    moving.sow(owing, list(_steps(above, promise, moving)), year=obligation.due_on.year)


def _steps(above: list[_Rung], promise: Promise, moving: Moving) -> Iterator[Step]:
    calendar = moving.hours.calendar
    first = calendar.shift(calendar.on_or_after(promise.promised_on), 1)
    for rung in above:
        day = calendar.shift(first, rung.after - above[0].after)
        name = f"L{rung.level}-p{promise.id}"
        yield Step(Stage.ESCALATE, name, rung.level, moving.rhythm.at(day))


def _told(session: Session, obligation: Obligation) -> int:
    """The highest level that has heard of it, under any date it had."""
    highest = session.scalar(
        select(func.max(Notice.level)).where(
            Notice.obligation_id == obligation.id,
            Notice.stage == Stage.ESCALATE,
            Notice.state == NoticeState.SENT,
            Notice.due_version == obligation.due_version,
        )
    )
    return highest or 0
