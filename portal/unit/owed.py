"""A unit's obligations as its letters would print them, the most urgent first."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from dondoc.tables import Obligation, ObligationState, Occurrence, Unit
from notifications.content import Bucket, Item
from notifications.facts import ItemMaker, due_columns, due_from
from notifications.post import Hours


class Task(NamedTuple):
    """`id` is the obligation's. `silent`: its date was over when the plan was launched, so nobody
    is late with it. `dropped`: an amendment no longer asks for it."""

    id: int
    state: ObligationState
    item: Item
    silent: bool = False
    dropped: bool = False


class Owed(NamedTuple):
    """`open` by urgency; `silent` what was over before anybody was asked; `handed` what waits for
    review or is done, the newest first."""

    units: tuple[str, ...]
    open: dict[Bucket, list[Task]]
    silent: list[Task]
    handed: list[Task]

    @property
    def plan(self) -> Item | None:
        """Any item, where all are of one plan."""
        items = [
            task.item for tasks in (*self.open.values(), self.silent, self.handed) for task in tasks
        ]
        return items[0] if len({item.plan_code for item in items}) == 1 else None

    @property
    def n_open(self) -> int:
        return sum(map(len, self.open.values())) + len(self.silent)


def owed_by(session: Session, units: Collection[int], *, hours: Hours, now: datetime) -> Owed:
    chosen = select(*due_columns()).where(Obligation.unit_id.in_(units))
    dues = [due_from(row) for row in session.execute(chosen)]
    maker = ItemMaker(session, dues, hours=hours, now=now)
    past = _silent(session, units)
    gone = set(session.scalars(_dropped(units)))
    tasks = [
        Task(
            due.obligation_id,
            due.state,
            maker.item(due),
            due.obligation_id in past,
            due.obligation_id in gone,
        )
        for due in dues
    ]
    owing = sorted((task for task in tasks if task.state.owing), key=_by_day)
    still = [task for task in owing if not task.silent]
    done = [task for task in tasks if not task.state.owing]
    names = session.scalars(select(Unit.name).where(Unit.id.in_(units)).order_by(Unit.id))
    return Owed(
        units=tuple(names),
        open={bucket: [task for task in still if task.item.bucket is bucket] for bucket in Bucket},
        silent=[task for task in owing if task.silent],
        handed=sorted(done, key=_by_day, reverse=True),
    )


def _dropped(units: Collection[int]) -> Select[tuple[int]]:
    return select(Obligation.id).where(
        Obligation.unit_id.in_(units), Obligation.dropped_in.is_not(None)
    )


def _silent(session: Session, units: Collection[int]) -> set[int]:
    """Obligations that were past already when their plan was launched."""
    chosen = select(Obligation.id).join(Occurrence).where(Occurrence.silent)
    return set(session.scalars(chosen.where(Obligation.unit_id.in_(units))))


def item_of(session: Session, obligation: int, *, hours: Hours, now: datetime) -> Item:
    chosen = select(*due_columns()).where(Obligation.id == obligation)
    due = due_from(session.execute(chosen).one())
    return ItemMaker(session, [due], hours=hours, now=now).item(due)


def _by_day(task: Task) -> tuple[object, ...]:
    return task.item.last_on, task.item.plan_code, task.id
