"""What a complete submission changes for its obligation, whoever took it in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlalchemy.orm import Session

from dondoc.extensions import lapse
from dondoc.handovers import credit
from dondoc.tables import (
    CORRECTING,
    OWING,
    UNSENT,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Reason,
    Stage,
)

LATE = (Stage.OVERDUE, Stage.ESCALATE)
"""What calls a unit late."""


def fulfil(session: Session, obligations: Sequence[int], *, now: datetime) -> list[int]:
    """Those of `obligations` that were still owed become submitted, those that had been returned
    resubmitted; their planned notices end.
    The time of the first complete version is set once. Returns the ids that changed; one that
    somebody else fulfilled, accepted or exempted first is left alone."""
    owing = session.scalars(
        select(Obligation.id)
        .where(Obligation.id.in_(obligations), Obligation.state.in_(OWING))
        .order_by(Obligation.id)
        .with_for_update()
    ).all()
    first = Obligation.first_complete_at
    session.execute(
        update(Obligation)
        .where(Obligation.id.in_(owing))
        .values(
            state=case(
                (
                    Obligation.state.in_(CORRECTING) & Obligation.correct_by.is_not(None),
                    _is(ObligationState.RESUBMITTED),
                ),
                else_=_is(ObligationState.SUBMITTED),
            ),
            first_complete_at=func.coalesce(first, literal(now, first.type)),
        )
    )
    end_planned(session, owing, reason=Reason.SUBMITTED, now=now)
    lapse(session, owing, now=now)
    credit(session, owing)
    return list(owing)


def receive_incomplete(session: Session, obligations: Sequence[int], *, now: datetime) -> None:
    """Those of `obligations` that were still owed wait for the collector, who has been told what
    is missing and why. Until then the unit is reminded of the rest, but not called late, and no
    superior is told."""
    session.execute(
        update(Obligation)
        .where(Obligation.id.in_(obligations), Obligation.state.in_(OWING))
        .values(state=ObligationState.INCOMPLETE, promised_until=None)
    )
    end_late(session, obligations, now=now)


def end_late(session: Session, obligations: Sequence[int], *, now: datetime) -> None:
    """What would call those late that were received with parts missing."""
    received = select(Obligation.id).where(
        Obligation.id.in_(obligations), Obligation.state == ObligationState.INCOMPLETE
    )
    session.execute(
        update(Notice)
        .where(
            Notice.obligation_id.in_(received),
            Notice.state.in_(UNSENT),
            Notice.stage.in_(LATE),
        )
        .values(state=NoticeState.SKIPPED, reason=Reason.RECEIVED, decided_at=now)
    )


def end_planned(
    session: Session, obligations: Sequence[int], *, reason: Reason, now: datetime
) -> None:
    """Notices that have not gone into a letter yet; those that have are judged again when it is
    sent. What reminds a reviewer stays."""
    session.execute(
        update(Notice)
        .where(
            Notice.obligation_id.in_(obligations),
            Notice.state.in_(UNSENT),
            Notice.stage != Stage.REVIEW,
        )
        .values(state=NoticeState.SKIPPED, reason=reason, decided_at=now)
    )


def end_review(session: Session, obligation: Obligation, *, reason: Reason, now: datetime) -> None:
    """Nobody has to be reminded to decide about it."""
    session.execute(
        update(Notice)
        .where(
            Notice.obligation_id == obligation.id,
            Notice.state.in_(UNSENT),
            Notice.stage == Stage.REVIEW,
        )
        .values(state=NoticeState.SKIPPED, reason=reason, decided_at=now)
    )


def _is(state: ObligationState) -> ColumnElement[ObligationState]:
    return literal(state, Obligation.state.type)
