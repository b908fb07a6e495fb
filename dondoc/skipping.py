"""One sending that has not left yet is cancelled, for one unit or for all; what comes after it
stays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from dondoc.decision import Decision, DecisionRefused
from dondoc.explaining import STATES
from dondoc.queries import NOTICE, not_found
from dondoc.record import Entry, about, enter, subject_of
from dondoc.tables import (
    UNSENT,
    Letter,
    LetterState,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Reason,
)

MAY_BE_OPENED = (LetterState.QUEUED, LetterState.DEFERRED)


class TooLate(DecisionRefused):
    """Notice {id}: {state}; only what has not left can be cancelled."""

    vi = "Lần nhắc {id}: {state}; chỉ bỏ được lần nhắc chưa gửi."


class NothingAhead(DecisionRefused):
    """{milestone}: no notice {step} waits to be sent."""

    vi = "{milestone}: không còn lần nhắc {step} nào chờ gửi."


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One step of a milestone, for every unit: T-7 of this occurrence, or of all."""

    milestone: Milestone
    step: str
    occurrence: str | None = None


def skip(session: Session, notices: Sequence[int], decision: Decision) -> int:
    """All of them or none. Raises NotFound, TooLate."""
    found = {
        notice.id: notice
        for notice in session.scalars(select(Notice).where(Notice.id.in_(notices)))
    }
    for id_ in notices:
        if id_ not in found:
            raise not_found(NOTICE, str(id_), ())
        if not _waits(found[id_]):
            raise TooLate(id=id_, state=STATES[found[id_].state])
    if _cancel(session, Notice.id.in_(notices), decision) < len(found):
        raise TooLate(id=notices[0], state=STATES[NoticeState.QUEUED])
    for notice in found.values():
        enter(session, _entry(notice, decision), now=decision.now)
    return len(found)


def skip_step(session: Session, sending: Sending, decision: Decision) -> int:
    """Returns for how many notices. Raises NothingAhead."""
    of_milestone = (
        select(Obligation.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .where(Occurrence.milestone_id == sending.milestone.id)
    )
    if sending.occurrence is not None:
        of_milestone = of_milestone.where(Occurrence.key == sending.occurrence)
    chosen = and_(Notice.step == sending.step, Notice.obligation_id.in_(of_milestone))
    count = _cancel(session, chosen, decision)
    if not count:
        raise NothingAhead(milestone=sending.milestone.code, step=sending.step)
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action="skip",
        subject=subject_of(sending.milestone.plan.code, sending.milestone.code),
        reason=decision.reason.strip(),
        facts={"occurrence": sending.occurrence, "step": sending.step, "notices": count},
    )
    enter(session, entry, now=decision.now)
    return count


def _waits(notice: Notice) -> bool:
    if notice.state is NoticeState.QUEUED:
        return notice.letter is not None and notice.letter.state in MAY_BE_OPENED
    return notice.state in UNSENT


def _cancel(session: Session, chosen: ColumnElement[bool], decision: Decision) -> int:
    """A letter that is on its way keeps what it says; others are locked, so that they stay."""
    letters = (
        select(Letter.id)
        .where(
            Letter.id.in_(
                select(Notice.letter_id).where(chosen, Notice.state == NoticeState.QUEUED)
            ),
            Letter.state.in_(MAY_BE_OPENED),
        )
        .with_for_update()
    )
    waiting = and_(
        Notice.state == NoticeState.QUEUED, Notice.letter_id.in_(session.scalars(letters).all())
    )
    done = session.execute(
        update(Notice)
        .where(chosen, or_(Notice.state.in_(UNSENT), waiting))
        .values(
            state=NoticeState.SKIPPED,
            reason=Reason.CANCELLED,
            note=f"{decision.reason.strip()} ({decision.actor})",
            decided_at=decision.now,
        )
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _entry(notice: Notice, decision: Decision) -> Entry:
    facts = {"step": notice.step, "notice": notice.id}
    if notice.obligation is None:
        entry = Entry(actor=decision.actor, action="skip", subject=subject_of(), facts=facts)
    else:
        entry = about(notice.obligation, actor=decision.actor, action="skip", **facts)
    return replace(entry, reason=decision.reason.strip())
