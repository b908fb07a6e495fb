"""A superior is told only after the unit's own reminder was accepted by a mail server; of a
collector that has not decided, after the collector's."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from dondoc.bulk import among, dialect_of
from dondoc.problems import Trouble, first_officers, open_problems
from dondoc.tables import Cause, Instant, Notice, NoticeState, Obligation, Reason, Stage, one_of
from notifications.judging import OWN, Due, Verdict
from notifications.post import Post

_C, _OBLIGATIONS = Notice.__table__.c, Obligation.__table__.c
Evidence = tuple[Stage, ...]
OF_UNIT: Evidence = OWN
OF_COLLECTOR: Evidence = (Stage.REVIEW,)
"""What was sent to those themselves of whom a superior is told."""


def told(session: Session, obligations: Collection[int]) -> dict[int, datetime]:
    """When the unit's latest own reminder was accepted, by obligation."""
    if not obligations:
        return {}
    rows = session.execute(_accepted(dialect_of(session)), {"obligations": list(obligations)})
    return {
        obligation: at for obligation, at in rows.all() if obligation is not None and at is not None
    }


def _evident(
    session: Session, obligations: Collection[int], before: datetime, whose: Evidence
) -> set[int]:
    """Those of which a reminder of their own was accepted, `before` that moment."""
    if not obligations:
        return set()
    asked = {"obligations": list(obligations), "before": before}
    return set(session.scalars(_with_evidence(dialect_of(session), whose), asked).all())


def _on_the_way(
    session: Session, obligations: Collection[int], now: datetime, whose: Evidence
) -> set[int]:
    """Obligations whose own reminder is due, or in a letter that had not been accepted by `now`:
    letters may leave while others are still made."""
    if not obligations:
        return set()
    asked = {"obligations": list(obligations), "now": now}
    return set(session.scalars(_waiting(dialect_of(session), whose), asked))


@cache
def _accepted(dialect: str) -> Select[Any]:
    return (
        select(_C.obligation_id, func.max(_C.decided_at))
        .where(_own(dialect, OF_UNIT), _C.state == NoticeState.SENT)
        .group_by(_C.obligation_id)
    )


@cache
def _with_evidence(dialect: str, whose: Evidence) -> Select[Any]:
    """The first such reminder is enough: an obligation has dozens of notices by its end."""
    accepted = select(_C.id).where(
        _C.obligation_id == _OBLIGATIONS.id,
        one_of(_C.stage, whose),
        _C.level.is_(None),
        _C.state == NoticeState.SENT,
        _C.decided_at < bindparam("before", type_=Instant),
    )
    asked = among(dialect, _OBLIGATIONS.id, "obligations")
    return select(_OBLIGATIONS.id).where(asked, accepted.exists())


@cache
def _waiting(dialect: str, whose: Evidence) -> Select[Any]:
    now = bindparam("now", type_=Instant)
    due = and_(_C.state == NoticeState.PLANNED, _C.planned_at <= now)
    since = and_(_C.state == NoticeState.SENT, _C.decided_at >= now)
    leaving = or_(_C.state == NoticeState.QUEUED, due, since)
    return select(_C.obligation_id).where(_own(dialect, whose), leaving)


def _own(dialect: str, whose: Evidence) -> ColumnElement[bool]:
    return and_(
        among(dialect, _C.obligation_id, "obligations"), one_of(_C.stage, whose), _C.level.is_(None)
    )


def not_yet(session: Session, found: Sequence[Due], *, post: Post, now: datetime) -> list[Verdict]:
    """Escalations without evidence: carried while the unit's letter is on its way, else ended as
    a contact problem for the operator."""
    escalation, review = Stage.ESCALATE, Stage.REVIEW
    upward = [due for due in found if due.stage is escalation]
    verdicts, unreached = _without_evidence(session, upward, OF_UNIT, post=post, now=now)
    if unreached:
        _tell_operator(session, {unit for unit in unreached if unit is not None}, now)
    of_reviews = [due for due in found if due.stage is review and due.level is not None]
    return verdicts + _without_evidence(session, of_reviews, OF_COLLECTOR, post=post, now=now)[0]


def _without_evidence(
    session: Session, upward: Sequence[Due], whose: Evidence, *, post: Post, now: datetime
) -> tuple[list[Verdict], set[int | None]]:
    """Their verdicts, and the units that were never reached."""
    ids = {due.obligation_id for due in upward if due.obligation_id is not None}
    without = ids - _evident(session, ids, now, whose)
    if not without:
        return [], set()
    waiting = _on_the_way(session, without, now, whose)
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
    return verdicts, {due.unit_id for due in upward if due.obligation_id in without - waiting}


def _tell_operator(session: Session, units: Collection[int], now: datetime) -> None:
    """Where the mail server's own words are known already, they stay."""
    troubles = [
        Trouble(officer.id, Cause.NOT_TOLD, officer.email)
        for officer in first_officers(session, units)
    ]
    open_problems(session, troubles, now=now)
