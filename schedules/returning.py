"""A submission is returned for correction, with a date of its own."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from dondoc.decision import Decision, NothingToReturn
from dondoc.record import about, enter
from dondoc.tables import Obligation, ObligationState, Reason
from schedules.calendar import OfficeHours
from schedules.moving import Moving, lock
from schedules.planning import Owing


def give_back(
    session: Session, obligation: Obligation, until: date, decision: Decision, *, hours: OfficeHours
) -> None:
    """Returns the submission for correction until the end of `until`. The timeliness of the first
    complete version stands. Raises NothingToReturn."""
    lock(session, obligation)
    if not obligation.state.in_review:
        raise NothingToReturn.of(obligation)
    before = {"state": obligation.state, "correct_by": obligation.correct_by}
    obligation.state = ObligationState.RETURNED
    obligation.return_reason = decision.reason
    obligation.correct_by = until
    obligation.decided_at = decision.now
    obligation.due_version += 1
    obligation.promised_until = None
    session.flush()
    moving = Moving(session, obligation.occurrence.milestone, hours=hours)
    owing = [Owing(obligation.id, obligation.unit_id)]
    moving.rearm(owing, moving.until(until), reason=Reason.RETURNED, now=decision.now)
    entry = about(obligation, actor=decision.actor, action="return")
    after = {"state": obligation.state, "correct_by": until}
    said = replace(entry, reason=decision.reason, before=before, after=after)
    enter(session, said, now=decision.now)


def correction_day(hours: OfficeHours, now: datetime, working_days: int = 5) -> date:
    return hours.calendar.shift(hours.today(now), working_days)
