"""What was due and had not left when its date was taken away: a hold kept it, or a mail server put
it off. Should that very date come back, so does what was due for it."""

from collections import Counter
from datetime import date

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    exists,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from dondoc.fulfilment import LATE
from dondoc.tables import (
    CORRECTING,
    Hold,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Reason,
)
from dondoc.telling import batches
from schedules.placing import Placing

_ENDED = (Notice.state == NoticeState.SKIPPED, Notice.reason == Reason.AMENDED)
_CORRECTED = and_(Obligation.state.in_(CORRECTING), Obligation.correct_by.is_not(None))
_DATE: ColumnElement[str] = case(
    (_CORRECTED, literal("was ") + cast(Obligation.correct_by, String)),
    (Obligation.due_on == Obligation.last_on, literal("was ") + cast(Obligation.due_on, String)),
    else_=literal("was before ") + cast(Obligation.due_on, String),
)
"""In the words of `dondoc.changes`."""
_HELD = exists().where(Hold.id == Notice.hold_id, Hold.ended_at.is_(None))
_IN_LETTER = exists().where(
    Letter.id == Notice.letter_id, Letter.state.in_((LetterState.QUEUED, LetterState.DEFERRED))
)


def remember(session: Session, lingering: ColumnElement[bool]) -> None:
    """To be called before the dates change: each of these notices is told the date it is for."""
    its_date = select(_DATE).where(Obligation.id == Notice.obligation_id).scalar_subquery()
    session.execute(
        update(Notice)
        .where(lingering)
        .values(change=its_date)
        .execution_options(synchronize_session=False)
    )


def bring_back(placing: Placing, owing: ColumnElement[bool]) -> Counter[date]:
    """What an amendment ended, of obligations that have the date again for which it was due:
    held, in its letter or planned, as it was. Returns how many, by the local date they were
    planned for."""
    session = placing.session
    rows = session.execute(
        select(Notice.id, Notice.obligation_id, Notice.contact_id, Notice.step, Notice.planned_at)
        .join(Obligation, Obligation.id == Notice.obligation_id)
        .where(owing, *_ENDED, Notice.change == _DATE, ~_there(), ~_uncalled_for())
        .order_by(Notice.id)
    ).all()
    last = {(obligation, contact, step): (id_, at) for id_, obligation, contact, step, at in rows}
    for ids in batches([id_ for id_, _ in last.values()]):
        revive(session, Notice.id.in_(ids))
        session.execute(update(Notice).where(Notice.id.in_(ids)).values(change=None))
    days = (at.astimezone(placing.file.zone).date() for _, at in last.values())
    return Counter(days)


def revive(session: Session, ended: ColumnElement[bool]) -> None:
    """Each is where it was when an amendment ended it; what had a letter that is no more is
    planned."""
    version = (
        select(Obligation.due_version)
        .where(Obligation.id == Notice.obligation_id)
        .scalar_subquery()
    )
    session.execute(
        update(Notice)
        .where(ended)
        .values(
            state=case(
                (_HELD, _is(NoticeState.HELD)),
                (_IN_LETTER, _is(NoticeState.QUEUED)),
                else_=_is(NoticeState.PLANNED),
            ),
            letter_id=case((_IN_LETTER, Notice.letter_id), else_=None),
            due_version=version,
            reason=None,
            decided_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def _is(state: NoticeState) -> ColumnElement[NoticeState]:
    return literal(state, Notice.state.type)


def _there() -> ColumnElement[bool]:
    """The same sending has been planned for this version of the date."""
    other = aliased(Notice)
    return exists().where(
        other.obligation_id == Notice.obligation_id,
        other.contact_id == Notice.contact_id,
        other.step == Notice.step,
        other.due_version == Obligation.due_version,
        other.id != Notice.id,
    )


def _uncalled_for() -> ColumnElement[bool]:
    """Nobody calls late what was received with parts missing."""
    return and_(Obligation.state == ObligationState.INCOMPLETE, Notice.stage.in_(LATE))
