"""A unit takes back what it handed in, before anybody has decided about it: it owes again, as if
that had never come. Versions and receipts stay, marked as taken back."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dondoc.decision import Decision, WrongState
from dondoc.fulfilment import end_review
from dondoc.handovers import credit
from dondoc.record import about, enter
from dondoc.tables import (
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Reason,
    Return,
    Submission,
)

RECEIVED = (Reason.SUBMITTED, Reason.RECEIVED)


class NothingToWithdraw(WrongState):
    """{unit} · {milestone}: {state}; only what waits for review can be taken back."""

    vi = "{unit} · {milestone}: {state}; chỉ rút được bài đang chờ xét."


def withdraw_submission(session: Session, obligation: Obligation, decision: Decision) -> list[int]:
    """All that waits for review; the numbers of the versions. They no longer decide whether the
    unit was in time. What was planned to remind of it and lies ahead is planned again. Raises
    NothingToWithdraw."""
    session.execute(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    session.refresh(obligation)
    if not obligation.state.in_review:
        raise NothingToWithdraw.of(obligation)
    back = obligation.correct_by is not None
    state = ObligationState.RETURNED if back else ObligationState.OPEN
    taken = _waiting(session, obligation)
    before = {"state": obligation.state, "first_complete_at": obligation.first_complete_at}
    for one in taken:
        one.withdrawn_at = decision.now
    if obligation.first_complete_at in {one.received_at for one in taken if one.complete}:
        obligation.first_complete_at = None
        obligation.voided_version = taken[-1].version
    obligation.state = state
    obligation.decided_at = decision.now
    session.flush()
    credit(session, [obligation.id])
    end_review(session, obligation, reason=Reason.WITHDRAWN, now=decision.now)
    _plan_again(session, obligation, decision.now)
    versions = [one.version for one in taken]
    unit = decision.on_behalf or obligation.unit.code
    entry = about(obligation, actor=decision.actor, action="withdraw_submission", versions=versions)
    after = {"state": obligation.state, "first_complete_at": obligation.first_complete_at}
    said = replace(entry, on_behalf=unit, reason=decision.reason, before=before, after=after)
    enter(session, said, now=decision.now)
    return versions


def _waiting(session: Session, obligation: Obligation) -> list[Submission]:
    """Those since the last return, the first first."""
    returned = (
        select(func.max(Submission.version))
        .join(Return, Return.submission_id == Submission.id)
        .where(Submission.obligation_id == obligation.id)
    )
    chosen = select(Submission).where(
        Submission.obligation_id == obligation.id,
        Submission.version > (session.scalar(returned) or 0),
        Submission.withdrawn_at.is_(None),
    )
    return list(session.scalars(chosen.order_by(Submission.version)))


def _plan_again(session: Session, obligation: Obligation, now: datetime) -> None:
    """The very notices that ended because it had come, under the date it has now."""
    session.execute(
        update(Notice)
        .where(
            Notice.obligation_id == obligation.id,
            Notice.due_version == obligation.due_version,
            Notice.state == NoticeState.SKIPPED,
            Notice.reason.in_(RECEIVED),
            Notice.planned_at >= now,
        )
        .values(state=NoticeState.PLANNED, reason=None, decided_at=None)
        .execution_options(synchronize_session=False)
    )
