"""Steps become notice rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    TextClause,
    and_,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dondoc.fulfilment import end_planned
from dondoc.tables import Contact, Notice, NoticeState, Obligation, Reason, Role
from dondoc.units.chain import Chain, Seat
from schedules.cadence import LEVELS, Step

BATCH = 5_000
_LEVEL = {number: level for level, number in LEVELS.items()}

Row = dict[str, Any]


class Owing(NamedTuple):
    obligation_id: int
    unit_id: int


def plan_occurrence(
    session: Session,
    occurrence_id: int,
    steps: Sequence[Step],
    chain: Chain,
    *,
    plan_id: int,
    units: Sequence[int],
) -> int:
    """Notices for every obligation of an occurrence. Returns how many."""
    sowing = Sowing(session, chain, Obligation.occurrence_id == occurrence_id, units, plan_id)
    return sum(sowing.plan(step) for step in steps)


class Sowing(NamedTuple):
    """Notices made by the database itself: one statement a step, and for the levels above one a
    superior. `owing` chooses the obligations, `units` are whose they are. `again`: what an
    amendment ended before is taken up again; what went out, or ended otherwise, stays as it is."""

    session: Session
    chain: Chain
    owing: ColumnElement[bool]
    units: Sequence[int]
    plan_id: int
    again: bool = False

    def plan(self, step: Step) -> int:
        """Returns how many."""
        return self._to_officers(step) if step.level is None else self._upward(step)

    def _to_officers(self, step: Step) -> int:
        seats = select(Obligation.id, Contact.id, null()).join(
            Contact, and_(Contact.unit_id == Obligation.unit_id, Contact.role == Role.OFFICER)
        )
        return self._insert_from(seats.where(self.owing), step)

    def _upward(self, step: Step) -> int:
        below: dict[Seat, list[int]] = defaultdict(list)
        own_head: list[int] = []
        for unit_id in self.units:
            seat = self.chain.superior(unit_id, _LEVEL[step.level or 0])
            if seat is not None and seat == (self.chain.heads.get(unit_id), None):
                own_head.append(unit_id)
            elif seat is not None:
                below[seat].append(unit_id)
        count = 0
        for members in _batches(own_head):
            heads = select(Obligation.id, Contact.id, null()).join(
                Contact, and_(Contact.unit_id == Obligation.unit_id, Contact.role == Role.HEAD)
            )
            chosen = heads.where(self.owing, Contact.position == 0, Obligation.unit_id.in_(members))
            count += self._insert_from(chosen, step)
        for seat, led in below.items():
            for members in _batches(led):
                one = select(Obligation.id, literal(seat.contact_id), literal(seat.note, String))
                led_by_one = one.where(self.owing, Obligation.unit_id.in_(members))
                count += self._insert_from(led_by_one, step)
        return count

    def _insert_from(self, chosen: Select[Any], step: Step) -> int:
        """`chosen` selects obligation, seat and note."""
        table = Notice.__table__
        values: dict[str, Any] = {
            "plan_id": self.plan_id,
            "stage": step.stage,
            "step": step.name,
            "level": step.level,
            "planned_at": step.at,
            "state": NoticeState.PLANNED,
        }
        fixed = [literal(value, table.c[name].type) for name, value in values.items()]
        columns = ["obligation_id", "contact_id", "note", *values, "due_version"]
        rows = chosen.add_columns(*fixed, Obligation.due_version).order_by(Obligation.id)
        made = into_notices(self.session).from_select(columns, rows)
        if self.again:
            made = taken_up_again(
                made, index=("obligation_id", "step", "due_version", "contact_id")
            )
        done = self.session.execute(made, execution_options={"preserve_rowcount": True})
        return int(done.rowcount)  # type: ignore[attr-defined]


NoticeInsert = postgresql.Insert | sqlite.Insert


def into_notices(session: Session) -> NoticeInsert:
    """An INSERT that may be told what to do with a notice that is there already."""
    table: Table = Notice.__table__  # type: ignore[assignment]
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def taken_up_again(
    made: NoticeInsert, *, index: Sequence[str], where: TextClause | None = None
) -> NoticeInsert:
    """A notice that an amendment ended is planned again, as the new row says; any other that is
    there already stays as it is."""
    fresh = made.excluded
    return made.on_conflict_do_update(
        index_elements=index,
        index_where=where,
        set_={
            "state": NoticeState.PLANNED,
            "planned_at": fresh.planned_at,
            "note": fresh.note,
            "reason": None,
            "decided_at": None,
        },
        where=and_(Notice.state == NoticeState.SKIPPED, Notice.reason == Reason.AMENDED),
    )


def _batches(units: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(units), BATCH):
        yield units[start : start + BATCH]


def rows(
    plan_id: int, owing: Owing, steps: Sequence[Step], chain: Chain, *, due_version: int
) -> Iterator[Row]:
    """For one obligation."""
    for step in steps:
        for contact_id, note in _addressees(chain, owing.unit_id, step):
            yield {
                "plan_id": plan_id,
                "obligation_id": owing.obligation_id,
                "contact_id": contact_id,
                "stage": step.stage,
                "step": step.name,
                "level": step.level,
                "due_version": due_version,
                "planned_at": step.at,
                "state": NoticeState.PLANNED,
                "note": note,
            }


def _addressees(chain: Chain, unit_id: int, step: Step) -> Iterable[tuple[int, str | None]]:
    if step.level is None:
        return [(contact_id, None) for contact_id in chain.officers.get(unit_id, ())]
    seat = chain.superior(unit_id, _LEVEL[step.level])
    return [] if seat is None else [seat]


def insert_rows(session: Session, found: Iterable[Row]) -> int:
    """Returns how many notices were planned."""
    pending = list(found)
    if pending:
        session.execute(insert(Notice.__table__), pending)  # type: ignore[arg-type]
    return len(pending)


def replan(
    session: Session,
    owing: Owing,
    steps: Sequence[Step],
    chain: Chain,
    *,
    plan_id: int,
    due_version: int,
    reason: Reason,
    now: datetime,
) -> int:
    """Ends the notices still planned for one obligation and plans those that lie ahead."""
    end_planned(session, [owing.obligation_id], reason=reason, now=now)
    ahead = [step for step in steps if step.at >= now]
    return insert_rows(session, rows(plan_id, owing, ahead, chain, due_version=due_version))
