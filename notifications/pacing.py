"""How many letters may leave now: what the mail server, and whoever takes letters for a recipient
domain, allow. Counted from the rows, so that every process and every restart knows the same."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, TextClause, and_, func, or_, select, text
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of, listed
from dondoc.pace import Pace
from dondoc.settings import Settings
from dondoc.tables import WAITING, Instant, Letter, LetterState, Rest, RestCause
from notifications.domains import Paces
from notifications.fate import PATIENCE

DAY = timedelta(days=1)
COUNTED = func.coalesce(Letter.counted_at, Letter.sent_at, type_=Instant)
"""when a letter left, as far as a pace is concerned"""
_Conditions = tuple[ColumnElement[bool], ColumnElement[bool]]
PROBE = 4
"""letters that try a domain after its rest"""
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7365)")
"""SQLite has one writer anyway"""


class Room(NamedTuple):
    """`at_most` letters in all, of a domain in `caps` no more than that many, and those to the
    domains of `last` when no others are left. What is urgent asks for none of it."""

    at_most: int
    caps: Mapping[str, int]
    last: Collection[str]


def paced(settings: Settings) -> bool:
    return bool(settings.smtp_rate or settings.smtp_quota)


def room(session: Session, settings: Settings, paces: Paces, *, now: datetime, most: int) -> Room:
    """What is on its way counts as sent."""
    if (paced(settings) or paces) and dialect_of(session) != "sqlite":
        session.execute(ONE_AT_A_TIME)
    caps, last = _resting(session, now)
    caps |= dict.fromkeys(_elsewhere(session, paces, now), 0)
    for domain, left in _left(session, settings, paces, now).items():
        caps[domain] = min(caps.get(domain, left), left)
    return Room(_allowed(session, settings, now=now, most=most), caps, last)


def _allowed(session: Session, settings: Settings, *, now: datetime, most: int) -> int:
    if not paced(settings):
        return most
    sending = select(func.count()).where(WAITING, Letter.state == LetterState.SENDING)
    under_way = session.scalar(sending) or 0
    rate, quota, left = settings.smtp_rate, settings.smtp_quota, [most]
    if rate:
        left.append(rate.letters - under_way - sent_since(session, now - rate.span, now=now))
    if quota:
        left.append(quota - under_way - sent_today(session, settings, now))
    return max(0, min(left))


def _resting(session: Session, now: datetime) -> tuple[dict[str, int], set[str]]:
    """A domain that has put everything off is tried again by a few letters."""
    rests = session.execute(_RESTS).tuples().all()
    caps = {
        domain: 0 if until > now else PROBE
        for domain, cause, until in rests
        if cause is RestCause.PUT_OFF
    }
    return caps, {
        domain for domain, cause, until in rests if cause is RestCause.SLOW and until > now
    }


_C = Rest.__table__.c
_RESTS = select(_C.domain, _C.cause, _C.until)


def _elsewhere(session: Session, paces: Paces, now: datetime) -> set[str]:
    """Domains that allow so many letters at once are sent to by one process at a time, which
    counts them: those that have letters on their way, and those that are another's of the crew."""
    if not paces.bounded:
        return set()
    theirs = select(Letter.domain).where(
        WAITING,
        Letter.urgent.is_(False),
        Letter.state == LetterState.SENDING,
        Letter.lease_until >= now,
    )
    found = set(session.scalars(theirs.distinct()))
    if paces.part.of > 1:
        waiting = session.scalars(select(Letter.domain).where(WAITING).distinct())
        found |= {domain for domain in waiting if not paces.part.has(domain)}
    return {domain for domain in found if paces.of(domain).connections}


