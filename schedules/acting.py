"""In a rehearsal: what units and officials decide about single obligations."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from dondoc.decision import Decision, WrongState
from dondoc.extensions import NotLater, ask, asked_for, deny
from dondoc.submissions import accept
from dondoc.tables import Obligation
from schedules.acknowledging import Promised, acknowledge
from schedules.calendar import OfficeHours
from schedules.extending import extend, revoke
from schedules.returning import Wanted, give_back
from schedules.scenario import DecidedOn, Scenario

Verb = Callable[[Session, Obligation, Decision], object]


def verbs(scenario: Scenario, hours: OfficeHours) -> Iterator[tuple[DecidedOn, Verb]]:
    """Those of one day happen in this order."""
    for asks in scenario.ask:
        yield asks, partial(_ask, until=asks.until, hours=hours)
    for extends in scenario.extend:
        yield extends, partial(_extend, until=extends.until, hours=hours)
    for promises in scenario.acknowledge:
        promised = Promised(on=promises.until, level=promises.level)
        yield promises, partial(_acknowledge, promised=promised, hours=hours)
    for returns in scenario.give_back:
        wanted = Wanted(until=returns.until, parts=returns.parts, void=returns.void)
        yield returns, partial(_give_back, wanted=wanted, hours=hours)
    for accepted in scenario.accept:
        yield accepted, _accept
    for rule in scenario.deny:
        yield rule, _deny
    for rule in scenario.revoke:
        yield rule, partial(_revoke, hours=hours)


def act(verb: Verb, session: Session, obligation: Obligation, decision: Decision) -> None:
    """A rule for several units leaves out those that have delivered or have a later date."""
    try:
        verb(session, obligation, decision)
    except (WrongState, NotLater):
        return


def _ask(
    session: Session, owed: Obligation, decision: Decision, *, until: date, hours: OfficeHours
) -> None:
    ask(session, owed, until, decision, today=hours.today(decision.now))


def _extend(
    session: Session, owed: Obligation, decision: Decision, *, until: date, hours: OfficeHours
) -> None:
    extend(session, owed, until, decision, hours=hours)


def _acknowledge(
    session: Session,
    owed: Obligation,
    decision: Decision,
    *,
    promised: Promised,
    hours: OfficeHours,
) -> None:
    acknowledge(session, owed, promised, decision, hours=hours)


def _give_back(
    session: Session,
    owed: Obligation,
    decision: Decision,
    *,
    wanted: Wanted,
    hours: OfficeHours,
) -> None:
    give_back(session, owed, wanted, decision, hours=hours)


def _accept(session: Session, owed: Obligation, decision: Decision) -> None:
    accept(session, owed, actor=decision.actor, now=decision.now)


def _deny(session: Session, owed: Obligation, decision: Decision) -> None:
    asked = asked_for(session, owed)
    if asked is not None:
        deny(session, asked, decision)


def _revoke(session: Session, owed: Obligation, decision: Decision, *, hours: OfficeHours) -> None:
    revoke(session, owed, decision, hours=hours)
