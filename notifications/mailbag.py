"""Notices are put into the letter their reader gets that day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from dondoc.settings import Settings
from dondoc.tables import Letter, LetterState, Notice, NoticeState, Stage
from dondoc.words import Language
from notifications.content import LETTER_OF
from notifications.judging import Due
from notifications.post import Post

MANUAL = "manual"
WEIGHT = {stage: weight for weight, stage in enumerate(Stage)}
OPEN = (LetterState.QUEUED, LetterState.DEFERRED, LetterState.DROPPED)
"""A letter that has not left may still take more."""


class Addressed(NamedTuple):
    due: Due
    address: str
    language: Language


class Filled(NamedTuple):
    made: int
    filled: int
    carried: list[Due]
    carried_to: datetime


def message_id(settings: Settings, key: str) -> str:
    """The same for every attempt to send the letter with this key."""
    domain = settings.mail_from.rpartition("@")[2] or "localhost"
    return f"<{uuid5(NAMESPACE_URL, f'{settings.mail_from}/{key}')}@{domain}>"


def fill(session: Session, found: Sequence[Addressed], *, post: Post, now: datetime) -> Filled:
    """Makes the letters that are missing; what comes too late for today's is carried over."""
    today = post.hours.today(now)
    by_key: dict[str, list[Addressed]] = defaultdict(list)
    for item in found:
        by_key[f"day:{today}:{item.address}"].append(item)
    states = _locked(session, by_key)
    carried: list[Addressed] = []
    for key in [key for key, state in states.items() if state not in OPEN]:
        late = by_key.pop(key)
        manual = [item for item in late if item.due.step.startswith(MANUAL)]
        carried += [item for item in late if item not in manual]
        if manual:
            by_key[f"demand:{today}:{manual[0].address}"] = manual
    if carried or states.keys() - by_key.keys():
        states = _locked(session, by_key)
        for key in [key for key, state in states.items() if state not in OPEN]:
            carried += by_key.pop(key)
    return Filled(
        made=_make(session, by_key, states, post=post, now=now),
        filled=_put(session, by_key),
        carried=[item.due for item in carried],
        carried_to=post.hours.next_opening(now, after_today=True),
    )


def _locked(session: Session, keys: Iterable[str]) -> dict[str, LetterState]:
    """The letters there are already; locked, so that none of them leaves meanwhile."""
    chosen = select(Letter.key, Letter.state).where(Letter.key.in_(list(keys)))
    return dict(session.execute(chosen.order_by(Letter.id).with_for_update()).tuples().all())


def _make(
    session: Session,
    by_key: dict[str, list[Addressed]],
    known: dict[str, LetterState],
    *,
    post: Post,
    now: datetime,
) -> int:
    dropped = [key for key in by_key if known.get(key) is LetterState.DROPPED]
    if dropped:
        session.execute(
            update(Letter).where(Letter.key.in_(dropped)).values(state=LetterState.QUEUED)
        )
    rows = [
        _row(key, items, post=post, now=now) for key, items in by_key.items() if key not in known
    ]
    if rows:
        session.execute(insert(Letter.__table__), rows)  # type: ignore[arg-type]
    return len(rows)


def _row(key: str, items: Sequence[Addressed], *, post: Post, now: datetime) -> dict[str, Any]:
    heaviest = max((item.due for item in items), key=lambda due: WEIGHT[due.stage])
    first = items[0]
    return {
        "key": key,
        "day": post.hours.today(now),
        "name": LETTER_OF[heaviest.stage],
        "address": first.address,
        "contact_id": first.due.contact_id,
        "language": first.language,
        "level": heaviest.level,
        "urgent": False,
        "state": LetterState.QUEUED,
        "message_id": message_id(post.settings, key),
        "created_at": now,
        "retry_at": now,
        "attempts": 0,
    }


def _put(session: Session, by_key: dict[str, list[Addressed]]) -> int:
    if not by_key:
        return 0
    ids = dict(
        session.execute(select(Letter.key, Letter.id).where(Letter.key.in_(list(by_key))))
        .tuples()
        .all()
    )
    table = Notice.__table__
    rows = [
        {"b_id": item.due.id, "b_letter": ids[key]}
        for key, items in by_key.items()
        for item in items
    ]
    session.connection().execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("b_id"))
        .values(state=NoticeState.QUEUED, letter_id=bindparam("b_letter")),
        rows,
    )
    return len(rows)
