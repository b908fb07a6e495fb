"""Some obligations of one milestone get another date: what was planned for the old one ends with
its reason, what the new one asks for is planned anew."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from dondoc.fulfilment import end_late, end_planned
from dondoc.plan import model
from dondoc.plan.bodies import milestone_from
from dondoc.plan.source import parse_plan
from dondoc.tables import Milestone, Obligation, Occurrence, Reason
from dondoc.telling import batches
from dondoc.units.chain import Chain, Seat, chain
from schedules.cadence import Rhythm, Step, steps
from schedules.calendar import ONE_DAY, OfficeHours
from schedules.deadline import Deadline, deadline
from schedules.planning import Owing, Sowing


class Moving:
    """`row` is the milestone's; also one that a later version of the plan has dropped."""

    def __init__(self, session: Session, row: Milestone, *, hours: OfficeHours) -> None:
        self.session = session
        self.row = row
        self.hours = hours
        self.file = parse_plan(row.plan.source, row.plan.code)
        self.milestone = milestone_from(row.body)
        self._chains: dict[int, Chain] = {}

    def until(self, day: date) -> Deadline:
        """`day` is the last one that counts."""
        zone = self.file.zone
        return deadline(day, inclusive=True, calendar=self.hours.calendar, zone=zone)

    def printed(self, occurrence: Occurrence) -> Deadline:
        """As it was when the plan was launched, whatever the calendar says since."""
        return Deadline(
            due_on=occurrence.due_on,
            inclusive=occurrence.inclusive,
            last_on=occurrence.last_on,
            target_on=occurrence.target_on,
            rolled_on=occurrence.late_at.astimezone(self.file.zone).date() - ONE_DAY,
            late_at=occurrence.late_at,
        )

    @property
    def ladder(self) -> Sequence[model.Rung]:
        return self.file.ladder_of(self.milestone)

    @property
    def rhythm(self) -> Rhythm:
        return self._rhythm(self.file.cadence_of(self.milestone))

    def above(self, obligation: Obligation, level: int) -> Seat | None:
        """Who hears of it at `level`, or at the next one where somebody sits."""
        return self._chain(obligation.due_on.year).superior(
            obligation.unit_id, list(model.Level)[level - 1]
        )

    def rearm(
        self,
        owing: Sequence[Owing],
        due: Deadline,
        *,
        reason: Reason,
        now: datetime,
        cadence: model.Cadence | None = None,
    ) -> int:
        """To be called once the rows have their new dates. Returns how many notices lie ahead."""
        rhythm = self.rhythm if cadence is None else self._rhythm(cadence)
        ahead = [step for step in steps(due, rhythm, opens=None) if step.at >= now]
        for ids in batches([one.obligation_id for one in owing]):
            end_planned(self.session, ids, reason=reason, now=now)
        count = self.sow(owing, ahead, year=due.due_on.year)
        for ids in batches([one.obligation_id for one in owing]):
            end_late(self.session, ids, now=now)
        return count

    def sow(self, owing: Sequence[Owing], ahead: Sequence[Step], *, year: int) -> int:
        """Superiors are those of `year`. Returns how many notices were planned."""
        units = dict(owing)
        dates = select(Occurrence.id).where(Occurrence.milestone_id == self.row.id)
        mine = Obligation.occurrence_id.in_(dates)
        count = 0
        for ids in batches(list(units)):
            whose = [units[id_] for id_ in ids]
            # found by date and unit; asked for by id, SQLite would try each unit with each id
            chosen = and_(mine, (Obligation.id + 0).in_(ids))
            sowing = Sowing(self.session, self._chain(year), chosen, whose, self.row.plan_id)
            count += sum(sowing.plan(step) for step in ahead)
        return count

    def _rhythm(self, cadence: model.Cadence) -> Rhythm:
        return Rhythm(self.hours.calendar, self.file.zone, cadence, self.ladder)

    def _chain(self, year: int) -> Chain:
        if year not in self._chains:
            plan = self.row.plan
            self._chains[year] = chain(
                self.session,
                standing_office=plan.standing_office_id,
                board=plan.board_id,
                year=year,
            )
        return self._chains[year]


def lock(session: Session, obligation: Obligation) -> None:
    """Two officials may decide at once: the second sees what the first has decided."""
    session.execute(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    session.refresh(obligation)
