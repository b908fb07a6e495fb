"""What is due is claimed and becomes letters: for each person one a day, whatever the plan.

0. What a hold covers waits; far more than a usual day's letters wait until somebody confirms.
1. What is due for a seat whose person is away goes to whoever stands in.
2. Take the next seats that have due notices, with all that is due to their addresses, locked.
3. Judge each: delivered meanwhile? another one instead? may this superior be told yet?
4. Those that stand go into the address's letter of the day; if that has left already, they are
   carried to the next working day.

One transaction for each batch of addresses, so that a crash leaves a notice either planned or in
a letter.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, Table, Update, bindparam, func, select, tuple_, update
from sqlalchemy.orm import Session

from dondoc.bulk import among, dialect_of
from dondoc.tables import PLANNED, Contact, Instant, Notice, NoticeState, Obligation, Reason
from notifications import escalating, guarding, joining, mailbag, seating
from notifications.departed import departed
from notifications.holding import keep_due
from notifications.judging import DUE_COLUMNS, Due, Verdict, due_from, ended, superseded
from notifications.mailbag import Addressed
from notifications.post import Post

_NOTICES: Table = Notice.__table__  # type: ignore[assignment]
_OBLIGATIONS: Table = Obligation.__table__  # type: ignore[assignment]
_SEATS: Table = Contact.__table__  # type: ignore[assignment]


class Swept(NamedTuple):
    letters: int = 0
    queued: int = 0
    skipped: int = 0
    carried: int = 0
    held: int = 0
    stopped: int = 0
    """letters kept from leaving until somebody confirms them"""

    def __add__(self, other: object) -> "Swept":
        if not isinstance(other, Swept):
            return NotImplemented
        return Swept(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def decided(self) -> int:
        return self.queued + self.skipped + self.carried + self.held


class Place(NamedTuple):
    """A seat that has notices due at an instant: what a sweep has come to, in this order."""

    at: datetime
    seat: int


START = Place(datetime.min.replace(tzinfo=UTC), 0)


def sweep(post: Post, now: datetime) -> Swept:
    """Everything due by `now`, batch by batch. Two sweeps at once share the work."""
    prepared = prepare(post, now)
    return prepared if prepared.stopped else sum(batches(post, now), prepared)


def prepare(post: Post, now: datetime) -> Swept:
    """Steps 0 and 1, of all that is due, before anything of it is claimed."""
    with post.database.writing() as session:
        held = keep_due(session, hours=post.hours, now=now)
        stopped = guarding.stops(session, post, now)
        today = post.hours.today(now)
        away = {} if stopped else seating.unattended(session, today=today, now=now)
    seating.seat(post, away, now)
    return Swept(held=held, stopped=stopped)


def batches(post: Post, now: datetime) -> Iterator[Swept]:
    """The other steps, as far as somebody asks for more. What a batch has made may leave before
    the next: each is judged as if nothing had left since `now`."""
    places = [START]
    with post.database.reading() as session:
        earlier = joining.any_earlier(session, post.hours.today(now))
    while places:
        with post.database.writing() as session:
            places = _next(session, now, after=places[-1], most=post.batch)
            found = _claim(session, now, [place.seat for place in places])
            swept = _settle(session, found, post, now, earlier=earlier)
        yield swept
        if len(places) < post.batch:
            return


def count_due(session: Session, *, now: datetime, most: int) -> int:
    """Seats with something due, at most `most`."""
    few = select(_NOTICES.c.contact_id).where(*_DUE).distinct().limit(most).subquery()
    return session.scalars(select(func.count()).select_from(few), {"now": now}).one()


def sweep_seats(session: Session, seats: Sequence[int], *, post: Post, now: datetime) -> Swept:
    """Only what is due to whoever reads for `seats`, in the caller's transaction."""
    return _settle(session, _claim(session, now, seats), post, now, earlier=True)


def _next(session: Session, now: datetime, *, after: Place, most: int) -> list[Place]:
    rows = session.execute(_PLACES, {"now": now, "at": after.at, "seat": after.seat, "most": most})
    return [Place(*row) for row in rows.all()]


def _settle(
    session: Session, found: Sequence[Addressed], post: Post, now: datetime, *, earlier: bool
) -> Swept:
    if not found:
        return Swept()
    verdicts, standing = _judge(session, [item.due for item in found], post, now)
    letters = mailbag.fill(
        session,
        [item for item in found if item.due.id in standing],
        post=post,
        now=now,
        earlier=earlier,
    )
    verdicts += [
        Verdict(due.id, NoticeState.PLANNED, None, letters.carried_to, "carried")
        for due in letters.carried
    ]
    _record(session, verdicts, now)
    skipped = sum(verdict.state is NoticeState.SKIPPED for verdict in verdicts)
    return Swept(letters.made, letters.filled, skipped, len(verdicts) - skipped)


