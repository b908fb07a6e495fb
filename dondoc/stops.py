"""A sweep that was stopped because it would have sent far more letters than usual."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from dondoc.decision import Decision, DecisionRefused
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import Instant, Stop


class NothingToConfirm(DecisionRefused):
    """No sweep is stopped; there is nothing to confirm."""

    vi = "Không có lượt gửi nào đang bị chặn."


def standing_stop(session: Session) -> Stop | None:
    return session.scalar(_STANDING)


def lift(session: Session, now: datetime) -> None:
    """The stop that stands, if one does: there is no reason for it any more."""
    session.execute(_LIFTING, {"now": now})


_C = Stop.__table__.c
_LIFTING = (
    update(Stop.__table__)  # type: ignore[arg-type]
    .where(_C.confirmed_at.is_(None), _C.lifted_at.is_(None))
    .values(lifted_at=bindparam("now", type_=Instant))
)
_STANDING = select(Stop).where(Stop.confirmed_at.is_(None), Stop.lifted_at.is_(None)).limit(1)


def confirm(session: Session, decision: Decision) -> Stop:
    """What was stopped leaves with the next sweep. Raises NothingToConfirm."""
    stop = standing_stop(session)
    if stop is None:
        raise NothingToConfirm
    reason = decision.reason.strip()
    won = session.execute(
        update(Stop)
        .where(Stop.id == stop.id, Stop.confirmed_at.is_(None))
        .values(confirmed_at=decision.now, confirmed_by=decision.actor, reason=reason)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise NothingToConfirm
    session.refresh(stop)
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action="confirm",
        subject=subject_of(),
        reason=reason,
        facts={"letters": stop.letters, "usual": stop.usual},
    )
    enter(session, entry, now=decision.now)
    return stop
