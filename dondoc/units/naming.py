"""What a unit was called on a day: a new name rewrites nothing that was said under the old one."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.tables import Unit, UnitName

ONE_DAY = timedelta(days=1)


class Names:
    """Of some units, or of all."""

    def __init__(self, session: Session, units: Collection[int] | None = None) -> None:
        chosen = select(UnitName.unit_id, UnitName.until, UnitName.name).order_by(UnitName.until)
        if units is not None:
            chosen = chosen.where(UnitName.unit_id.in_(units))
        rows = session.execute(chosen)
        self._former: dict[int, list[tuple[date, str]]] = defaultdict(list)
        for unit_id, until, name in rows:
            self._former[unit_id].append((until, name))

    def on(self, unit_id: int, day: date, now: str) -> str:
        """`now` is what it is called today."""
        former = self._former.get(unit_id, ())
        return next((name for until, name in former if day <= until), now)


def name_on(session: Session, unit: Unit, day: date) -> str:
    return Names(session, [unit.id]).on(unit.id, day, unit.name)


class Called(NamedTuple):
    """From the day `since` (None: always) until the end of `until` (None: still)."""

    name: str
    since: date | None
    until: date | None


def names_of(session: Session, unit: Unit) -> list[Called]:
    """In the order of time; one where it never changed."""
    former = session.execute(
        select(UnitName.name, UnitName.until)
        .where(UnitName.unit_id == unit.id)
        .order_by(UnitName.until)
    ).tuples()
    ends: list[tuple[str, date | None]] = [*former, (unit.name, None)]
    first = Called(ends[0][0], None, ends[0][1])
    following = [
        Called(name, before and before + ONE_DAY, until)
        for (_, before), (name, until) in pairwise(ends)
    ]
    return [first, *following]
