"""The rows of letters are told what became of them. What many are told alike stands in the
statement once; only what is a letter's own goes row by row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BindParameter, Select, Table, bindparam, null, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from dondoc.bulk import ROWS, among, change_each, dialect_of, given, instant
from dondoc.tables import Instant, Letter, LetterState
from notifications.fate import FINAL, SENT, Fate
from notifications.remembering import numbers

_LETTERS: Table = Letter.__table__  # type: ignore[assignment]
Rows = list[dict[str, Any]]
Bound = BindParameter[datetime]


class Alike(NamedTuple):
    """What letters have in common that are told of in one statement; `alone`: their words have no
    pattern."""

    state: LetterState
    attempts: int
    name: str | None = None
    level: int | None = None
    alone: bool = False


def tell(session: Session, fates: Sequence[Fate], now: datetime) -> list[Fate]:
    """Returns those that were still ours."""
    groups: dict[Alike, list[Fate]] = defaultdict(list)
    for one in fates:
        groups[_alike(one)].append(one)
    final = [those for alike, those in groups.items() if alike.state in FINAL]
    shared = {one.written.kept.pattern for those in final for one in those}
    patterns = numbers(session, [one for one in shared if one is not None])
    dialect = dialect_of(session)
    told = _one_by_one if dialect == "sqlite" else _together
    marked: list[Fate] = []
    for alike, those in groups.items():
        marked += told(session, alike, those, _rows(alike, those, patterns, dialect), now)
    return marked


def _alike(one: Fate) -> Alike:
    letter, content, _, kept = one.written
    state = one.state
    if state not in FINAL:
        return Alike(state, letter.attempts)
    return Alike(state, letter.attempts, content.name, content.level, kept.pattern is None)


def _same(alike: Alike, now: datetime | Bound) -> dict[str, Any]:
    """The columns that are told alike."""
    same: dict[str, Any] = {"state": alike.state, "lease_until": None}
    if alike.state in FINAL:
        same["ended"] = alike.state
        same["sent_at"] = now if alike.state is SENT else None
        same["name"], same["level"] = alike.name, alike.level
        same["own" if alike.alone else "payload"] = None
    return same


def _names(alike: Alike) -> tuple[str, ...]:
    """The columns of a letter's own."""
    if alike.state in FINAL:
        return "answer", "subject", "payload" if alike.alone else "own", "pattern_id"
    return ("answer", "retry_at") if alike.state is LetterState.DEFERRED else ()


def _rows(alike: Alike, fates: Sequence[Fate], patterns: Mapping[str, int], dialect: str) -> Rows:
    """A letter's id, and the columns of its own."""
    if alike.state in FINAL:
        written = bytes.decode if dialect == "sqlite" else orjson.Fragment
        words = "payload" if alike.alone else "own"
        return [
            {
                "id": one.written.letter.id,
                "answer": one.answer,
                "subject": one.written.subject,
                words: written(one.written.kept.words),
                "pattern_id": patterns[pattern.digest]
                if (pattern := one.written.kept.pattern)
                else None,
            }
            for one in fates
        ]
    if alike.state is LetterState.DEFERRED:
        return [
            {
                "id": one.written.letter.id,
                "answer": one.answer,
                "retry_at": one.retry_at and instant(dialect, one.retry_at),
            }
            for one in fates
        ]
    return [{"id": one.written.letter.id} for one in fates]


def _one_by_one(
    session: Session, alike: Alike, fates: Sequence[Fate], rows: Rows, now: datetime
) -> Sequence[Fate]:
    """Nearly always all are still ours: which are not is asked once one was missed. Nobody else
    writes to SQLite meanwhile."""
    still = {"state": LetterState.SENDING, "attempts": alike.attempts}
    change = partial(
        change_each, session, _LETTERS, _names(alike), same=_same(alike, now), only=still
    )
    with session.begin_nested() as attempt:
        if change(rows) == len(rows):
            return fates
        attempt.rollback()
    asked = {"ids": [row["id"] for row in rows], "attempts": alike.attempts}
    ours = set(session.scalars(_ours(dialect_of(session)), asked))
    change([row for row in rows if row["id"] in ours])
    return [one for one in fates if one.written.letter.id in ours]


@cache
def _ours(dialect: str) -> Select[tuple[int]]:
    return select(_LETTERS.c.id).where(
        among(dialect, _LETTERS.c.id, "ids"),
        _LETTERS.c.state == LetterState.SENDING,
        _LETTERS.c.attempts == bindparam("attempts"),
    )


def _together(
    session: Session, alike: Alike, fates: Sequence[Fate], rows: Rows, now: datetime
) -> Sequence[Fate]:
    asked = {ROWS: rows, "at": now}
    asked |= {f"its_{name}": getattr(alike, name) for name in BOUND}
    marking = _marking(dialect_of(session), alike.state, alone=alike.alone)
    ours = set(session.scalars(marking, asked))
    return [one for one in fates if one.written.letter.id in ours]


@cache
def _marking(dialect: str, state: LetterState, *, alone: bool) -> ReturningUpdate[tuple[int]]:
    bound: dict[str, Any] = {
        name: bindparam(f"its_{name}", type_=_LETTERS.c[name].type) for name in BOUND
    }
    alike = Alike(state, alone=alone, **bound)
    same = _same(alike, bindparam("at", type_=Instant))
    names = _names(alike)
    rows = given(dialect, {name: _LETTERS.c[name].type for name in ("id", *names)})
    return (
        update(_LETTERS)
        .where(
            _LETTERS.c.id == rows.c.id,
            _LETTERS.c.state == LetterState.SENDING,
            _LETTERS.c.attempts == alike.attempts,
        )
        .values({name: null() if value is None else value for name, value in same.items()})
        .values({name: rows.c[name] for name in names})
        .returning(_LETTERS.c.id)
    )


BOUND = ("attempts", "name", "level")
