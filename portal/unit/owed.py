"""A unit's obligations as its letters would print them, the most urgent first."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.tables import Obligation, ObligationState, Unit
from notifications.content import Bucket, Item
from notifications.facts import ItemMaker, due_columns, due_from
from notifications.post import Hours


class Task(NamedTuple):
    """`id` is the obligation's."""

    id: int
    state: ObligationState
    item: Item


class Owed(NamedTuple):
    """`open` by urgency; `handed` what waits for review or is done, the newest first."""

    units: tuple[str, ...]
    open: dict[Bucket, list[Task]]
    handed: list[Task]

    @property
    def plan(self) -> Item | None:
        """Any item, where all are of one plan."""
        items = [task.item for tasks in (*self.open.values(), self.handed) for task in tasks]
        return items[0] if len({item.plan_code for item in items}) == 1 else None

    @property
    def n_open(self) -> int:
        return sum(map(len, self.open.values()))


def owed_by(session: Session, units: Collection[int], *, hours: Hours, now: datetime) -> Owed:
    chosen = select(*due_columns()).where(Obligation.unit_id.in_(units))
    dues = [due_from(row) for row in session.execute(chosen)]
    maker = ItemMaker(session, dues, hours=hours, now=now)
    tasks = [Task(due.obligation_id, due.state, maker.item(due)) for due in dues]
    still = sorted((task for task in tasks if task.state.owing), key=_by_day)
    done = [task for task in tasks if not task.state.owing]
    names = session.scalars(select(Unit.name).where(Unit.id.in_(units)).order_by(Unit.id))
    return Owed(
        units=tuple(names),
        open={bucket: [task for task in still if task.item.bucket is bucket] for bucket in Bucket},
        handed=sorted(done, key=_by_day, reverse=True),
    )


def item_of(session: Session, obligation: int, *, hours: Hours, now: datetime) -> Item:
    chosen = select(*due_columns()).where(Obligation.id == obligation)
    due = due_from(session.execute(chosen).one())
    return ItemMaker(session, [due], hours=hours, now=now).item(due)


def _by_day(task: Task) -> tuple[object, ...]:
    return task.item.last_on, task.item.plan_code, task.id
