"""A date of a launched plan becomes rows: its occurrence, what every unit owes, every notice."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Integer, Table, insert, literal
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of, listed
from dondoc.plan import model
from dondoc.tables import Milestone, Obligation, ObligationState, Occurrence, Plan, Stage
from dondoc.units.audience import audience_ids
from dondoc.units.chain import Chain, chain
from schedules.cadence import Rhythm, Step, steps
from schedules.calendar import OfficeHours
from schedules.dating import DueFor
from schedules.deadline import Deadline, deadline
from schedules.planning import Sowing


class Placed(NamedTuple):
    """`days` counts planned notices by local date; `silent`: over before anybody was asked."""

    occurrence: Occurrence
    deadline: Deadline
    units: list[int]
    silent: bool
    days: Counter[date]


class Placing:
    """`file` is what `row` was launched from; who stands above whom is asked once a year."""

    def __init__(
        self,
        session: Session,
        file: model.PlanFile,
        row: Plan,
        *,
        hours: OfficeHours,
        now: datetime,
    ) -> None:
        self.session = session
        self.file = file
        self.row = row
        self.hours = hours
        self.now = now
        self.announced_at = hours.next_opening(now)
        self._chains: dict[int, Chain] = {}

    def chain_of(self, year: int) -> Chain:
        if year not in self._chains:
            self._chains[year] = chain(
                self.session,
                standing_office=self.row.standing_office_id,
                board=self.row.board_id,
                year=year,
            )
        return self._chains[year]

    def deadline_of(self, due: DueFor) -> Deadline:
        dated = due.dated
        return deadline(
            dated.due,
            inclusive=dated.inclusive,
            calendar=self.hours.calendar,
            zone=self.file.zone,
        )

    def owing(self, milestone: model.Milestone, due: DueFor) -> list[int]:
        """The units of the audience on that day, of those the date is for."""
        found = audience_ids(self.session, milestone.audience, on=due.dated.due)
        return [id_ for id_ in found if due.units is None or id_ in due.units]

    def place(self, milestone: model.Milestone, row: Milestone, due: DueFor) -> Placed:
        found = self.deadline_of(due)
        occurrence = self.add_occurrence(milestone, row, due)
        silent = occurrence.silent
        units = self.owing(milestone, due)
        self.add_obligations(occurrence, units)
        days: Counter[date] = Counter()
        if not silent:
            chain, owing = self.chain_of(found.due_on.year), Obligation.occurrence_id
            sowing = Sowing(self.session, chain, owing == occurrence.id, units, self.row.id)
            for step in self.steps(milestone, found, opens=occurrence.opens_on):
                days[step.at.astimezone(self.file.zone).date()] += sowing.plan(step)
        return Placed(occurrence, found, units, silent, days)

    def steps(self, milestone: model.Milestone, due: Deadline, *, opens: date | None) -> list[Step]:
        """Those that still lie ahead, and the announcement."""
        rhythm = Rhythm(
            self.hours.calendar,
            self.file.zone,
            self.file.cadence_of(milestone),
            self.file.ladder_of(milestone),
        )
        ahead = [step for step in steps(due, rhythm, opens=opens) if step.at >= self.now]
        if self.file.policies.announce:
            ahead.insert(0, Step(Stage.ANNOUNCE, "announce", None, self.announced_at))
        return ahead

    def add_obligations(self, occurrence: Occurrence, units: Sequence[int]) -> None:
        if not units:
            return
        owed = {
            "occurrence_id": occurrence.id,
            "state": ObligationState.OPEN,
            "due_on": occurrence.due_on,
            "last_on": occurrence.last_on,
            "target_on": occurrence.target_on,
            "late_at": occurrence.late_at,
            "due_version": 1,
            "plan_version": self.row.revision,
            "counted": True,
        }
        table: Table = Obligation.__table__  # type: ignore[assignment]
        same = [literal(value, table.c[name].type) for name, value in owed.items()]
        each = listed(dialect_of(self.session), "units", Integer()).add_columns(*same)
        self.session.execute(
            insert(table).from_select(["unit_id", *owed], each), {"units": list(units)}
        )

    def add_occurrence(self, milestone: model.Milestone, row: Milestone, due: DueFor) -> Occurrence:
        """Nobody owes it yet."""
        period, found = milestone.data_period, self.deadline_of(due)
        occurrence = Occurrence(
            milestone_id=row.id,
            key=due.dated.key,
            label=due.dated.label,
            granularity=due.dated.granularity,
            inclusive=due.dated.inclusive,
            opens_on=due.dated.opens,
            due_on=found.due_on,
            last_on=found.last_on,
            target_on=found.target_on,
            late_at=found.late_at,
            data_from=period and period.start,
            data_to=period and period.end,
            silent=found.late_at <= self.now,
        )
        self.session.add(occurrence)
        self.session.flush()
        return occurrence