def _claim(session: Session, now: datetime, seats: Sequence[int]) -> list[Addressed]:
    """All that is due to whoever reads for these seats; an address may belong to others too."""
    if not seats:
        return []
    dialect = dialect_of(session)
    readers = session.execute(_readers(dialect), {"seats": seats})
    readers_of = {seat: (address, language) for seat, address, language in readers.all()}
    instants = session.scalars(_INSTANTS, {"now": now}).all()
    chosen = {"instants": instants, "seats": list(readers_of)}
    rows = session.execute(_due(dialect), chosen).all()
    return [Addressed(due, *readers_of[due.contact_id]) for due in map(due_from, rows)]


_NOW = bindparam("now", type_=Instant)
_DUE = (PLANNED, _NOTICES.c.planned_at <= _NOW)
_PLACES = (
    select(_NOTICES.c.planned_at, _NOTICES.c.contact_id)
    .where(
        *_DUE,
        tuple_(_NOTICES.c.planned_at, _NOTICES.c.contact_id)
        > tuple_(bindparam("at", type_=Instant), bindparam("seat", type_=Integer)),
    )
    .distinct()
    .order_by(_NOTICES.c.planned_at, _NOTICES.c.contact_id)
    .limit(bindparam("most", type_=Integer))
)


def _instants() -> Select[tuple[datetime]]:
    """Each instant at which something due was planned. Asked one after the other: thousands of
    notices share a morning, and the index knows where the next morning begins."""
    at = _NOTICES.c.planned_at
    first = select(func.min(at).label("at")).where(*_DUE)
    known = first.cte("instants", recursive=True)
    following = select(func.min(at)).where(*_DUE, at > known.c.at)
    known = known.union_all(select(following.scalar_subquery()).where(known.c.at.is_not(None)))
    return select(known.c.at).where(known.c.at.is_not(None))


_INSTANTS = _instants()


@cache
def _readers(dialect: str) -> Select[Any]:
    seats = _SEATS.c
    addresses = select(seats.email).where(among(dialect, seats.id, "seats"))
    return select(seats.id, seats.email, seats.language).where(seats.email.in_(addresses))


@cache
def _due(dialect: str) -> Select[Any]:
    """Named by instants, not by a time they lie before: so that the index on both finds them."""
    return (
        select(*DUE_COLUMNS)
        .select_from(
            _NOTICES.outerjoin(_OBLIGATIONS, _OBLIGATIONS.c.id == _NOTICES.c.obligation_id)
        )
        .where(
            PLANNED,
            _NOTICES.c.planned_at.in_(bindparam("instants", type_=Instant, expanding=True)),
            among(dialect, _NOTICES.c.contact_id, "seats"),
        )
        .order_by(_NOTICES.c.id)
        .with_for_update(of=_NOTICES, skip_locked=True)
    )


def _judge(
    session: Session, found: Sequence[Due], post: Post, now: datetime
) -> tuple[list[Verdict], set[int]]:
    verdicts: dict[int, Verdict] = {}
    gone = departed(session, post.hours.today(now))
    somebody_left = bool(gone.units)
    alive = []
    for due in found:
        reason = ended(due) or (gone.ended(due) if somebody_left else None)
        if reason is None:
            alive.append(due)
        else:
            verdicts[due.id] = _skip(due, reason)
    older = superseded(alive)
    if older:
        verdicts |= {due.id: _skip(due, Reason.SUPERSEDED) for due in alive if due.id in older}
        alive = [due for due in alive if due.id not in older]
    for verdict in escalating.not_yet(session, alive, post=post, now=now):
        verdicts[verdict.id] = verdict
    return list(verdicts.values()), {due.id for due in found} - verdicts.keys()


def _skip(due: Due, reason: Reason) -> Verdict:
    return Verdict(due.id, NoticeState.SKIPPED, reason, due.planned_at, due.note)


def _record(session: Session, verdicts: Sequence[Verdict], now: datetime) -> None:
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for verdict in verdicts:
        at = verdict.planned_at if verdict.state is NoticeState.PLANNED else now
        alike[verdict.state, verdict.reason, verdict.note, at].append(verdict.id)
    dialect = dialect_of(session)
    for (state, reason, note, at), ids in alike.items():
        told = {"reason": reason, "note": note, "at": at, "ids": ids}
        session.execute(_decision(dialect, state), told)


@cache
def _decision(dialect: str, state: NoticeState) -> Update:
    when = "planned_at" if state is NoticeState.PLANNED else "decided_at"
    values = {name: bindparam(name, type_=_NOTICES.c[name].type) for name in ("reason", "note")}
    return (
        update(_NOTICES)
        .where(among(dialect, _NOTICES.c.id, "ids"))
        .values(state=state, **values, **{when: bindparam("at", type_=Instant)})
    )
