"""What a letter's row keeps of it: its facts as JSON. Letters that share a sheet differ in a few
values: what they have in common is kept once, as their pattern."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b
from importlib import import_module
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, String, Table, select
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of, listed
from dondoc.tables import Pattern
from notifications.content import Content

OWN = ("reader", "unit_name", "epoch", "sign_in")
UNIT_NAME = OWN.index("unit_name")
_UNIT = attrgetter("unit")
_PATTERNS: Table = Pattern.__table__  # type: ignore[assignment]


class Shared(NamedTuple):
    """A pattern; `facts` is JSON with gaps."""

    digest: str
    facts: bytes


class Kept(NamedTuple):
    """`words` is JSON: all a letter says or, where it has a `pattern`, its reader's own values."""

    words: bytes
    pattern: Shared | None = None


_kept: partial[Kept] = partial(tuple.__new__, Kept)


@dataclass(frozen=True, slots=True)
class _Gap:
    """In JSON as `dondoc.tables.Pattern` has it."""

    own: int


def kept(content: Content, pattern: Shared | None = None) -> Kept:
    """A `pattern`: of this letter's sheet."""
    if pattern is None:
        return Kept(orjson.dumps(content))
    units = map(_UNIT, content.items)
    own = (content.reader, content.unit_name, content.epoch, content.sign_in, *units)
    return _kept((orjson.dumps(own), pattern))


def pattern(content: Content) -> Shared:
    """With gaps for what is the reader's own."""
    gaps = {name: _Gap(n) for n, name in enumerate(OWN)}
    items = [
        item.but({"unit": _Gap(n)} | _named(item.unit_name, content.unit_name))
        for n, item in enumerate(content.items, len(OWN))
    ]
    facts = orjson.dumps(content.but({**gaps, "items": tuple(items)}))
    return Shared(blake2b(facts, digest_size=16).hexdigest(), facts)


def _named(name: str, own: str) -> dict[str, _Gap]:
    return {"unit_name": _Gap(UNIT_NAME)} if name == own else {}


def numbers(session: Session, patterns: Collection[Shared]) -> dict[str, int]:
    """The rows of `patterns`, by digest; made where they are missing, by all in the same order."""
    if not patterns:
        return {}
    dialect, wanted = dialect_of(session), {one.digest: one for one in patterns}
    found = _numbers(session, dialect, wanted)
    rows = [
        {"digest": digest, "facts": orjson.Fragment(one.facts)}
        for digest, one in sorted(wanted.items())
        if digest not in found
    ]
    if not rows:
        return found
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    session.execute(insert(_PATTERNS).on_conflict_do_nothing(), rows)
    return _numbers(session, dialect, wanted)


def _numbers(session: Session, dialect: str, digests: Collection[str]) -> dict[str, int]:
    rows = session.execute(_known(dialect), {"digests": list(digests)})
    return dict(rows.tuples().all())


@cache
def _known(dialect: str) -> Select[Any]:
    chosen = _PATTERNS.c.digest.in_(listed(dialect, "digests", String()))
    return select(_PATTERNS.c.digest, _PATTERNS.c.id).where(chosen)
