"""Holds: somebody decides that certain notices wait, for how long and why.

A held notice keeps its row and says which hold it waits for. When the hold ends it is judged like
any other, so that what was missed collapses into one letter with today's wording.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, true, update
from sqlalchemy.orm import Session

from dondoc.decision import Decision, DecisionRefused
from dondoc.queries import (
    HOLD,
    group_by_code,
    milestone_by_code,
    not_found,
    plan_by_code,
    unit_by_code,
)
from dondoc.record import Entry, enter, subject_of
from dondoc.resuming import WorkingDays, resume, upward
from dondoc.tables import (
    Group,
    Hold,
    Instant,
    Membership,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Plan,
    Stage,
    Unit,
)


class WhatToHold(DecisionRefused):
    """Say what to hold: --plan, --milestone, --group, --unit, or --all for all mail."""

    vi = "Hãy nêu tạm dừng gì: --plan, --milestone, --group, --unit, hoặc --all là mọi thư nhắc."


class WhichPlan(DecisionRefused):
    """A milestone is found by its plan: give the plan too."""

    vi = "Mốc nằm trong kế hoạch: hãy nêu cả kế hoạch."


class HoldTooShort(DecisionRefused):
    """A hold from {start} until {until} holds nothing: it ends before it begins, or is over."""

    vi = "Tạm dừng từ {start} đến {until} là vô nghĩa: kết thúc trước khi bắt đầu, hoặc đã qua."


class HoldEnded(DecisionRefused):
    """Hold {id} ended already."""

    vi = "Lệnh tạm dừng số {id} đã kết thúc."


@dataclass(frozen=True, kw_only=True)
class Covers:
    """What a hold is limited to; nothing named means all mail. With `only_upward` only what tells
    a superior."""

    plan: Plan | None = None
    milestone: Milestone | None = None
    group: Group | None = None
    unit: Unit | None = None
    only_upward: bool = False


@dataclass(frozen=True, kw_only=True)
class Named:
    """The same by codes, as people write it; to hold everything takes a word of its own."""

    plan: str | None = None
    milestone: str | None = None
    group: str | None = None
    unit: str | None = None
    everything: bool = False
    only_upward: bool = False

    def covers(self, session: Session) -> Covers:
        """Raises WhatToHold, WhichPlan, NotFound."""
        limited = any((self.plan, self.milestone, self.group, self.unit))
        if not limited and not (self.everything or self.only_upward):
            raise WhatToHold
        if self.milestone and not self.plan:
            raise WhichPlan
        plan = None if self.plan is None else plan_by_code(session, self.plan)
        milestone = None
        if plan is not None and self.milestone is not None:
            milestone = milestone_by_code(session, plan, self.milestone)
        return Covers(
            plan=plan,
            milestone=milestone,
            group=None if self.group is None else group_by_code(session, self.group),
            unit=None if self.unit is None else unit_by_code(session, self.unit),
            only_upward=self.only_upward,
        )


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `start` (None: at once) until `end` (None: until somebody releases it)."""

    start: datetime | None = None
    end: datetime | None = None


def place(session: Session, covers: Covers, span: Span, decision: Decision) -> Hold:
    """Takes effect with the next sending, also for letters that wait in the outbox. Raises
    HoldTooShort."""
    start = span.start or decision.now
    if span.end is not None and span.end <= max(start, decision.now):
        since = start.astimezone(span.end.tzinfo)
        raise HoldTooShort(start=f"{since:%d/%m/%Y %H:%M}", until=f"{span.end:%d/%m/%Y %H:%M}")
    hold = Hold(
        plan=covers.plan or (covers.milestone and covers.milestone.plan),
        milestone=covers.milestone,
        group=covers.group,
        unit=covers.unit,
        only_upward=covers.only_upward,
        starts_at=start,
        until=span.end,
        reason=decision.reason.strip(),
        placed_at=decision.now,
        placed_by=decision.actor,
    )
    session.add(hold)
    session.flush()
    _enter(session, hold, "hold", decision, {"from": span.start, "until": span.end})
    return hold


