"""What the letter about an amended plan says of each obligation: what it was, and why."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from dondoc.changes import Change
from dondoc.tables import Stage, Version
from notifications.judging import Due


class Changes:
    """`dues` are a batch's notices; those that tell a change name the plan's version."""

    def __init__(self, session: Session, dues: Iterable[Due]) -> None:
        pairs = {(due.plan_id, _version(due.step)) for due in dues if due.stage is Stage.CHANGED}
        chosen = select(Version.plan_id, Version.number, Version.reason).where(
            tuple_(Version.plan_id, Version.number).in_(pairs)
        )
        rows = session.execute(chosen) if pairs else ()
        self._why = {(plan_id, number): reason or "" for plan_id, number, reason in rows}

    def told(self, due: Due) -> dict[str, Any]:
        """The fields of an Item."""
        change = Change.read(due.change)
        return {
            "was": change.was,
            "was_inclusive": change.inclusive,
            "changes": tuple(what.value for what in change.what),
            "changed_why": self._why.get((due.plan_id, _version(due.step)), ""),
        }


def _version(step: str) -> int:
    return int(step.rpartition("-")[2])
