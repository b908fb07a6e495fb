"""What the letter to a successor says of each obligation: who owed it before, and why no longer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.tables import Handover, Obligation, Stage, Unit
from dondoc.units.naming import Names
from notifications.judging import Due


class Takeovers:
    """`dues` are a batch's notices; one that tells a takeover names a handover. It tells of all
    whose work the obligation has become, also where units ended one after the other."""

    def __init__(self, session: Session, dues: Iterable[Due], today: date) -> None:
        firsts = {_first(due.step) for due in dues if due.stage is Stage.TAKEN_OVER}
        self._why: dict[int, str] = {}
        self._from: dict[int, list[str]] = defaultdict(list)
        if firsts:
            self._read(session, firsts, today)

    def told(self, due: Due) -> dict[str, Any]:
        """The fields of an Item."""
        first = _first(due.step)
        return {
            "taken_from": tuple(self._from.get(first, ())),
            "changed_why": self._why.get(first, ""),
        }

    def _read(self, session: Session, firsts: Iterable[int], today: date) -> None:
        chosen = select(Handover).where(Handover.id.in_(list(firsts)))
        for first in session.scalars(chosen):
            self._why[first.id] = first.reason
            rows = session.execute(
                select(Unit.id, Unit.name)
                .join(Obligation, Obligation.unit_id == Unit.id)
                .join(Handover, Handover.obligation_id == Obligation.id)
                .where(Handover.successor_id == first.successor_id)
                .order_by(Unit.code)
            ).tuples()
            found = rows.all()
            names = Names(session, [unit_id for unit_id, _ in found])
            self._from[first.id] += [names.on(id_, today, name) for id_, name in found]


def _first(step: str) -> int:
    return int(step.rpartition("-")[2])
