"""How one unit stands with one occurrence, worked out by the database from the rows."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, literal

from dondoc.tables import Obligation, ObligationState, Occurrence
from dondoc.words import Words


class Verdict(StrEnum):
    """`due_today`: from the last working day on or before the deadline until lateness begins.
    `resubmitted`: after a return; late or not is the first complete version. `extended`: open, with
    a later date than the plan's. `promised`: overdue, and somebody promised a day that is not over.
    `silent`: was past already when the plan was launched, so nobody was ever asked."""

    NOT_OWED = "not_owed"
    UPCOMING = "upcoming"
    OPEN = "open"
    EXTENDED = "extended"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    PROMISED = "promised"
    SUBMITTED = "submitted"
    LATE_SUBMITTED = "late_submitted"
    RESUBMITTED = "resubmitted"
    LATE_RESUBMITTED = "late_resubmitted"
    ACCEPTED = "accepted"
    LATE_ACCEPTED = "late_accepted"
    RETURNED = "returned"
    CORRECTION_OVERDUE = "correction_overdue"
    EXEMPT = "exempt"
    SILENT = "silent"


WORDS = {
    Verdict.NOT_OWED: Words("không phải nộp", "not owed"),
    Verdict.UPCOMING: Words("chưa mở", "not open yet"),
    Verdict.OPEN: Words("đang mở", "open"),
    Verdict.EXTENDED: Words("được gia hạn", "extended"),
    Verdict.DUE_TODAY: Words("đến hạn", "due now"),
    Verdict.OVERDUE: Words("quá hạn", "overdue"),
    Verdict.PROMISED: Words("quá hạn, đã hẹn nộp", "overdue, promised"),
    Verdict.SUBMITTED: Words("đã nộp, chờ xét", "submitted"),
    Verdict.LATE_SUBMITTED: Words("nộp muộn, chờ xét", "submitted late"),
    Verdict.RESUBMITTED: Words("đã nộp lại, chờ xét", "resubmitted"),
    Verdict.LATE_RESUBMITTED: Words("nộp lại, lần đầu muộn, chờ xét", "resubmitted, first late"),
    Verdict.ACCEPTED: Words("đã nhận", "accepted"),
    Verdict.LATE_ACCEPTED: Words("đã nhận, nộp muộn", "accepted, late"),
    Verdict.RETURNED: Words("trả lại", "returned"),
    Verdict.CORRECTION_OVERDUE: Words("trả lại, quá hạn sửa", "correction overdue"),
    Verdict.EXEMPT: Words("được miễn", "exempt"),
    Verdict.SILENT: Words("đã qua trước khi phát động", "past before launch"),
}


def delivered() -> ColumnElement[bool]:
    return Obligation.first_complete_at.is_not(None)


def on_time() -> ColumnElement[bool]:
    """Judged on the first complete version, against the unit's own date."""
    return and_(delivered(), Obligation.first_complete_at < Obligation.late_at)


def late() -> ColumnElement[bool]:
    return and_(delivered(), Obligation.first_complete_at >= Obligation.late_at)


def overdue(now: datetime) -> ColumnElement[bool]:
    """Never delivered complete, and lateness has begun; not where nobody was ever asked."""
    return and_(
        Obligation.state != ObligationState.EXEMPT,
        ~delivered(),
        Obligation.late_at <= now,
        ~Occurrence.silent,
    )


def verdict(now: datetime, today: date) -> ColumnElement[str]:
    """Of an obligation joined with its occurrence; `today` is the plan zone's date."""
    state = Obligation.state
    return case(
        (state == ObligationState.EXEMPT, _is(Verdict.EXEMPT)),
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
        (and_(overdue(now), Obligation.promised_until > now), _is(Verdict.PROMISED)),
        (overdue(now), _is(Verdict.OVERDUE)),
        (Obligation.late_at <= now, _is(Verdict.SILENT)),
        (state == ObligationState.SUBMITTED, _is(Verdict.SUBMITTED)),
        (Obligation.target_on <= today, _is(Verdict.DUE_TODAY)),
        (Obligation.last_on > Occurrence.last_on, _is(Verdict.EXTENDED)),
        (Occurrence.opens_on > today, _is(Verdict.UPCOMING)),
        else_=_is(Verdict.OPEN),
    )


def _is(found: Verdict) -> ColumnElement[str]:
    return literal(found.value)
