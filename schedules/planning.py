"""Steps become notice rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, String, and_, insert, literal, null, select
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
    """Notices for every obligation of an occurrence, made by the database itself: one statement
    a step, and for the levels above one a superior. Returns how many."""
    count = 0
    for step in steps:
        if step.level is None:
            count += _to_officers(session, occurrence_id, step, plan_id)
        else:
            count += _upward(session, occurrence_id, step, chain, plan_id=plan_id, units=units)
    return count


def _to_officers(session: Session, occurrence_id: int, step: Step, plan_id: int) -> int:
    seats = select(Obligation.id, Contact.id, null()).join(
        Contact, and_(Contact.unit_id == Obligation.unit_id, Contact.role == Role.OFFICER)
    )
    chosen = seats.where(Obligation.occurrence_id == occurrence_id)
    return _insert_from(session, chosen.order_by(Obligation.id), step, plan_id)


def _upward(
    session: Session,
    occurrence_id: int,
    step: Step,
    chain: Chain,
    *,
    plan_id: int,
    units: Sequence[int],
) -> int:
    below: dict[Seat, list[int]] = defaultdict(list)
    own_head: list[int] = []
    for unit_id in units:
        seat = chain.superior(unit_id, _LEVEL[step.level or 0])
        if seat is not None and seat == (chain.heads.get(unit_id), None):
            own_head.append(unit_id)
        elif seat is not None:
            below[seat].append(unit_id)
    owing = Obligation.occurrence_id == occurrence_id
    count = 0
    for members in _batches(own_head):
        heads = select(Obligation.id, Contact.id, null()).join(
            Contact, and_(Contact.unit_id == Obligation.unit_id, Contact.role == Role.HEAD)
        )
        chosen = heads.where(owing, Contact.position == 0, Obligation.unit_id.in_(members))
        count += _insert_from(session, chosen.order_by(Obligation.id), step, plan_id)
    for seat, led in below.items():
        for members in _batches(led):
            one = select(Obligation.id, literal(seat.contact_id), literal(seat.note, String))
            led_by_one = one.where(owing, Obligation.unit_id.in_(members))
            count += _insert_from(session, led_by_one.order_by(Obligation.id), step, plan_id)
    return count


def _batches(units: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(units), BATCH):
        yield units[start : start + BATCH]


def _insert_from(session: Session, chosen: Select[Any], step: Step, plan_id: int) -> int:
    """`chosen` selects obligation, seat and note."""
    table = Notice.__table__
    values: dict[str, Any] = {
        "plan_id": plan_id,
        "stage": step.stage,
        "step": step.name,
        "level": step.level,
        "due_version": 1,
        "planned_at": step.at,
        "state": NoticeState.PLANNED,
    }
    fixed = [literal(value, table.c[name].type) for name, value in values.items()]
    columns = ["obligation_id", "contact_id", "note", *values]
    made = insert(table).from_select(columns, chosen.add_columns(*fixed))  # type: ignore[arg-type]
    done = session.execute(made, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)  # type: ignore[attr-defined]


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
