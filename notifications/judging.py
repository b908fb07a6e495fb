"""Whether a planned notice may still go out. Asked when a letter is made and again when it is
sent: in between a unit may have delivered."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Table

from dondoc.changes import DROPPED
from dondoc.fulfilment import LATE
from dondoc.tables import Notice, NoticeState, Obligation, ObligationState, Reason, Stage

OWN = (Stage.TAKEN_OVER, Stage.REMIND, Stage.DUE, Stage.OVERDUE)
"""A unit's own reminders: the evidence an escalation needs."""
APART = frozenset((Stage.REVIEW, Stage.CHANGED, Stage.EXTENSION, Stage.TAKEN_OVER, Stage.RETURNED))
"""What says something else than a reminder: it goes beside one, not in its place."""
_NOTICES: Table = Notice.__table__  # type: ignore[assignment]
_OBLIGATIONS: Table = Obligation.__table__  # type: ignore[assignment]
_DROPPED = DROPPED.format(version="")


class Due(NamedTuple):
    """A planned notice that is due, with what decides about it."""

    id: int
    contact_id: int
    plan_id: int
    stage: Stage
    step: str
    level: int | None
    due_version: int
    planned_at: datetime
    note: str | None
    change: str | None
    obligation_version: int | None
    obligation_id: int | None
    unit_id: int | None
    state: ObligationState | None
    promised_until: datetime | None


DUE_COLUMNS: tuple[Any, ...] = (
    _NOTICES.c.id,
    _NOTICES.c.contact_id,
    _NOTICES.c.plan_id,
    _NOTICES.c.stage,
    _NOTICES.c.step,
    _NOTICES.c.level,
    _NOTICES.c.due_version,
    _NOTICES.c.planned_at,
    _NOTICES.c.note,
    _NOTICES.c.change,
    _OBLIGATIONS.c.due_version,
    _OBLIGATIONS.c.id,
    _OBLIGATIONS.c.unit_id,
    _OBLIGATIONS.c.state,
    _OBLIGATIONS.c.promised_until,
)
"""In the order of `Due`; it ends as `notifications.facts.due_columns` begin."""

OPEN = ObligationState.OPEN
"""To look a member up in its class takes as long as all the rest of the usual judgement."""
USUAL = frozenset((Stage.ANNOUNCE, Stage.REMIND, Stage.DUE, Stage.OVERDUE, Stage.ESCALATE))
"""What stands as long as what it is about does; nearly all notices are such."""

ENDED = {
    ObligationState.SUBMITTED: Reason.SUBMITTED,
    ObligationState.RESUBMITTED: Reason.SUBMITTED,
    ObligationState.ACCEPTED: Reason.ACCEPTED,
    ObligationState.EXEMPT: Reason.EXEMPT,
    ObligationState.ENDED: Reason.DISSOLVED,
}


def ended(due: Due) -> Reason | None:
    """Why the notice has lost its reason, or None while it stands."""
    stands = due.state is OPEN and due.due_version == due.obligation_version
    if stands and due.promised_until is None and due.stage in USUAL:
        return None
    if due.stage is Stage.DIGEST or due.state is None:
        return None
    if due.stage is Stage.REVIEW:
        return None if due.state.in_review else Reason.REVIEWED
    if due.stage is Stage.CHANGED and due.step.startswith(_DROPPED):
        return None if due.state is ObligationState.EXEMPT else Reason.AMENDED
    if due.state is ObligationState.INCOMPLETE and due.stage in LATE:
        return Reason.RECEIVED
    return _over(due, due.state)


def _over(due: Due, state: ObligationState) -> Reason | None:
    if state in ENDED:
        return ENDED[state]
    if due.due_version != due.obligation_version:
        return Reason.EXTENDED
    return Reason.ACKNOWLEDGED if _waits_for_promise(due) else None


def _waits_for_promise(due: Due) -> bool:
    """A superior is told what was planned for after the promised day."""
    upward = due.stage is Stage.ESCALATE
    return upward and due.promised_until is not None and due.planned_at < due.promised_until


def superseded(found: Collection[Due]) -> set[int]:
    """Of several due notices for one obligation and seat, all but the last planned: after an
    outage one letter goes out, with today's wording."""
    last: dict[tuple[int | None, int, int, Stage | None], Due] = {}
    older = set()
    for due in found:
        other = last.setdefault(_thread(due), due)
        if other is not due:
            before, after = sorted((other, due), key=_order)
            older.add(before.id)
            last[_thread(due)] = after
    return older


def _thread(due: Due) -> tuple[int | None, int, int, Stage | None]:
    apart = due.stage if due.stage in APART else None
    return due.obligation_id, due.contact_id, due.plan_id, apart


def _order(due: Due) -> tuple[datetime, int, int]:
    return due.planned_at, due.level or 0, due.id


due_from: partial[Due] = partial(tuple.__new__, Due)
"""From a row of `DUE_COLUMNS`; a morning has hundreds of thousands."""


class Verdict(NamedTuple):
    """What becomes of a notice that gets no place in a letter now."""

    id: int
    state: NoticeState
    reason: Reason | None
    planned_at: datetime
    note: str | None
