"""Steps become notice rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from dondoc.fulfilment import end_planned
from dondoc.tables import Notice, NoticeState, Reason
from dondoc.units.chain import Chain
from schedules.cadence import LEVELS, Step

BATCH = 10_000
_LEVEL = {number: level for level, number in LEVELS.items()}

Row = dict[str, Any]


class Owing(NamedTuple):
    obligation_id: int
    unit_id: int


def rows(
    plan_id: int,
    owing: Iterable[Owing],
    steps: Sequence[Step],
    chain: Chain,
    *,
    due_version: int = 1,
) -> Iterator[Row]:
    for obligation_id, unit_id in owing:
        for step in steps:
            for contact_id, note in _addressees(chain, unit_id, step):
                yield {
                    "plan_id": plan_id,
                    "obligation_id": obligation_id,
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
    count = 0
    pending: list[Row] = []
    for row in found:
        pending.append(row)
        if len(pending) == BATCH:
            count += _insert(session, pending)
            pending = []
    return count + _insert(session, pending)


def _insert(session: Session, pending: list[Row]) -> int:
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
    return insert_rows(session, rows(plan_id, [owing], ahead, chain, due_version=due_version))
