"""A scenario played in a rehearsal: who acts, and when."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.plan.model import PlanFile
from dondoc.plan.source import Source, read_source
from dondoc.queries import plan_by_code
from dondoc.tables import Milestone, Obligation, Occurrence, Plan, Unit
from schedules.acting import Verb, act, verbs
from schedules.amending.amend import Amendment, amend
from schedules.calendar import OfficeCalendar, OfficeHours
from schedules.dating import dates
from schedules.happening.setting import Setting, set_day
from schedules.rehearsal import Act, Agenda, Scripted
from schedules.scenario import Amends, DecidedOn, Happens, Scenario, Submits, Whom

HANDS_IN_AT = time(10, 0)
DECIDES_AT = time(9, 0)

Receive = Callable[[Session, Sequence[Obligation], datetime, Mapping[str, str]], None]
"""Takes submissions in for the obligations, as the service would; what is missing, with reasons."""


def script(
    scenario: Scenario, database: Database, *, hours: OfficeHours, receive: Receive
) -> Agenda:
    """Reads the launched obligations; those that a decision makes follow when it is taken."""
    script = _Script(scenario, database, hours, receive)
    script.submissions()
    script.decisions()
    for at, decides in scenario.script(database, hours):
        script.agenda.add(Scripted(at, script.then_look(decides)))
    return script.agenda


def hands_in(
    database: Database,
    ids: Sequence[int],
    receive: Receive,
    missing: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        with database.writing() as session:
            receive(session, [session.get_one(Obligation, id_) for id_ in ids], now, missing)

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
        self._known: dict[int, set[datetime]] = {}
        """when each obligation's unit hands in"""

    def submissions(self, since: datetime | None = None, *, moved: bool = False) -> None:
        """Of obligations that are new since somebody last looked, at the earliest `since`; where
        dates have `moved`, of all that are still to come."""
        if moved and since is not None:
            self._known = {id_: at for id_, at in self._known.items() if min(at) <= since}
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
            at = datetime.combine(day, HANDS_IN_AT, self.hours.zone)
            at = at if since is None else max(at, since)
            for id_ in ids:
                self._known.setdefault(id_, set()).add(at)
            self.agenda.add(Scripted(at, self._hands_in(ids, at, rule.missing)))

    def _hands_in(self, ids: Sequence[int], at: datetime, missing: Mapping[str, str]) -> Act:
        """Whoever has not been given another day since."""

        def hand_in(now: datetime) -> None:
            still = [id_ for id_ in ids if at in self._known.get(id_, ())]
            if still:
                hands_in(self.database, still, self.receive, missing)(now)

        return hand_in

    def decisions(self) -> None:
        for happens in self.scenario.event:
            at = datetime.combine(happens.entered_on, DECIDES_AT, self.hours.zone)
            self.agenda.add(Scripted(at, self._happens(happens)))
        for rule, verb in verbs(self.scenario, self.hours):
            at = datetime.combine(rule.on, DECIDES_AT, self.hours.zone)
            self.agenda.add(Scripted(at, self._decides(rule, verb)))
        for amends in self.scenario.amend:
            at = datetime.combine(amends.on, DECIDES_AT, self.hours.zone)
            self.agenda.add(Scripted(at, self._amends(amends, read_source(amends.file))))

    def then_look(self, decides: Act) -> Act:
        """Somebody may owe what nobody owed before."""

        def act(now: datetime) -> None:
            decides(now)
            self.submissions(now)

        return act

    def _decides(self, rule: DecidedOn, verb: Verb) -> Act:
        def decides(now: datetime) -> None:
            decision = Decision(actor="rehearsal", reason=rule.reason, now=now)
            with self.database.writing() as session:
                for id_, _ in matching(session, rule):
                    act(verb, session, session.get_one(Obligation, id_), decision)
            self.submissions(now)

        return decides

    def _happens(self, rule: Happens) -> Act:
        def happens(now: datetime) -> None:
            setting = Setting(
                event=rule.event,
                day=rule.day,
                actor="rehearsal",
                now=now,
                units=rule.units,
                reason=rule.reason,
                earlier_is_meant=rule.earlier_is_meant,
            )
            with self.database.writing() as session:
                plan = session.scalars(select(Plan)).one()
                set_day(session, plan, setting, hours=self.hours)
            self.submissions(now, moved=True)

        return happens

    def _amends(self, rule: Amends, source: Source) -> Act:
        def amends(now: datetime) -> None:
            amendment = Amendment(
                file=source.plan,
                source=source.text,
                actor="rehearsal",
                now=now,
                reason=rule.reason,
                earlier_is_meant=rule.earlier_is_meant,
            )
            with self.database.writing() as session:
                plan = plan_by_code(session, source.plan.code)
                amend(session, plan, amendment, hours=self.hours)
            self.submissions(now, moved=True)

        return amends


def last_due(plan: PlanFile, scenario: Scenario, calendar: OfficeCalendar) -> date | None:
    """Of all that will be asked for once everything in the scenario has happened."""
    happened: dict[str, dict[int | None, date]] = defaultdict(dict)
    for number, rule in enumerate(scenario.event):
        if rule.day is not None:
            happened[rule.event][number if rule.units else None] = rule.day
    every = dates(plan, calendar, happened).values()
    return max((due.dated.due for dues in every for due in dues), default=None)


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
