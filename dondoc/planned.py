"""Notices that are planned, as rows that are inserted together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from dondoc.tables import Notice, NoticeState, Stage

Row = dict[str, Any]


def planned(
    plan_id: int,
    obligation_id: int | None,
    contact_id: int,
    *,
    stage: Stage,
    step: str,
    at: datetime,
    level: int | None = None,
    due_version: int = 1,
    note: str | None = None,
) -> Row:
    """`obligation_id`: None for what is told about the plan as a whole; `level`: of an escalation;
    `note`: why this seat and not the one above it."""
    return {
        "plan_id": plan_id,
        "obligation_id": obligation_id,
        "contact_id": contact_id,
        "stage": stage,
        "step": step,
        "level": level,
        "due_version": due_version,
        "planned_at": at,
        "state": NoticeState.PLANNED,
        "note": note,
    }


def insert_rows(session: Session, found: Iterable[Row]) -> int:
    """Returns how many notices were planned."""
    pending = list(found)
    if pending:
        session.execute(insert(Notice.__table__), pending)  # type: ignore[arg-type]
    return len(pending)