def _left(session: Session, settings: Settings, paces: Paces, now: datetime) -> dict[str, int]:
    """By domain that has letters waiting and a limit."""
    if not paces.counted:
        return {}
    waiting = session.scalars(select(Letter.domain).where(WAITING).distinct())
    limited = {domain: pace for domain in waiting if (pace := paces.of(domain)).is_counted}
    if not limited:
        return {}
    sending = _by_domain(session, limited, (WAITING, Letter.state == LetterState.SENDING))
    return {
        domain: max(0, min(left) - sending.get(domain, 0))
        for domain, left in _unused(session, settings, limited, now).items()
    }


def _unused(
    session: Session, settings: Settings, limited: Mapping[str, Pace], now: datetime
) -> dict[str, list[int]]:
    """What is left of each of a domain's limits."""
    found: dict[str, list[int]] = {domain: [] for domain in limited}
    for span in {pace.rate.span for pace in limited.values() if pace.rate}:
        sent = sent_by_domain(session, limited, now - span, now=now)
        for domain, pace in limited.items():
            if pace.rate and pace.rate.span == span:
                found[domain].append(pace.rate.letters - sent.get(domain, 0))
    if any(pace.quota for pace in limited.values()):
        sent = sent_today_by_domain(session, limited, settings, now)
        for domain, pace in limited.items():
            if pace.quota:
                found[domain].append(pace.quota - sent.get(domain, 0))
    return found


def midnight(settings: Settings, now: datetime) -> datetime:
    return datetime.combine(now.astimezone(settings.zone), time(), settings.zone)


def sent_since(session: Session, since: datetime, *, now: datetime) -> int:
    """After that moment."""
    return session.scalar(select(func.count()).where(*_sent(since, now))) or 0


def sent_today(session: Session, settings: Settings, now: datetime) -> int:
    return session.scalar(select(func.count()).where(*_today(settings, now))) or 0


def sent_and_first(
    session: Session, since: datetime, *, now: datetime
) -> tuple[int, datetime | None]:
    asked = select(func.count(), func.min(COUNTED)).where(*_sent(since, now))
    count, first = session.execute(asked).one()
    return count, first


def sent_by_domain(
    session: Session, domains: Iterable[str], since: datetime, *, now: datetime
) -> dict[str, int]:
    return _by_domain(session, domains, _sent(since, now))


def sent_today_by_domain(
    session: Session, domains: Iterable[str], settings: Settings, now: datetime
) -> dict[str, int]:
    return _by_domain(session, domains, _today(settings, now))


def sent_and_first_by_domain(
    session: Session, domains: Iterable[str], since: datetime, *, now: datetime
) -> dict[str, tuple[int, datetime]]:
    chosen = listed(dialect_of(session), "domains", String())
    rows = session.execute(
        select(Letter.domain, func.count(), func.min(COUNTED))
        .where(*_sent(since, now), Letter.domain.in_(chosen))
        .group_by(Letter.domain),
        {"domains": list(domains)},
    )
    return {domain: (count, first) for domain, count, first in rows}


def _sent(since: datetime, now: datetime) -> _Conditions:
    return Letter.day >= since_day(since, now), since < COUNTED


def _today(settings: Settings, now: datetime) -> _Conditions:
    """By this clock, or by that from which it was set back over midnight."""
    begins = midnight(settings, now)
    stamped = and_(Letter.sent_at > begins, Letter.sent_at <= begins + DAY)
    return Letter.day >= since_day(begins, now), or_(begins < COUNTED, stamped)


def since_day(since: datetime, now: datetime) -> date:
    """A letter's own day may lie some days back, but not more than it is tried."""
    return (min(since, now) - 2 * PATIENCE).date()


def _by_domain(
    session: Session,
    domains: Iterable[str],
    conditions: Iterable[ColumnElement[bool] | TextClause],
) -> dict[str, int]:
    chosen = listed(dialect_of(session), "domains", String())
    counted = (
        select(Letter.domain, func.count())
        .where(*conditions, Letter.domain.in_(chosen))
        .group_by(Letter.domain)
    )
    return dict(session.execute(counted, {"domains": list(domains)}).tuples().all())
