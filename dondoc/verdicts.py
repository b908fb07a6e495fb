"""How one unit stands with one occurrence, worked out by the database from the rows."""

from datetime import date, datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, and_, case, literal, or_, select
from sqlalchemy.orm import aliased

from dondoc.tables import (
    Handover,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Problem,
    Stage,
    one_of,
)
from dondoc.words import Words


class Verdict(StrEnum):
    """`due_today`: from the last working day on or before the deadline until lateness begins.
    `resubmitted`: after a return; late or not is the first complete version. `extended`: open, with
    a later date than the plan's. `promised`: overdue, and somebody promised a day that is not over.
    `silent`: was past already when the plan was launched, so nobody was ever asked. `incomplete`:
    parts are missing, with reasons; `accepted_incomplete`: and the collector takes it as it is.
    `dropped`: an amendment no longer asks for it."""

    NOT_OWED = "not_owed"
    UPCOMING = "upcoming"
    OPEN = "open"
    EXTENDED = "extended"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    UNREACHED = "unreached"
    PROMISED = "promised"
    INCOMPLETE = "incomplete"
    ACCEPTED_INCOMPLETE = "accepted_incomplete"
    SUBMITTED = "submitted"
    LATE_SUBMITTED = "late_submitted"
    RESUBMITTED = "resubmitted"
    LATE_RESUBMITTED = "late_resubmitted"
    ACCEPTED = "accepted"
    LATE_ACCEPTED = "late_accepted"
    RETURNED = "returned"
    CORRECTION_OVERDUE = "correction_overdue"
    EXEMPT = "exempt"
    ENDED = "ended"
    DROPPED = "dropped"
    SILENT = "silent"


WORDS = {
    Verdict.NOT_OWED: Words("không phải nộp", "not owed"),
    Verdict.UPCOMING: Words("chưa mở", "not open yet"),
    Verdict.OPEN: Words("đang mở", "open"),
    Verdict.EXTENDED: Words("được gia hạn", "extended"),
    Verdict.DUE_TODAY: Words("đến hạn", "due now"),
    Verdict.OVERDUE: Words("quá hạn", "overdue"),
    Verdict.UNREACHED: Words("quá hạn, không thư nào đến được", "overdue, never reached"),
    Verdict.PROMISED: Words("quá hạn, đã hẹn nộp", "overdue, promised"),
    Verdict.INCOMPLETE: Words("đã nộp, thiếu có lý do, chờ xét", "incomplete with reasons"),
    Verdict.ACCEPTED_INCOMPLETE: Words("đã nhận, còn thiếu", "accepted incomplete"),
    Verdict.SUBMITTED: Words("đã nộp, chờ xét", "submitted"),
    Verdict.LATE_SUBMITTED: Words("nộp muộn, chờ xét", "submitted late"),
    Verdict.RESUBMITTED: Words("đã nộp lại, chờ xét", "resubmitted"),
    Verdict.LATE_RESUBMITTED: Words("nộp lại, lần đầu muộn, chờ xét", "resubmitted, first late"),
    Verdict.ACCEPTED: Words("đã nhận", "accepted"),
    Verdict.LATE_ACCEPTED: Words("đã nhận, nộp muộn", "accepted, late"),
    Verdict.RETURNED: Words("trả lại", "returned"),
    Verdict.CORRECTION_OVERDUE: Words("trả lại, quá hạn sửa", "correction overdue"),
    Verdict.EXEMPT: Words("được miễn", "exempt"),
    Verdict.ENDED: Words("đã chuyển giao, hoặc đơn vị không còn", "handed over, or unit ended"),
    Verdict.DROPPED: Words("thôi yêu cầu", "dropped"),
    Verdict.SILENT: Words("đã qua trước khi phát động", "past before launch"),
}


def delivered() -> ColumnElement[bool]:
    return Obligation.first_complete_at.is_not(None)


def on_time() -> ColumnElement[bool]:
    """Judged on the first complete version, against the unit's own date."""
    return and_(delivered(), Obligation.first_complete_at < Obligation.late_at)


def late() -> ColumnElement[bool]:
    return and_(delivered(), Obligation.first_complete_at >= Obligation.late_at)


@cache
def incomplete() -> ColumnElement[bool]:
    """Received with parts missing, for stated reasons, and nothing complete ever came: from the
    unit, or from all who took over what it owed."""
    state = Obligation.state
    with_another = and_(state == ObligationState.ENDED, _handed_over(), ~_handed_over(waits=True))
    return and_(~delivered(), or_(one_of(state, RECEIVED), with_another))