def release(session: Session, hold: Hold, decision: Decision, *, days: WorkingDays) -> int:
    """Before its time. Returns how many notices are planned again. Raises HoldEnded."""
    won = session.execute(
        update(Hold)
        .where(Hold.id == hold.id, Hold.ended_at.is_(None))
        .values(ended_at=decision.now, ended_by=decision.actor, end_reason=decision.reason.strip())
    )
    session.refresh(hold)
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise HoldEnded(id=hold.id)
    count = resume(session, hold.id, now=decision.now, days=days)
    _enter(session, hold, "release", decision, {"notices": count})
    return count


def some(session: Session) -> bool:
    """Whether any hold has not ended; nearly always there is none."""
    return session.scalar(_SOME) is True


def end_elapsed(session: Session, *, now: datetime, days: WorkingDays) -> int:
    """Ends the holds whose time is over. Returns how many."""
    over = session.scalars(_OVER, {"now": now}).all()
    for hold in over:
        hold.ended_at = hold.until
        resume(session, hold.id, now=now, days=days)
    return len(over)


def hold_by_id(session: Session, id_: int) -> Hold:
    """Raises NotFound."""
    hold = session.get(Hold, id_)
    if hold is None:
        raise not_found(HOLD, str(id_), ())
    return hold


def holds(session: Session, *, ended: bool = False) -> list[Hold]:
    """Those that are not over, also those that begin later; with `ended` the others too."""
    chosen = select(Hold).order_by(Hold.ended_at.is_not(None), Hold.starts_at, Hold.id)
    if not ended:
        chosen = chosen.where(Hold.ended_at.is_(None))
    return list(session.scalars(chosen))


def hold_back(session: Session, found: ColumnElement[bool], *, now: datetime) -> int:
    """Of the notices `found`, those that a standing hold covers wait for its end. Returns how
    many."""
    count = 0
    for hold in session.scalars(_STANDING, {"now": now}).all():
        done = session.execute(
            update(Notice)
            .where(found, covered(hold))
            .values(state=NoticeState.HELD, hold_id=hold.id, letter_id=None)
            .execution_options(synchronize_session=False)
        )
        count += done.rowcount  # type: ignore[attr-defined]
    return count


_H = Hold.__table__.c
_NOW = bindparam("now", type_=Instant)
_SOME = select(select(_H.id).where(_H.ended_at.is_(None)).exists())
_OVER = (
    select(Hold)
    .where(Hold.ended_at.is_(None), Hold.until <= _NOW)
    .order_by(Hold.id)
    .with_for_update(skip_locked=True)
)
_STANDING = (
    select(Hold)
    .where(
        Hold.ended_at.is_(None),
        Hold.starts_at <= _NOW,
        or_(Hold.until.is_(None), Hold.until > _NOW),
    )
    .order_by(Hold.id)
)


def covered(hold: Hold) -> ColumnElement[bool]:
    """A unit's or a group's hold leaves alone what reminds others to decide about it."""
    limits: list[ColumnElement[bool]] = [true()]
    if hold.only_upward:
        limits.append(upward())
    if hold.plan_id is not None:
        limits.append(Notice.plan_id == hold.plan_id)
    if hold.milestone_id is not None:
        of_milestone = (
            select(Obligation.id)
            .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
            .where(Occurrence.milestone_id == hold.milestone_id)
        )
        limits.append(Notice.obligation_id.in_(of_milestone))
    if hold.unit_id is not None or hold.group_id is not None:
        limits += [Notice.stage != Stage.REVIEW, Notice.obligation_id.in_(_owed_by(hold))]
    return and_(*limits)


def _owed_by(hold: Hold) -> Select[tuple[int]]:
    owed = select(Obligation.id)
    if hold.unit_id is not None:
        owed = owed.where(Obligation.unit_id == hold.unit_id)
    if hold.group_id is not None:
        members = select(Membership.unit_id).where(Membership.group_id == hold.group_id)
        owed = owed.where(Obligation.unit_id.in_(members))
    return owed


def _enter(
    session: Session, hold: Hold, action: str, decision: Decision, facts: dict[str, object]
) -> None:
    subject = subject_of(_code(hold.plan), _code(hold.milestone), _code(hold.unit))
    limits = {"group": _code(hold.group), "only_upward": hold.only_upward or None}
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action=action,
        subject=subject,
        reason=decision.reason.strip(),
        facts={"hold": hold.id, **limits, **facts},
    )
    enter(session, entry, now=decision.now)


def _code(named: Plan | Milestone | Group | Unit | None) -> str | None:
    return None if named is None else named.code
