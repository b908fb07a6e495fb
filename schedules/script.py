"""A scenario played in a rehearsal: who acts, and when."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.tables import Milestone, Obligation, Occurrence, Unit
from schedules.acting import Verb, act, verbs
from schedules.calendar import OfficeHours
from schedules.rehearsal import Act, Agenda, Scripted
from schedules.scenario import DecidedOn, Scenario, Submits, Whom

HANDS_IN_AT = time(10, 0)
DECIDES_AT = time(9, 0)

Receive = Callable[[Session, Sequence[Obligation], datetime], None]
"""Takes complete submissions in for the obligations, as the service would."""


def script(
    scenario: Scenario, database: Database, *, hours: OfficeHours, receive: Receive
) -> Agenda:
    """Reads the launched obligations; those that a decision makes follow when it is taken."""
    script = _Script(scenario, database, hours, receive)
    script.submissions()
    script.decisions()
    for scripted in scenario.script(database, hours):
        script.agenda.add(scripted)
    return script.agenda


def hands_in(
    database: Database, ids: Sequence[int], receive: Receive
) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        with database.writing() as session:
            receive(session, [session.get_one(Obligation, id_) for id_ in ids], now)

    return act


class _Script:
    def __init__(
        self, scenario: Scenario, database: Database, hours: OfficeHours, receive: Receive
    ) -> None:
        self.scenario = scenario
        self.database = database
        self.hours = hours
        self.receive = receive
        self.agenda = Agenda()
        self._known: set[int] = set()

    def submissions(self, since: datetime | None = None) -> None:
        """Of obligations that are new since somebody last looked, at the earliest `since`."""
        with self.database.reading() as session:
            known = set(self._known)
            for rule in self.scenario.submit:
                self._submissions(session, rule, known, since)

    def _submissions(
        self, session: Session, rule: Submits, known: set[int], since: datetime | None
    ) -> None:
        by_day: dict[date, list[int]] = {}
        for obligation_id, last_on in matching(session, rule):
            if obligation_id not in known:
                by_day.setdefault(last_on + timedelta(days=rule.days), []).append(obligation_id)
        for day, ids in by_day.items():
            self._known.update(ids)
            at = datetime.combine(day, HANDS_IN_AT, self.hours.zone)
            at = at if since is None else max(at, since)
            self.agenda.add(Scripted(at, hands_in(self.database, ids, self.receive)))

    def decisions(self) -> None:
        for rule, verb in verbs(self.scenario, self.hours):
            at = datetime.combine(rule.on, DECIDES_AT, self.hours.zone)
            self.agenda.add(Scripted(at, self._decides(rule, verb)))

    def _decides(self, rule: DecidedOn, verb: Verb) -> Act:
        def decides(now: datetime) -> None:
            decision = Decision(actor="rehearsal", reason=rule.reason, now=now)
            with self.database.writing() as session:
                for id_, _ in matching(session, rule):
                    act(verb, session, session.get_one(Obligation, id_), decision)
            self.submissions(now)

        return decides


def matching(session: Session, whom: Whom) -> list[tuple[int, date]]:
    """Obligations with the last day that counts."""
    statement = (
        select(Obligation.id, Obligation.last_on, Unit.code)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Milestone.code == whom.milestone)
        .order_by(Obligation.id)
    )
    if whom.occurrence is not None:
        statement = statement.where(Occurrence.key == whom.occurrence)
    return [(id_, last_on) for id_, last_on, unit in session.execute(statement) if whom.names(unit)]
