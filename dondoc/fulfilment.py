"""What a complete submission changes for its obligation, whoever took it in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlalchemy.orm import Session

from dondoc.extensions import lapse
from dondoc.tables import (
    OWING,
    UNSENT,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Reason,
    Stage,
)


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
    session.execute(
        update(Obligation)
        .where(Obligation.id.in_(owing))
        .values(
            state=case(
                (Obligation.state == ObligationState.RETURNED, _is(ObligationState.RESUBMITTED)),
                else_=_is(ObligationState.SUBMITTED),
            ),
            first_complete_at=func.coalesce(Obligation.first_complete_at, now),
        )
    )
    end_planned(session, owing, reason=Reason.SUBMITTED, now=now)
    lapse(session, owing, now=now)
    return list(owing)


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


def _is(state: ObligationState) -> ColumnElement[ObligationState]:
    return literal(state, Obligation.state.type)
