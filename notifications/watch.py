"""The figures by which a machine watches the service."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.tables import (
    WAITING,
    Heartbeat,
    Incident,
    Letter,
    LetterState,
    Problem,
    Reply,
    ReplyState,
    Rest,
    RestCause,
)
from notifications.backlog import backlog, rate


class Watch(NamedTuple):
    """Ages in seconds. `deferrals`: letters that wait for another try, by the first three
    characters of the server's answer, or `none` where no server answered. `rate`: letters a minute,
    of late. `resting`: recipient domains by cause. `replies`: answers to
    letters, by what became of them."""

    letters: Mapping[str, int]
    oldest: float
    deferrals: Mapping[str, int]
    beats: Mapping[str, float]
    incidents: Mapping[str, int]
    problems: int
    rate: float
    resting: Mapping[str, int]
    replies: Mapping[str, int]


def watch(session: Session, now: datetime) -> Watch:
    standing = backlog(session)
    beats = session.execute(select(Heartbeat.name, Heartbeat.beat_at)).tuples()
    incidents = select(Incident.kind, func.count()).group_by(Incident.kind)
    problems = select(func.count()).select_from(Problem).where(Problem.closed_at.is_(None))
    return Watch(
        letters={state.value: count for state, count in standing.counts.items()},
        oldest=(now - standing.oldest).total_seconds() if standing.oldest else 0.0,
        deferrals=_deferrals(session),
        beats={name: (now - beat_at).total_seconds() for name, beat_at in beats},
        incidents=dict(session.execute(incidents).tuples().all()),
        problems=session.scalar(problems) or 0,
        rate=rate(session, now),
        resting=_resting(session, now),
        replies=_replies(session),
    )


def _resting(session: Session, now: datetime) -> dict[str, int]:
    rows = select(Rest.cause, func.count()).where(Rest.until > now).group_by(Rest.cause)
    found = dict(session.execute(rows).tuples().all())
    return {cause.value: found.get(cause, 0) for cause in RestCause}


def _replies(session: Session) -> dict[str, int]:
    rows = session.execute(select(Reply.state, func.count()).group_by(Reply.state))
    found = dict(rows.tuples().all())
    return {state.value: found.get(state, 0) for state in ReplyState}


def _deferrals(session: Session) -> dict[str, int]:
    code = func.substr(func.coalesce(Letter.answer, ""), 1, 3)
    deferred = (
        select(code, func.count())
        .where(WAITING, Letter.state == LetterState.DEFERRED)
        .group_by(code)
    )
    found: dict[str, int] = {}
    for begin, count in session.execute(deferred).tuples():
        known = begin if begin.isdecimal() else "none"
        found[known] = found.get(known, 0) + count
    return found
