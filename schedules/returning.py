"""A submission is returned for correction: what is wrong with each part of it, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import Decision, NothingToReturn
from dondoc.extensions import refuse_passed
from dondoc.fulfilment import end_review
from dondoc.plan.source import parse_plan
from dondoc.queries import COMPONENT, not_found
from dondoc.record import about, enter
from dondoc.submissions import asked_parts, hand_in
from dondoc.tables import Obligation, ObligationState, Reason, Return, Stage, Submission
from dondoc.telling import Telling, tell
from dondoc.voiding import void
from schedules.calendar import OfficeHours
from schedules.moving import Moving, lock
from schedules.planning import Owing


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What has to be corrected, by the end of `until` (None: as many working days as the plan
    gives). `parts`: what is wrong with a component or field, by its code. `void`: the first
    complete version no longer decides whether the unit was in time."""

    until: date | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    void: bool = False


def give_back(
    session: Session,
    obligation: Obligation,
    wanted: Wanted,
    decision: Decision,
    *,
    hours: OfficeHours,
) -> Return:
    """What is returned already gets another date and reason. The timeliness of the first complete
    version stands unless it is voided. Raises NothingToReturn, NotFound, DayPassed,
    NothingToVoid."""
    lock(session, obligation)
    if not (obligation.state.in_review or obligation.state is ObligationState.RETURNED):
        raise NothingToReturn.of(obligation)
    names = _named(session, obligation, wanted)
    moving = Moving(session, obligation.occurrence.milestone, hours=hours)
    today = hours.today(decision.now)
    correction = moving.file.policies.correction
    until = wanted.until or hours.calendar.shift(today, correction.within)
    refuse_passed(obligation, until, today=today)
    before = {"state": obligation.state, "correct_by": obligation.correct_by}
    made = _keep(session, obligation, wanted, decision, until)
    obligation.state = ObligationState.RETURNED
    obligation.return_reason = _said(decision, wanted, names)
    obligation.correct_by = until
    obligation.decided_at = decision.now
    obligation.due_version += 1
    obligation.promised_until = None
    session.flush()
    end_review(session, obligation, reason=Reason.REVIEWED, now=decision.now)
    due, owing = moving.until(until), [Owing(obligation.id, obligation.unit_id)]
    moving.rearm(owing, due, reason=Reason.RETURNED, now=decision.now, cadence=correction.cadence)
    tell(session, [obligation.id], Telling(Stage.RETURNED, "returned"), at=decision.now)
    after = {"state": obligation.state, "correct_by": until}
    entry = about(obligation, actor=decision.actor, action="return", components=names)
    said = replace(entry, reason=decision.reason, before=before, after=after)
    enter(session, said, now=decision.now)
    if wanted.void:
        void(session, obligation, decision)
    return made


def correction_day(obligation: Obligation, *, hours: OfficeHours, now: datetime) -> date:
    """The plan's own date for what is returned now."""
    plan = obligation.occurrence.milestone.plan
    within = parse_plan(plan.source, plan.code).policies.correction.within
    return hours.calendar.shift(hours.today(now), within)


def correctable(session: Session, obligation: Obligation) -> dict[str, str]:
    """Names of the components and fields that can be found wrong, by their codes."""
    asked = asked_parts(session, obligation)
    parts = {code: part.name for code, part in asked.items()}
    return parts | {one.code: one.name for one in hand_in(obligation).fields}


def _named(session: Session, obligation: Obligation, wanted: Wanted) -> list[str]:
    """Names of the parts, in the order of `wanted`. Raises NotFound."""
    known = correctable(session, obligation)
    for code in wanted.parts:
        if code not in known:
            raise not_found(COMPONENT, code, known)
    return [known[code] for code in wanted.parts]


def _said(decision: Decision, wanted: Wanted, names: list[str]) -> str:
    """What the unit reads: the whole first, then part by part."""
    flaws = [
        f"{name}: {why.strip()}" for name, why in zip(names, wanted.parts.values(), strict=True)
    ]
    return "; ".join([decision.reason.strip(), *flaws])


def _keep(
    session: Session, obligation: Obligation, wanted: Wanted, decision: Decision, until: date
) -> Return:
    latest = (
        select(Submission)
        .where(Submission.obligation_id == obligation.id, Submission.withdrawn_at.is_(None))
        .order_by(Submission.version.desc())
        .limit(1)
    )
    made = Return(
        obligation_id=obligation.id,
        submission=session.scalar(latest),
        reason=decision.reason.strip(),
        components=dict(wanted.parts),
        correct_by=until,
        returned_by=decision.actor,
        returned_at=decision.now,
    )
    session.add(made)
    return made
