"""One letter a person and day, also where an earlier day's has not left yet: a mail server put it
off, or too much waited before it. It becomes today's and takes what is due today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, String, Table, bindparam, select, update
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of, listed
from dondoc.database import to_write
from dondoc.tables import WAITING, Letter, LetterState, Notice, NoticeState, in_state, one_of
from notifications.parcel import Claimed
from notifications.post import Hours

_LETTERS: Table = Letter.__table__  # type: ignore[assignment]
_NOTICES: Table = Notice.__table__  # type: ignore[assignment]
_L = _LETTERS.c

WAITS = (LetterState.QUEUED, LetterState.DEFERRED)


def day_key(day: date, address: str) -> str:
    """Of the one letter an address gets that day."""
    return f"day:{day}:{address}"


class Waiting(NamedTuple):
    id: int
    address: str


def take_up(session: Session, addresses: Collection[str], today: date) -> None:
    """What waits from earlier days to `addresses` becomes their letter of today, where there is
    none; to be called before it is filled. It keeps its number, its tries and its Message-ID."""
    chosen = {"addresses": list(addresses), "today": today}
    found = [Waiting(*row) for row in session.execute(_earlier(dialect_of(session)), chosen)]
    if not found:
        return
    taken = _there(session, {one.address for one in found}, today)
    letters: dict[str, list[int]] = defaultdict(list)
    for one in found:
        if one.address not in taken:
            letters[one.address].append(one.id)
    _make_todays(session, {ids[0]: address for address, ids in letters.items()}, today)
    for first, *others in letters.values():
        _join(session, others, first)


def any_earlier(session: Session, today: date) -> bool:
    """Whether anything waits from an earlier day. It reads all that waits: asked once, not for each
    batch."""
    return session.scalar(_ANY_EARLIER, {"today": today}) is True


def keep_apart(
    session: Session, letters: Sequence[Claimed], hours: Hours, now: datetime
) -> list[Claimed]:
    """Of letters about to leave, an earlier day's becomes today's; where there is one that has
    not left it goes with it, and where that has left already it waits for tomorrow's. Returns
    those that leave. Raises ReadsOnly where there is one and nothing may be changed."""
    today = hours.today(now)
    late = [letter for letter in letters if letter.day < today]
    if not late:
        return list(letters)
    to_write(session)
    there = _there(session, {letter.address for letter in late}, today)
    mine = {letter.id for letter in letters}
    fresh: dict[int, str] = {}
    tomorrow: list[int] = []
    for letter in late:
        todays = there.get(letter.address)
        if todays is None:
            fresh[letter.id] = letter.address
            there[letter.address] = Known(letter.id, LetterState.SENDING, letter.created_at)
        elif todays.id in mine or _may_take_more(session, todays):
            _join(session, [letter.id], todays.id)
            _as_old_as(session, todays, letter.created_at)
        elif todays.state in (LetterState.SENDING, LetterState.SENT):
            tomorrow.append(letter.id)
    _make_todays(session, fresh, today)
    _put_off(session, tomorrow, hours.next_opening(now, after_today=True))
    return [letter for letter in letters if letter.id not in tomorrow]


class Known(NamedTuple):
    id: int
    state: LetterState
    created_at: datetime


def _there(session: Session, addresses: Iterable[str], today: date) -> dict[str, Known]:
    """The letters of today there are, by address."""
    keys = [day_key(today, address) for address in addresses]
    rows = session.execute(_of_today(dialect_of(session)), {"keys": keys})
    return {address: Known(*known) for address, *known in rows}


def _may_take_more(session: Session, todays: Known) -> bool:
    """Nobody is sending it; locked, so that nobody does meanwhile."""
    open_ = _L.state.in_((*WAITS, LetterState.DROPPED))
    chosen = select(_L.id).where(_L.id == todays.id, open_).with_for_update(skip_locked=True)
    return session.scalar(chosen) is not None


def _make_todays(session: Session, letters: Mapping[int, str], today: date) -> None:
    if letters:
        changed = update(_LETTERS).where(_L.id == bindparam("letter"))
        rows = [
            {"letter": id_, "its_key": day_key(today, address), "today": today}
            for id_, address in letters.items()
        ]
        session.connection().execute(
            changed.values(key=bindparam("its_key"), day=bindparam("today", type_=Date)), rows
        )


def _join(session: Session, letters: Sequence[int], todays: int) -> None:
    """What `letters` carry goes with `todays`; nothing is left for them to say."""
    if letters:
        mine = _NOTICES.c.letter_id.in_(letters), _NOTICES.c.state == NoticeState.QUEUED
        session.execute(update(_NOTICES).where(*mine).values(letter_id=todays))
        waiting = _L.id.in_(letters), _L.state.in_(WAITS)
        session.execute(update(_LETTERS).where(*waiting).values(**in_state(LetterState.DROPPED)))


def _as_old_as(session: Session, todays: Known, created_at: datetime) -> None:
    """Patience with the address is not renewed; a dropped letter has something to say again."""
    values: dict[str, Any] = {"created_at": min(created_at, todays.created_at)}
    if todays.state is LetterState.DROPPED:
        values |= in_state(LetterState.QUEUED)
    session.execute(update(_LETTERS).where(_L.id == todays.id).values(**values))


def _put_off(session: Session, letters: Sequence[int], until: datetime) -> None:
    """Not tried, so not counted as a try."""
    if letters:
        values = {"state": LetterState.DEFERRED, "retry_at": until, "lease_until": None}
        session.execute(
            update(_LETTERS).where(_L.id.in_(letters)).values(attempts=_L.attempts - 1, **values)
        )


@cache
def _earlier(dialect: str) -> Select[Any]:
    """Locked: whoever is about to send one of them is waited for."""
    return (
        _earlier_ones()
        .where(_L.address.in_(listed(dialect, "addresses", String())))
        .order_by(_L.id)
        .with_for_update()
    )


def _earlier_ones() -> Select[Any]:
    before = _L.day < bindparam("today", type_=Date)
    return select(_L.id, _L.address).where(
        WAITING, one_of(_L.state, WAITS), _L.urgent.is_(False), before
    )


_ANY_EARLIER = select(_earlier_ones().exists())


@cache
def _of_today(dialect: str) -> Select[Any]:
    chosen = _L.key.in_(listed(dialect, "keys", String()))
    return select(_L.address, _L.id, _L.state, _L.created_at).where(chosen)
