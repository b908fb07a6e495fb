"""A deadline moves for one unit: an extension, or a return for correction. What was planned for
the old date ends with its reason; what the new date asks for is planned anew."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dondoc.decision import Decision, DecisionRefused, NothingToExtend, NothingToReturn
from dondoc.plan.model import PlanFile
from dondoc.plan.source import parse_plan
from dondoc.record import Facts, about, enter
from dondoc.tables import Obligation, ObligationState, Plan, Reason
from dondoc.units.chain import chain
from schedules.cadence import Rhythm, steps
from schedules.calendar import OfficeHours
from schedules.deadline import Deadline, deadline
from schedules.planning import Owing, replan


class NotLater(DecisionRefused):
    """{unit}: {until} is not after the date it has now, {due}."""

    vi = "{unit}: ngày {until} không sau hạn đang có, {due}."


def extend(
    session: Session, obligation: Obligation, until: date, decision: Decision, *, hours: OfficeHours
) -> None:
    """`until` is the last day that counts. Raises NotLater, NothingToExtend."""
    if obligation.state is not ObligationState.OPEN:
        raise NothingToExtend.of(obligation)
    if until <= obligation.last_on:
        raise NotLater(
            unit=obligation.unit.code,
            until=f"{until:%d/%m/%Y}",
            due=f"{obligation.last_on:%d/%m/%Y}",
        )
    before = _dates(obligation)
    due = _deadline(obligation, until, hours)
    _claim(session, obligation, ObligationState.OPEN)
    obligation.due_on = until
    obligation.last_on = due.last_on
    obligation.target_on = due.target_on
    obligation.late_at = due.late_at
    obligation.extended_to = until
    obligation.extension_reason = decision.reason
    _replan(session, obligation, due, reason=Reason.EXTENDED, now=decision.now, hours=hours)
    _enter(session, obligation, decision, "extend", before=before, after=_dates(obligation))


def give_back(
    session: Session, obligation: Obligation, until: date, decision: Decision, *, hours: OfficeHours
) -> None:
    """Returns the submission for correction until the end of `until`. The timeliness of the first
    complete version stands. Raises NothingToReturn."""
    if not obligation.state.in_review:
        raise NothingToReturn.of(obligation)
    due = _deadline(obligation, until, hours)
    before = {"state": obligation.state, "correct_by": obligation.correct_by}
    _claim(session, obligation, obligation.state)
    obligation.state = ObligationState.RETURNED
    obligation.return_reason = decision.reason
    obligation.correct_by = until
    obligation.decided_at = decision.now
    _replan(session, obligation, due, reason=Reason.RETURNED, now=decision.now, hours=hours)
    after = {"state": obligation.state, "correct_by": until}
    _enter(session, obligation, decision, "return", before=before, after=after)


def correction_day(hours: OfficeHours, now: datetime, working_days: int = 5) -> date:
    return hours.calendar.shift(hours.today(now), working_days)


def _claim(session: Session, obligation: Obligation, state: ObligationState) -> None:
    """Two officials may decide at once: the first wins, the other is told."""
    won = session.execute(
        update(Obligation)
        .where(
            Obligation.id == obligation.id,
            Obligation.state == state,
            Obligation.due_version == obligation.due_version,
        )
        .values(due_version=obligation.due_version + 1)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        session.refresh(obligation)
        raise NothingToExtend.of(obligation)
    session.refresh(obligation)


def _deadline(obligation: Obligation, until: date, hours: OfficeHours) -> Deadline:
    zone = ZoneInfo(obligation.occurrence.milestone.plan.time_zone)
    return deadline(until, inclusive=True, calendar=hours.calendar, zone=zone)


def _plan_file(obligation: Obligation) -> PlanFile:
    plan = obligation.occurrence.milestone.plan
    return parse_plan(plan.source, plan.code)


def _replan(
    session: Session,
    obligation: Obligation,
    due: Deadline,
    *,
    reason: Reason,
    now: datetime,
    hours: OfficeHours,
) -> None:
    plan = _plan_file(obligation)
    code = obligation.occurrence.milestone.code
    milestone = next(one for one in plan.milestones if one.code == code)
    row = session.scalars(select(Plan).where(Plan.code == plan.code)).one()
    rhythm = Rhythm(
        hours.calendar, plan.zone, plan.cadence_of(milestone), plan.ladder_of(milestone)
    )
    replan(
        session,
        Owing(obligation.id, obligation.unit_id),
        steps(due, rhythm, opens=None),
        chain(
            session,
            standing_office=row.standing_office_id,
            board=row.board_id,
            year=due.due_on.year,
        ),
        plan_id=row.id,
        due_version=obligation.due_version,
        reason=reason,
        now=now,
    )


def _dates(obligation: Obligation) -> Facts:
    return {"due_on": obligation.due_on}


def _enter(
    session: Session,
    obligation: Obligation,
    decision: Decision,
    action: str,
    *,
    before: Facts,
    after: Facts,
) -> None:
    entry = about(obligation, actor=decision.actor, action=action)
    said = replace(entry, reason=decision.reason, before=before, after=after)
    enter(session, said, now=decision.now)
