"""Recipient domains rest: those that put off letter after letter, longer each time, and those that
answer slowly. One letter taken ends the rest."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from random import Random
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of
from dondoc.tables import Cause, LetterState, Rest, RestCause, domain_of
from notifications.fate import SENT, Fate, pause

SLOW_FOR = timedelta(minutes=15)
_C = Rest.__table__.c
_RESTS = select(_C.domain, _C.cause, _C.until, _C.times)


class _Known(NamedTuple):
    """A rest there is, in the order of `_RESTS`."""

    domain: str
    cause: RestCause
    until: datetime
    times: int


class _Said(NamedTuple):
    """What a group of letters heard from one domain."""

    taken: bool
    put_off: str | None
    rest: RestCause | None
    answer: str


def note(session: Session, fates: Sequence[Fate], now: datetime) -> None:
    known = {rest.domain: rest for rest in map(_Known._make, session.execute(_RESTS))}
    if not known and not any(one.rest for one in fates):
        return
    by_domain: dict[str, list[Fate]] = {}
    for one in fates:
        by_domain.setdefault(domain_of(one.written.letter.address), []).append(one)
    for domain, those in by_domain.items():
        _note(session, domain, _said(those), known.get(domain), now)


def _said(fates: Iterable[Fate]) -> _Said:
    taken, put_off, rest, answer = False, None, None, ""
    for one in fates:
        taken = taken or one.state is SENT or one.cause is Cause.REFUSED
        put_off = one.answer if one.state is LetterState.DEFERRED else put_off
        rest, answer = (one.rest, one.answer) if one.rest else (rest, answer)
    return _Said(taken, put_off, rest, answer)


def _note(session: Session, domain: str, said: _Said, known: _Known | None, now: datetime) -> None:
    """A domain that puts off those that try it after its rest, rests again; one that rests already,
    because another process found out first, does not begin anew."""
    if said.rest is not None:
        if known is not None and known.until > now and known.cause is said.rest:
            return
        _rest(session, domain, known, now, cause=said.rest, answer=said.answer)
    elif known is None:
        return
    elif said.taken and (known.cause is RestCause.PUT_OFF or known.until <= now):
        session.execute(delete(Rest).where(Rest.domain == domain))
    elif said.put_off is not None and known.cause is RestCause.PUT_OFF and known.until <= now:
        _rest(session, domain, known, now, cause=known.cause, answer=said.put_off)


def _rest(
    session: Session,
    domain: str,
    known: _Known | None,
    now: datetime,
    *,
    cause: RestCause,
    answer: str,
) -> None:
    """Somebody else may note the same in the same moment."""
    times = known.times + 1 if known is not None and known.cause is cause else 1
    lasts = SLOW_FOR
    if cause is RestCause.PUT_OFF:
        lasts = pause(times, Random(f"{domain}/{times}"))  # noqa: S311  # spread, not secrecy
    row = {"cause": cause, "until": now + lasts, "times": times, "answer": answer}
    insert = import_module(f"sqlalchemy.dialects.{dialect_of(session)}").insert
    made = insert(Rest).values(domain=domain, **row)
    session.execute(made.on_conflict_do_update(index_elements=[Rest.domain], set_=row))
