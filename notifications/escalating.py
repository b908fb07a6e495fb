"""A superior is told only after the unit's own reminder was accepted by a mail server."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.tables import Notice, NoticeState, Problem, Reason, Stage
from notifications.judging import OWN, Due, Verdict
from notifications.post import Post


def told(session: Session, obligations: Collection[int]) -> dict[int, datetime]:
    """When the unit's latest own reminder was accepted, by obligation."""
    if not obligations:
        return {}
    rows = session.execute(
        select(Notice.obligation_id, func.max(Notice.decided_at))
        .where(
            Notice.obligation_id.in_(obligations),
            Notice.stage.in_(OWN),
            Notice.state == NoticeState.SENT,
        )
        .group_by(Notice.obligation_id)
    )
    return {obligation: at for obligation, at in rows if obligation is not None and at is not None}


def _on_the_way(session: Session, obligations: Collection[int], now: datetime) -> set[int]:
    """Obligations whose own reminder is in a letter that has not been accepted yet, or is due."""
    if not obligations:
        return set()
    waiting = (Notice.state == NoticeState.QUEUED) | (
        (Notice.state == NoticeState.PLANNED) & (Notice.planned_at <= now)
    )
    return set(
        session.scalars(
            select(Notice.obligation_id).where(
                Notice.obligation_id.in_(obligations), Notice.stage.in_(OWN), waiting
            )
        )
    )


def not_yet(session: Session, found: Sequence[Due], *, post: Post, now: datetime) -> list[Verdict]:
    """Escalations without evidence: carried while the unit's letter is on its way, else ended as
    a contact problem for the operator."""
    upward = [due for due in found if due.stage is Stage.ESCALATE]
    ids = {due.obligation_id for due in upward if due.obligation_id is not None}
    without = ids - told(session, ids).keys()
    if not without:
        return []
    waiting = _on_the_way(session, without, now)
    tomorrow = post.hours.next_opening(now, after_today=True)
    verdicts = []
    for due in upward:
        if due.obligation_id in waiting:
            verdicts.append(Verdict(due.id, NoticeState.PLANNED, None, tomorrow, "carried"))
        elif due.obligation_id in without:
            verdicts.append(
                Verdict(
                    due.id, NoticeState.SKIPPED, Reason.CONTACT_PROBLEM, due.planned_at, due.note
                )
            )
    unreached = {due.unit_id for due in upward if due.obligation_id in without - waiting}
    open_problems(session, {unit for unit in unreached if unit is not None}, now, why="not_told")
    return verdicts


def open_problems(session: Session, units: Collection[int], now: datetime, *, why: str) -> None:
    """One open problem a unit and cause, however often it is met."""
    known = set(
        session.scalars(
            select(Problem.unit_id).where(
                Problem.unit_id.in_(units), Problem.closed_at.is_(None), Problem.why == why
            )
        )
    )
    session.add_all(
        Problem(unit_id=unit, opened_at=now, why=why) for unit in sorted(set(units) - known)
    )
