"""What rows say about one date of one milestone; the same for every unit that owes it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dondoc.plan.model import HandIn
from dondoc.tables import (
    Contact,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Role,
    Unit,
)
from notifications.content import Bucket, Item
from notifications.post import Hours

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One obligation's own dates, as they stand."""

    obligation_id: int
    occurrence_id: int
    unit_id: int
    state: ObligationState
    due_on: date
    last_on: date
    target_on: date
    late_at: datetime
    correct_by: date | None
    return_reason: str | None
    extension_reason: str | None
    promised_until: datetime | None


def due_columns() -> tuple[Any, ...]:
    """In the order of `Due`."""
    return (
        Obligation.id,
        Obligation.occurrence_id,
        Obligation.unit_id,
        Obligation.state,
        Obligation.due_on,
        Obligation.last_on,
        Obligation.target_on,
        Obligation.late_at,
        Obligation.correct_by,
        Obligation.return_reason,
        Obligation.extension_reason,
        Obligation.promised_until,
    )


def due_from(row: Iterable[Any]) -> Due:
    return Due(**dict(zip(Due.__slots__, row, strict=True)))


def occurrences(session: Session, ids: Collection[int]) -> dict[int, Occurrence]:
    """With milestone, plan and collector loaded."""
    found = session.scalars(
        select(Occurrence)
        .where(Occurrence.id.in_(ids))
        .options(
            joinedload(Occurrence.milestone)
            .joinedload(Milestone.plan)
            .joinedload(Plan.standing_office),
            joinedload(Occurrence.milestone)
            .joinedload(Milestone.collector)
            .selectinload(Unit.contacts),
        )
    )
    return {occurrence.id: occurrence for occurrence in found}


def officer_address(contacts: Iterable[Contact]) -> str:
    return next((one.email for one in contacts if one.role is Role.OFFICER and one.email), "")


class ItemMaker:
    """Turns obligations into lines of a letter; what all units share is worked out once."""

    def __init__(
        self, session: Session, dues: Collection[Due], *, hours: Hours, now: datetime
    ) -> None:
        self._occurrences = occurrences(session, {due.occurrence_id for due in dues})
        self._units = {
            id_: (code, name)
            for id_, code, name in session.execute(
                select(Unit.id, Unit.code, Unit.name).where(
                    Unit.id.in_({due.unit_id for due in dues})
                )
            )
        }
        self._hours = hours
        self._now = now
        self._today = hours.today(now)
        self._shared: dict[tuple[object, ...], dict[str, Any]] = {}

    def unit(self, unit_id: int) -> tuple[str, str]:
        """Code and name."""
        return self._units[unit_id]

    def office(self) -> str:
        """The standing office that signs; of several plans, the first due."""
        first = min(self._occurrences.values(), key=lambda one: (one.due_on, one.id), default=None)
        return "" if first is None else first.milestone.plan.standing_office.name

    def item(self, due: Due) -> Item:
        code, name = self._units[due.unit_id]
        returned = due.return_reason if due.state is ObligationState.RETURNED else None
        dropped = due.state is ObligationState.EXEMPT
        days = due.last_on, due.late_at, due.correct_by, due.promised_until
        key = (due.occurrence_id, *days, returned is None, dropped)
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = self._facts(due)
        return Item(unit=code, unit_name=name, returned=returned, **shared)

    def _facts(self, due: Due) -> dict[str, Any]:
        occurrence = self._occurrences[due.occurrence_id]
        milestone = occurrence.milestone
        correcting = due.state is ObligationState.RETURNED and due.correct_by is not None
        last_on = due.correct_by if correcting and due.correct_by else due.last_on
        late = not correcting and self._now >= due.late_at
        extended = due.extension_reason is not None and due.due_on != occurrence.due_on
        return {
            "plan": milestone.plan.title,
            "plan_number": milestone.plan.number,
            "plan_code": milestone.plan.code,
            "milestone": milestone.code,
            "name": milestone.name,
            "occurrence": occurrence.label,
            "due": last_on if correcting else due.due_on,
            "inclusive": correcting or due.last_on == due.due_on,
            "granularity": "day" if correcting or extended else occurrence.granularity,
            "last_on": last_on,
            "days_left": (last_on - self._today).days,
            "late_days": self._hours.late_days(due.late_at, self._now) if late else 0,
            "bucket": self._bucket(due, last_on, late=late),
            "clause": milestone.clause,
            "clause_where": milestone.clause_where,
            "hand_in": hand_in_lines(milestone.body),
            "collector": milestone.collector.name,
            "collector_email": officer_address(milestone.collector.contacts),
            "extended_from": occurrence.due_on if extended else None,
            "promised": self._promised(due),
        }

    def _promised(self, due: Due) -> date | None:
        """The day; its end is the next one's beginning."""
        until = due.promised_until
        return None if until is None else self._hours.today(until - timedelta(microseconds=1))

    def _bucket(self, due: Due, last_on: date, *, late: bool) -> Bucket:
        if due.state is ObligationState.EXEMPT:
            return Bucket.DROPPED
        if late or (due.correct_by is not None and last_on < self._today):
            return Bucket.OVERDUE
        if self._today >= min(due.target_on, last_on):
            return Bucket.TODAY
        return Bucket.WEEK if (last_on - self._today).days <= WEEK else Bucket.LATER


def hand_in_lines(body: dict[str, Any]) -> tuple[str, ...]:
    """One line per component and field of the plan file's `hand_in`."""
    asked = HandIn.model_validate(body.get("hand_in") or {})
    lines = [
        f"{part.name} (+ {part.paper:02d} bản giấy)" if part.paper else part.name
        for part in asked.components
    ]
    return (*lines, *(field.name for field in asked.fields))
