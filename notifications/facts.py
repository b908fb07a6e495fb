"""What rows say about one date of one milestone; the same for every unit that owes it."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session, aliased

from dondoc.bulk import among, dialect_of
from dondoc.plan.model import Granularity, HandIn
from dondoc.tables import (
    CORRECTING,
    Contact,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Role,
    Submission,
    Unit,
)
from notifications.content import Bucket, Item, Lack
from notifications.post import Hours

_OBLIGATIONS: Table = Obligation.__table__  # type: ignore[assignment]
_UNITS: Table = Unit.__table__  # type: ignore[assignment]

WEEK = 7
INCOMPLETE = ObligationState.INCOMPLETE


class Due(NamedTuple):
    """One obligation as it stands: whose it is, and from `state` on what it shares with others."""

    obligation_id: int
    unit_id: int
    state: ObligationState
    promised_until: datetime | None
    return_reason: str | None
    occurrence_id: int
    due_on: date
    last_on: date
    target_on: date
    late_at: datetime
    correct_by: date | None
    extension_reason: str | None


_SHARED = Due._fields.index("state")


def due_columns() -> tuple[Any, ...]:
    """In the order of `Due`."""
    return _OBLIGATIONS.c.id, *(_OBLIGATIONS.c[name] for name in Due._fields[1:])


due_from: partial[Due] = partial(tuple.__new__, Due)
"""From a row of `due_columns`."""


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
    return {row[0]: Occasion._make(row) for row in rows.all()}


@cache
def _occasions(dialect: str) -> Select[Any]:
    collector, office = _UNITS.alias("collector"), _UNITS.alias("office")
    occurrence, milestone, plan, seat = (
        table.__table__ for table in (Occurrence, Milestone, Plan, Contact)
    )
    email = (
        select(seat.c.email)
        .where(
            seat.c.unit_id == collector.c.id,
            seat.c.role == Role.OFFICER,
            seat.c.email.is_not(None),
        )
        .order_by(seat.c.id)
        .limit(1)
    )
    of_occurrence = ("id", "label", "granularity", "due_on")
    of_milestone = ("code", "name", "clause", "clause_where", "body")
    return (
        select(
            *(occurrence.c[name] for name in of_occurrence),
            *(milestone.c[name] for name in of_milestone),
            *(plan.c[name] for name in ("title", "number", "code")),
            *(office.c.name, collector.c.name, email.scalar_subquery()),
        )
        .select_from(occurrence)
        .join(milestone, milestone.c.id == occurrence.c.milestone_id)
        .join(plan, plan.c.id == milestone.c.plan_id)
        .join(office, office.c.id == plan.c.standing_office_id)
        .join(collector, collector.c.id == milestone.c.collector_id)
        .where(among(dialect, occurrence.c.id, "occurrences"))
    )


def _names_of(session: Session, units: Collection[int]) -> dict[int, tuple[str, str]]:
    """Code and name."""
    rows = session.execute(_named(dialect_of(session)), {"units": list(units)}).all()
    return {id_: (code, name) for id_, code, name in rows}


@cache
def _named(dialect: str) -> Select[Any]:
    wanted = among(dialect, _UNITS.c.id, "units")
    return select(_UNITS.c.id, _UNITS.c.code, _UNITS.c.name).where(wanted)


class ItemMaker:
    """Turns obligations into lines of a letter; what all units share is worked out once."""

    def __init__(
        self,
        session: Session,
        dues: Collection[Due],
        *,
        hours: Hours,
        now: datetime,
        units: Mapping[int, tuple[str, str]] | None = None,
    ) -> None:
        """`units`: code and name of those concerned, where they are known."""
        self._occasions = occasions(session, {due.occurrence_id for due in dues})
        self._units = _names_of(session, {due.unit_id for due in dues}) if units is None else units
        first = min(self._occasions.values(), key=lambda one: (one.due_on, one.id), default=None)
        self._lacking = _lacking(session, dues, self._occasions)
        self.office = "" if first is None else first.office
        """the standing office that signs; of several plans, the first due"""
        self._hours = hours
        self._now = now
        self._today = hours.today(now)
        self._alike: dict[tuple[object, ...], tuple[dict[str, Any], Item]] = {}
        """what items share, and the first of those that say the same"""
        self._items: dict[int, Item] = {}

    def unit(self, unit_id: int) -> tuple[str, str]:
        """Code and name."""
        return self._units[unit_id]

    def item(self, due: Due) -> Item:
        """The same one for all who are told of it."""
        known = self._items.get(due.obligation_id)
        if known is None:
            known = self._items[due.obligation_id] = self._item(due)
        return known

    def _item(self, due: Due) -> Item:
        code, name = self._units[due.unit_id]
        returned = due.return_reason if due.state in CORRECTING else None
        lacking = self._lacking.get(due.obligation_id, ())
        key = due[_SHARED:], returned, lacking
        alike = self._alike.get(key)
        if alike is None:
            facts = {**self._facts(due), "returned": returned, "lacking": lacking}
            first = Item(unit=code, unit_name=name, **facts)
            self._alike[key] = facts, first
            return first.like(first)
        shared, first = alike
        return Item(unit=code, unit_name=name, **shared).like(first)

    def _facts(self, due: Due) -> dict[str, Any]:
        occasion = self._occasions[due.occurrence_id]
        correcting = due.state in CORRECTING and due.correct_by is not None
        last_on = due.correct_by if correcting and due.correct_by else due.last_on
        received = due.state is INCOMPLETE
        late = not (correcting or received) and self._now >= due.late_at
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
        if due.state is INCOMPLETE:
            return Bucket.INCOMPLETE
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


def _lacking(
    session: Session, dues: Collection[Due], known: Mapping[int, Occasion]
) -> dict[int, tuple[Lack, ...]]:
    """What the last version lacks, of those that were received so."""
    received = {
        due.obligation_id: known[due.occurrence_id] for due in dues if due.state is INCOMPLETE
    }
    if not received:
        return {}
    rows = session.execute(_last_lacks(dialect_of(session)), {"obligations": list(received)})
    found = {}
    for obligation_id, missing, excused in rows:
        names = _names(orjson.dumps(received[obligation_id].body.get("hand_in") or {}))
        found[obligation_id] = tuple(
            (names.get(code, code), str(excused.get(code, ""))) for code in missing
        )
    return found


@cache
def _last_lacks(dialect: str) -> Select[Any]:
    other = aliased(Submission)
    last = (
        select(func.max(other.version))
        .where(other.obligation_id == _OBLIGATIONS.c.id, other.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(_OBLIGATIONS.c.id, Submission.missing, Submission.excused)
        .join(Submission, Submission.obligation_id == _OBLIGATIONS.c.id)
        .where(
            Submission.version == last,
            among(dialect, _OBLIGATIONS.c.id, "obligations"),
        )
    )


@lru_cache
def _names(hand_in: bytes) -> dict[str, str]:
    asked = HandIn.model_validate_json(hand_in)
    parts = {part.code: part.name for part in asked.components}
    return parts | {entry.code: entry.name for entry in asked.fields}


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
