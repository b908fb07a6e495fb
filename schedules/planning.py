"""Steps become notice rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    String,
    Table,
    TextClause,
    and_,
    bindparam,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import TypeEngine

from dondoc.bulk import ROWS, dialect_of, given, listed
from dondoc.fulfilment import end_planned
from dondoc.plan.model import Level
from dondoc.planned import Row, insert_rows, planned
from dondoc.tables import Contact, Notice, NoticeState, Obligation, Reason, Role
from dondoc.units.chain import Chain, Seat
from schedules.cadence import LEVELS, Step

_LEVEL = {number: level for level, number in LEVELS.items()}

NoticeInsert = postgresql.Insert | sqlite.Insert


class Owing(NamedTuple):
    obligation_id: int
    unit_id: int


@dataclass
class Sowing:
    """Notices made by the database itself: one statement a step, and where some of the superiors
    are the units' own heads, two. `owing` chooses the obligations, `units` are whose they are.
    `again`: what an amendment ended before is taken up again; what went out, or ended otherwise,
    stays as it is."""

    session: Session
    chain: Chain
    owing: ColumnElement[bool]
    units: Sequence[int]
    plan_id: int
    again: bool = False

    def plan(self, step: Step) -> int:
        """Returns how many."""
        if step.level is None:
            return self._sow(self._to_officers, step)
        return self._upward(step, _LEVEL[step.level])

    def _upward(self, step: Step, level: Level) -> int:
        below: dict[Seat, list[int]] = defaultdict(list)
        own_head: list[int] = []
        for unit_id in self.units:
            seat = self.chain.superior(unit_id, level)
            if seat is not None and seat == (self.chain.heads.get(unit_id), None):
                own_head.append(unit_id)
            elif seat is not None:
                below[seat].append(unit_id)
        count = self._sow(self._to_heads, step, units=own_head) if own_head else 0
        if below:
            count += self._sow(self._to_superiors, step, **{ROWS: list(_led(below))})
        return count

    def _sow(self, sowing: Insert, step: Step, **more: Any) -> int:
        of_step = {f"of_{name}": getattr(step, attribute) for name, attribute in _OF_STEP.items()}
        done = self.session.execute(
            sowing, of_step | more, execution_options={"preserve_rowcount": True}
        )
        return int(done.rowcount)  # type: ignore[attr-defined]

    @cached_property
    def _to_officers(self) -> Insert:
        return self._to_own(Role.OFFICER)

    @cached_property
    def _to_heads(self) -> Insert:
        return self._to_own(Role.HEAD, Contact.position == 0, self._chosen)

    @cached_property
    def _to_superiors(self) -> Insert:
        """One after the other, each of all that are below him."""
        led = given(dialect_of(self.session), _LED)
        chosen = select(Obligation.id, led.c.seat, led.c.note)
        below = chosen.join(led, led.c.unit == Obligation.unit_id).order_by(led.c.place)
        return self._into(below, led.c.seat)

    @property
    def _chosen(self) -> ColumnElement[bool]:
        return Obligation.unit_id.in_(listed(dialect_of(self.session), "units", Integer()))

    def _to_own(self, role: Role, *limits: ColumnElement[bool]) -> Insert:
        """To the seats of the unit itself."""
        of_unit = and_(Contact.unit_id == Obligation.unit_id, Contact.role == role)
        chosen = select(Obligation.id, Contact.id, null()).join(Contact, of_unit).where(*limits)
        return self._into(chosen, Contact.id.expression)

    def _into(self, chosen: Select[Any], seat: ColumnElement[int]) -> Insert:
        """`chosen` selects obligation, `seat` and note."""
        table = Notice.__table__
        same = {"plan_id": literal(self.plan_id), "state": _PLANNED}
        same |= {name: bindparam(f"of_{name}", type_=table.c[name].type) for name in _OF_STEP}
        columns = ["obligation_id", "contact_id", "note", *same, "due_version"]
        rows = chosen.add_columns(*same.values(), Obligation.due_version).order_by(Obligation.id)
        owed = rows.where(self.owing)
        if not self.again:  # SQLAlchemy compiles this once, a dialect's own INSERT every time
            return insert(Notice.__table__).from_select(columns, owed)  # type: ignore[arg-type]
        meant = owed.where(~_cancelled(seat, same["step"], same["planned_at"]))
        made = into_notices(self.session).from_select(columns, meant)
        return taken_up_again(made, index=("obligation_id", "step", "due_version", "contact_id"))


_LED: dict[str, TypeEngine[Any]] = {
    **{name: Integer() for name in ("place", "unit", "seat")},
    "note": String(),
}


def _led(below: Mapping[Seat, Sequence[int]]) -> Iterator[Row]:
    """A row of `_LED` for each unit, in the order of the superiors."""
    for place, (seat, units) in enumerate(below.items()):
        for unit in units:
            yield {"place": place, "unit": unit, "seat": seat.contact_id, "note": seat.note}


_OF_STEP = {"stage": "stage", "step": "name", "level": "level", "planned_at": "at"}
"""columns by what a step calls them"""
_PLANNED: ColumnElement[Any] = literal(NoticeState.PLANNED, Notice.__table__.c.state.type)


def _cancelled(
    seat: ColumnElement[int],
    step: ColumnElement[Any],
    at: ColumnElement[Any],
) -> ColumnElement[bool]:
    """Somebody decided against this very sending, whichever version of the date it stood on."""
    other = aliased(Notice)
    return (
        select(other.id)
        .where(
            other.obligation_id == Obligation.id,
            other.contact_id == seat,
            other.step == step,
            other.planned_at == at,
            other.reason == Reason.CANCELLED,
        )
        .exists()
    )


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


def rows(
    plan_id: int, owing: Owing, steps: Sequence[Step], chain: Chain, *, due_version: int
) -> Iterator[Row]:
    """For one obligation."""
    for step in steps:
        for contact_id, note in _addressees(chain, owing.unit_id, step):
            yield planned(
                plan_id,
                owing.obligation_id,
                contact_id,
                stage=step.stage,
                step=step.name,
                level=step.level,
                due_version=due_version,
                at=step.at,
                note=note,
            )


def _addressees(chain: Chain, unit_id: int, step: Step) -> Iterable[tuple[int, str | None]]:
    if step.level is None:
        return [(contact_id, None) for contact_id in chain.officers.get(unit_id, ())]
    seat = chain.superior(unit_id, _LEVEL[step.level])
    return [] if seat is None else [seat]


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
