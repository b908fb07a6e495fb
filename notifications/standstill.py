"""Letters that are due and yet may not leave: what they wait for, and until when."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.pace import Pace
from dondoc.settings import Settings
from dondoc.tables import WAITING, Letter, LetterState, Rest, RestCause
from notifications.domains import Paces
from notifications.pacing import (
    midnight,
    sent_and_first,
    sent_and_first_by_domain,
    sent_today,
    sent_today_by_domain,
)
from notifications.post import Hours

DAY = timedelta(days=1)


class Cause(StrEnum):
    HOURS = "hours"  # the office is closed
    SERVER = "server"  # rate or quota of the mail server
    DOMAIN = "domain"  # rate or quota of a recipient domain
    REST = "rest"  # the domain puts everything off


class Wait(NamedTuple):
    """None of `letters` leaves before `until`; `domain` where it is one domain's."""

    letters: int
    until: datetime
    cause: Cause
    domain: str = ""


class Standing(NamedTuple):
    """`due`: letters whose time has come; `free`: those of them that may leave now or are on their
    way; the others wait, those who wait least first."""

    due: int
    free: int
    waits: list[Wait]


class Limits(NamedTuple):
    settings: Settings
    paces: Paces
    hours: Hours


def standing(session: Session, limits: Limits, now: datetime) -> Standing:
    """Urgent letters wait for nothing."""
    rows = session.execute(
        select(Letter.domain, Letter.urgent, Letter.state == LetterState.SENDING, func.count())
        .where(WAITING, Letter.retry_at <= now)
        .group_by(Letter.domain, Letter.urgent, Letter.state == LetterState.SENDING)
    )
    due, ready = 0, {}
    for domain, urgent, under_way, count in rows.tuples():
        due += count
        if not urgent and not under_way:
            ready[domain] = count
    waits = _waits(session, limits, ready, now) if ready else []
    return Standing(due, due - sum(one.letters for one in waits), waits)


def _waits(session: Session, limits: Limits, ready: dict[str, int], now: datetime) -> list[Wait]:
    hours, letters = limits.hours, sum(ready.values())
    if not hours.are_open(now):
        return [Wait(letters, hours.next_opening(now), Cause.HOURS)]
    server = _server_opens(session, limits, now)
    if server is not None:
        return [Wait(letters, hours.next_opening(server), Cause.SERVER)]
    opens = _domains_open(session, limits, ready, now) | _rest_ends(session, now)
    waits = (
        Wait(ready[domain], hours.next_opening(until), cause, domain)
        for domain, (until, cause) in opens.items()
        if domain in ready
    )
    return sorted(waits, key=lambda one: (one.until, one.domain))


def _server_opens(session: Session, limits: Limits, now: datetime) -> datetime | None:
    settings = limits.settings
    pace = Pace(rate=settings.smtp_rate, quota=settings.smtp_quota)
    found = []
    if pace.rate:
        count, first = sent_and_first(session, now - pace.rate.span, now=now)
        if first is not None and count >= pace.rate.letters:
            found.append(first + pace.rate.span)
    if pace.quota and sent_today(session, settings, now) >= pace.quota:
        found.append(midnight(settings, now + DAY))
    return max(found, default=None)


_Opens = dict[str, tuple[datetime, Cause]]


def _domains_open(
    session: Session, limits: Limits, domains: Iterable[str], now: datetime
) -> _Opens:
    limited = {domain: pace for domain in domains if (pace := limits.paces.of(domain)).is_counted}
    found: _Opens = {}
    if not limited:
        return found
    for span in {pace.rate.span for pace in limited.values() if pace.rate}:
        sent = sent_and_first_by_domain(session, limited, now - span, now=now)
        for domain, (count, first) in sent.items():
            rate = limited[domain].rate
            if rate and rate.span == span and count >= rate.letters:
                found[domain] = (first + span, Cause.DOMAIN)
    today = sent_today_by_domain(session, limited, limits.settings, now)
    for domain, count in today.items():
        if 0 < limited[domain].quota <= count:
            found[domain] = (midnight(limits.settings, now + DAY), Cause.DOMAIN)
    return found


def _rest_ends(session: Session, now: datetime) -> _Opens:
    rests = select(Rest.domain, Rest.until).where(Rest.cause == RestCause.PUT_OFF, Rest.until > now)
    rows = session.execute(rests).tuples()
    return {domain: (until, Cause.REST) for domain, until in rows}
