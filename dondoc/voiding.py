"""The first complete version decides whether a unit was in time. Where it was complete in name
only, an official may void that, with a reason the record keeps."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import Decision, WrongState
from dondoc.handovers import credit
from dondoc.record import about, enter
from dondoc.tables import Obligation, ObligationState, Submission


class NothingToVoid(WrongState):
    """{unit} · {milestone}: {state}; no complete version was ever handed in."""

    vi = "{unit} · {milestone}: {state}; chưa từng có bài nào đủ thành phần."


class OnlyVersion(WrongState):
    """{unit} · {milestone}: {state}; there is no later complete version that could count instead.
    Return it (dondoc return --void)."""

    vi = (
        "{unit} · {milestone}: {state}; không có bài đủ nào nộp sau để tính thay. "
        "Hãy trả lại (dondoc return --void)."
    )


def judged_on(session: Session, obligation: Obligation) -> Sequence[Submission]:
    """The version that decides timeliness, and the one that would in its place."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.obligation_id == obligation.id,
            Submission.complete,
            Submission.withdrawn_at.is_(None),
            Submission.version > (obligation.voided_version or 0),
        )
        .order_by(Submission.version)
        .limit(2)
    ).all()


def void(session: Session, obligation: Obligation, decision: Decision) -> None:
    """Whether it was in time is judged on the next complete version, the one there is or the one to
    come. Submissions and receipts stay as they are. Raises NothingToVoid, OnlyVersion."""
    session.execute(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    session.refresh(obligation)
    complete = judged_on(session, obligation)
    if not complete:
        raise NothingToVoid.of(obligation)
    following = complete[1].received_at if len(complete) > 1 else None
    if following is None and obligation.state is not ObligationState.RETURNED:
        raise OnlyVersion.of(obligation)
    before = obligation.first_complete_at
    obligation.voided_version = complete[0].version
    obligation.first_complete_at = following
    session.flush()
    credit(session, [obligation.id])
    entry = about(obligation, actor=decision.actor, action="void", version=complete[0].version)
    said = replace(
        entry,
        reason=decision.reason,
        before={"first_complete_at": before},
        after={"first_complete_at": following},
    )
    enter(session, said, now=decision.now)
