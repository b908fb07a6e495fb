"""What rows say about one date of one milestone; the same for every unit that owes it."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Integer, Select, Table, select
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of, listed
from dondoc.plan.model import Granularity, HandIn
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

_OBLIGATIONS: Table = Obligation.__table__  # type: ignore[assignment]
_UNITS: Table = Unit.__table__  # type: ignore[assignment]

WEEK = 7


class Due(NamedTuple):
    """One obligation as it stands: whose it is, and from `occurrence_id` on what it shares with
    others."""

    obligation_id: int
    unit_id: int
    return_reason: str | None
    occurrence_id: int
    state: ObligationState
    due_on: date
    last_on: date
    target_on: date
    late_at: datetime
    correct_by: date | None
    extension_reason: str | None
    promised_until: datetime | None


_SHARED = Due._fields.index("occurrence_id")


def due_columns() -> tuple[Any, ...]:
    """In the order of `Due`."""
    return _OBLIGATIONS.c.id, *(_OBLIGATIONS.c[name] for name in Due._fields[1:])


def due_from(row: Iterable[Any]) -> Due:
    return Due._make(row)


class Occasion(NamedTuple):
    """An occurrence, with what its milestone and its plan say of it."""

    id: int
    label: str
    granularity: Granularity
    due_on: date
    milestone: str
    name: str
    clause: str
    clause_where: str
    body: dict[str, Any]
    plan: str
    plan_number: str
    plan_code: str
    office: str
    collector: str
    collector_email: str | None


def occasions(session: Session, ids: Collection[int]) -> dict[int, Occasion]:
    rows = session.execute(_occasions(dialect_of(session)), {"occurrences": list(ids)})
    return {row[0]: Occasion._make(row) for row in rows}


@cache
def _occasions(dialect: str) -> Select[Any]:
    collector, office = _UNITS.alias("collector"), _UNITS.alias("office")
    email = (
        select(Contact.email)
        .where(
            Contact.unit_id == collector.c.id,
            Contact.role == Role.OFFICER,
            Contact.email.is_not(None),
        )
        .order_by(Contact.id)
        .limit(1)
    )
    return (
        select(
            *(Occurrence.id, Occurrence.label, Occurrence.granularity, Occurrence.due_on),
            *(Milestone.code, Milestone.name, Milestone.clause, Milestone.clause_where),
            *(Milestone.body, Plan.title, Plan.number, Plan.code),
            *(office.c.name, collector.c.name, email.scalar_subquery()),
        )
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(office, office.c.id == Plan.standing_office_id)
        .join(collector, collector.c.id == Milestone.collector_id)
        .where(Occurrence.id.in_(listed(dialect, "occurrences", Integer())))
    )


@cache
def _named(dialect: str) -> Select[Any]:
    wanted = _UNITS.c.id.in_(listed(dialect, "units", Integer()))
    return select(_UNITS.c.id, _UNITS.c.code, _UNITS.c.name).where(wanted)


class ItemMaker:
    """Turns obligations into lines of a letter; what all units share is worked out once."""

    def __init__(
        self, session: Session, dues: Collection[Due], *, hours: Hours, now: datetime
    ) -> None:
        self._occasions = occasions(session, {due.occurrence_id for due in dues})
        units = list({due.unit_id for due in dues})
        rows = session.execute(_named(dialect_of(session)), {"units": units})
        self._units = {id_: (code, name) for id_, code, name in rows}
        first = min(self._occasions.values(), key=lambda one: (one.due_on, one.id), default=None)
        self.office = "" if first is None else first.office
        """the standing office that signs; of several plans, the first due"""
        self._hours = hours
        self._now = now
        self._today = hours.today(now)
        self._shared: dict[tuple[object, ...], dict[str, Any]] = {}

    def unit(self, unit_id: int) -> tuple[str, str]:
        """Code and name."""
        return self._units[unit_id]

    def item(self, due: Due) -> Item:
        code, name = self._units[due.unit_id]
        returned = due.return_reason if due.state is ObligationState.RETURNED else None
        key = due[_SHARED:]
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = self._facts(due)
        return Item(unit=code, unit_name=name, returned=returned, **shared)

    def _facts(self, due: Due) -> dict[str, Any]:
        occasion = self._occasions[due.occurrence_id]
        correcting = due.state is ObligationState.RETURNED and due.correct_by is not None
        last_on = due.correct_by if correcting and due.correct_by else due.last_on
        late = not correcting and self._now >= due.late_at
        extended = due.extension_reason is not None and due.due_on != occasion.due_on
        return {
            "plan": occasion.plan,
            "plan_number": occasion.plan_number,
            "plan_code": occasion.plan_code,
            "milestone": occasion.milestone,
            "name": occasion.name,
            "occurrence": occasion.label,
            "due": last_on if correcting else due.due_on,
            "inclusive": correcting or due.last_on == due.due_on,
            "granularity": "day" if correcting or extended else occasion.granularity,
            "last_on": last_on,
            "days_left": (last_on - self._today).days,
            "late_days": self._hours.late_days(due.late_at, self._now) if late else 0,
            "bucket": self._bucket(due, last_on, late=late),
            "clause": occasion.clause,
            "clause_where": occasion.clause_where,
            "hand_in": hand_in_lines(occasion.body),
            "collector": occasion.collector,
            "collector_email": occasion.collector_email or "",
            "extended_from": occasion.due_on if extended else None,
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
        if self._is_last_working_day(due, last_on):
            return Bucket.TODAY
        return Bucket.WEEK if (last_on - self._today).days <= WEEK else Bucket.LATER

    def _is_last_working_day(self, due: Due, last_on: date) -> bool:
        """A correction has no target day of its own in the rows."""
        if last_on == due.last_on:
            return self._today >= min(due.target_on, last_on)
        noon = datetime.combine(last_on, time(12), UTC)
        return self._hours.working_days(self._now, noon) == 0


def hand_in_lines(body: dict[str, Any]) -> tuple[str, ...]:
    """One line per component and field of the plan file's `hand_in`."""
    return _hand_in_lines(orjson.dumps(body.get("hand_in") or {}))


@lru_cache
def _hand_in_lines(hand_in: bytes) -> tuple[str, ...]:
    asked = HandIn.model_validate_json(hand_in)
    lines = [
        f"{part.name} (+ {part.paper:02d} bản giấy)" if part.paper else part.name
        for part in asked.components
    ]
    return (*lines, *(field.name for field in asked.fields))