RECEIVED = (ObligationState.INCOMPLETE, ObligationState.ACCEPTED)
LACKING = (
    ObligationState.OPEN,
    ObligationState.SUBMITTED,
    ObligationState.RETURNED,
    ObligationState.RESUBMITTED,
)
"""Where only a complete version counts."""


def _handed_over(*, waits: bool = False) -> ColumnElement[bool]:
    """`waits`: to somebody of whom nothing was received."""
    taker = aliased(Obligation)
    chosen = (
        select(Handover.id)
        .join(taker, taker.id == Handover.successor_id)
        .where(Handover.obligation_id == Obligation.id, Handover.follows)
        .where(taker.state != ObligationState.EXEMPT)
        .correlate(Obligation)
    )
    came = or_(taker.first_complete_at.is_not(None), one_of(taker.state, RECEIVED))
    return (chosen.where(~came) if waits else chosen).exists()


def overdue(now: datetime) -> ColumnElement[bool]:
    """Nothing received, or only what does not count, and lateness has begun; not where nobody was
    ever asked, or is there any more to be asked."""
    return and_(lacking(now), ~Occurrence.silent)


def lacking(now: datetime) -> ColumnElement[bool]:
    """Overdue, if somebody was ever asked; said by ix_obligations_standing's columns alone."""
    return and_(Obligation.state.in_(LACKING), ~delivered(), Obligation.late_at <= now)


def never_came(now: datetime) -> ColumnElement[bool]:
    """Overdue, or was when its unit ended and nobody has delivered it since."""
    return and_(
        Obligation.state != ObligationState.EXEMPT,
        ~delivered(),
        ~incomplete(),
        Obligation.late_at <= now,
        ~Occurrence.silent,
    )


@cache
def unreached() -> ColumnElement[bool]:
    """The unit has, or had, a contact problem, and no letter about it was accepted before it was
    due: nobody is called late for a letter he never got."""
    accepted = select(Notice.id).where(
        Notice.obligation_id == Obligation.id,
        Notice.state == NoticeState.SENT,
        Notice.stage.not_in((Stage.ESCALATE, Stage.REVIEW)),
        Notice.decided_at < Obligation.late_at,
    )
    return and_(
        Obligation.unit_id.in_(select(Problem.unit_id)),  # few, and looked up once
        ~accepted.correlate(Obligation).exists(),
    )


def verdict(now: datetime, today: date) -> ColumnElement[str]:
    """Of an obligation joined with its occurrence; `today` is the plan zone's date."""
    state = Obligation.state
    return case(
        (Obligation.dropped_in.is_not(None), _is(Verdict.DROPPED)),
        (state == ObligationState.EXEMPT, _is(Verdict.EXEMPT)),
        (state == ObligationState.ENDED, _is(Verdict.ENDED)),
        (state == ObligationState.INCOMPLETE, _is(Verdict.INCOMPLETE)),
        (and_(state == ObligationState.ACCEPTED, ~delivered()), _is(Verdict.ACCEPTED_INCOMPLETE)),
        (and_(state == ObligationState.ACCEPTED, late()), _is(Verdict.LATE_ACCEPTED)),
        (state == ObligationState.ACCEPTED, _is(Verdict.ACCEPTED)),
        (and_(state == ObligationState.SUBMITTED, late()), _is(Verdict.LATE_SUBMITTED)),
        (and_(state == ObligationState.SUBMITTED, delivered()), _is(Verdict.SUBMITTED)),
        (and_(state == ObligationState.RESUBMITTED, late()), _is(Verdict.LATE_RESUBMITTED)),
        (state == ObligationState.RESUBMITTED, _is(Verdict.RESUBMITTED)),
        (
            and_(state == ObligationState.RETURNED, Obligation.correct_by < today),
            _is(Verdict.CORRECTION_OVERDUE),
        ),
        (state == ObligationState.RETURNED, _is(Verdict.RETURNED)),
        (overdue(now), _how_overdue(now)),
        (Obligation.late_at <= now, _is(Verdict.SILENT)),
        (state == ObligationState.SUBMITTED, _is(Verdict.SUBMITTED)),
        (Obligation.target_on <= today, _is(Verdict.DUE_TODAY)),
        (Obligation.last_on > Occurrence.last_on, _is(Verdict.EXTENDED)),
        (Occurrence.opens_on > today, _is(Verdict.UPCOMING)),
        else_=_is(Verdict.OPEN),
    )


def _how_overdue(now: datetime) -> ColumnElement[str]:
    return case(
        (Obligation.promised_until > now, _is(Verdict.PROMISED)),
        (unreached(), _is(Verdict.UNREACHED)),
        else_=_is(Verdict.OVERDUE),
    )


def _is(found: Verdict) -> ColumnElement[str]:
    return literal(found.value)
