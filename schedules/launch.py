"""A plan becomes rows: milestones × audience → obligations; policy × working days → notices."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.plan import model
from dondoc.plan.due import Dated
from dondoc.plan.timeline import occurrences
from dondoc.record import SELF, Entry, enter, subject_of
from dondoc.tables import (
    Contact,
    Milestone,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Role,
    Stage,
    Unit,
    Version,
)
from dondoc.units.audience import audience
from dondoc.units.chain import Chain, chain
from dondoc.words import Words
from schedules.cadence import Rhythm, Step, steps
from schedules.calendar import OfficeCalendar, OfficeHours
from schedules.deadline import Deadline, deadline
from schedules.planning import Row, insert_rows, plan_occurrence

DIGEST_TAIL = timedelta(days=31)

Progress = Callable[[str, int], None]


class AlreadyLaunched(DondocError):
    """Plan {code} was launched on {when} from a file with other contents; nothing was changed.
    Give the changed plan a code of its own."""

    vi = (
        "Kế hoạch {code} đã được phát động ngày {when} từ tệp có nội dung khác; "
        "không có gì thay đổi.\nHãy đặt mã khác cho kế hoạch đã sửa."
    )


class UnknownUnit(DondocError):
    """{field}: there is no unit {code!r}; import the units first (dondoc units import)."""

    vi = "{field}: không có đơn vị {code!r}; hãy nhập danh sách đơn vị trước (dondoc units import)."


@dataclass(frozen=True, kw_only=True)
class LaunchedMilestone:
    code: str
    name: str
    occurrence: str
    deadline: Deadline
    why_off: Words | None
    units: int
    silent: bool


@dataclass(kw_only=True)
class Launched:
    """What a launch made, or with `already` found. `days` counts planned notices by local date;
    `without_contact` names owing units whose officers' seats are all vacant."""

    plan: str
    already: bool = False
    obligations: int = 0
    notices: int = 0
    milestones: list[LaunchedMilestone] = field(default_factory=list)
    days: Counter[date] = field(default_factory=Counter)
    without_contact: list[str] = field(default_factory=list)
    estimated_years: list[int] = field(default_factory=list)


def launch(
    session: Session,
    plan: model.PlanFile,
    *,
    source: str,
    hours: OfficeHours,
    now: datetime,
    actor: str = SELF,
    progress: Progress = lambda _name, _count: None,
) -> Launched:
    """All rows in the caller's transaction. Raises AlreadyLaunched, UnknownUnit."""
    known = session.scalar(select(Plan).where(Plan.code == plan.code))
    if known is not None:
        return _again(known, source)
    launching = _Launching(session, plan, source, hours, now)
    launching.actor = actor
    for milestone in plan.milestones:
        launching.add(milestone)
        progress(milestone.name, launching.done.notices)
    launching.finish()
    return launching.done


def _again(known: Plan, source: str) -> Launched:
    if known.source != source:
        raise AlreadyLaunched(code=known.code, when=known.launched_at.date())
    return Launched(plan=known.code, already=True)


class _Launching:
    """The state of one launch: the plan's row, who stands above whom, what was made so far."""

    def __init__(
        self, session: Session, plan: model.PlanFile, source: str, hours: OfficeHours, now: datetime
    ) -> None:
        self.session = session
        self.plan = plan
        self.hours = hours
        self.now = now
        self.actor = SELF
        self.done = Launched(plan=plan.code)
        self.units = dict(session.execute(select(Unit.code, Unit.id)).tuples().all())
        self.row = self._plan_row(source)
        self.chains: dict[int, Chain] = {}
        self.owing: set[int] = set()
        self.announced_at = hours.next_opening(now)

    @property
    def calendar(self) -> OfficeCalendar:
        return self.hours.calendar

    def unit(self, code: str, place: str) -> int:
        found = self.units.get(code)
        if found is None:
            raise UnknownUnit(field=place, code=code)
        return found

    def _plan_row(self, source: str) -> Plan:
        plan = self.plan
        board = None if plan.board is None else self.unit(plan.board, "board")
        row = Plan(
            code=plan.code,
            number=plan.number,
            title=plan.title,
            issuer=plan.issuer,
            issued=plan.issued,
            time_zone=plan.timezone,
            period_from=plan.period.start,
            period_to=plan.period.end,
            standing_office_id=self.unit(plan.standing_office, "standing_office"),
            board_id=board,
            launched_at=self.now,
            review_within=plan.policies.review_within,
            source=source,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def _version_row(self) -> Version:
        return Version(
            plan_id=self.row.id,
            number=self.row.revision,
            at=self.now,
            actor=self.actor,
            source=self.row.source,
        )

    def chain_of(self, year: int) -> Chain:
        if year not in self.chains:
            self.chains[year] = chain(
                self.session,
                standing_office=self.row.standing_office_id,
                board=self.row.board_id,
                year=year,
            )
        return self.chains[year]

    def add(self, milestone: model.Milestone) -> None:
        collector = milestone.collector or self.plan.standing_office
        row = Milestone(
            plan_id=self.row.id,
            position=len(self.row.milestones) + len(self.done.milestones),
            code=milestone.code,
            name=milestone.name,
            kind=milestone.kind,
            collector_id=self.unit(collector, f"{milestone.code}.collector"),
            clause=milestone.clause.text,
            clause_where=milestone.clause.where,
            body=milestone.model_dump(mode="json", by_alias=True),
        )
        self.session.add(row)
        self.session.flush()
        for dated in occurrences(milestone, self.plan.period):
            self._add_occurrence(milestone, row, dated)

    def _add_occurrence(self, milestone: model.Milestone, row: Milestone, dated: Dated) -> None:
        due = deadline(
            dated.due, inclusive=dated.inclusive, calendar=self.calendar, zone=self.plan.zone
        )
        silent = due.late_at <= self.now
        occurrence = Occurrence(
            milestone_id=row.id,
            key=dated.key,
            label=dated.label,
            granularity=dated.granularity,
            inclusive=dated.inclusive,
            opens_on=dated.opens,
            due_on=due.due_on,
            last_on=due.last_on,
            target_on=due.target_on,
            late_at=due.late_at,
            data_from=milestone.data_period and milestone.data_period.start,
            data_to=milestone.data_period and milestone.data_period.end,
            silent=silent,
        )
        self.session.add(occurrence)
        self.session.flush()
        units = [unit.id for unit in audience(self.session, milestone.audience, on=due.due_on)]
        self._add_obligations(occurrence, units)
        self.owing.update(units)
        if not silent:
            self._plan_notices(milestone, occurrence, due, units)
        self.done.milestones.append(
            LaunchedMilestone(
                code=milestone.code,
                name=milestone.name,
                occurrence=dated.label,
                deadline=due,
                why_off=self.calendar.why_off(due.last_on),
                units=len(units),
                silent=silent,
            )
        )

    def _add_obligations(self, occurrence: Occurrence, units: Sequence[int]) -> None:
        if not units:
            return
        dates = {
            "occurrence_id": occurrence.id,
            "state": ObligationState.OPEN,
            "due_on": occurrence.due_on,
            "last_on": occurrence.last_on,
            "target_on": occurrence.target_on,
            "late_at": occurrence.late_at,
            "due_version": 1,
        }
        self.session.execute(
            insert(Obligation.__table__),  # type: ignore[arg-type]
            [dates | {"unit_id": unit_id} for unit_id in units],
        )
        self.done.obligations += len(units)

    def _plan_notices(
        self,
        milestone: model.Milestone,
        occurrence: Occurrence,
        due: Deadline,
        units: Sequence[int],
    ) -> None:
        rhythm = Rhythm(
            self.calendar,
            self.plan.zone,
            self.plan.cadence_of(milestone),
            self.plan.ladder_of(milestone),
        )
        planned = [
            step for step in steps(due, rhythm, opens=occurrence.opens_on) if step.at >= self.now
        ]
        if self.plan.policies.announce:
            planned.insert(0, Step(Stage.ANNOUNCE, "announce", None, self.announced_at))
        for step in planned:
            made = plan_occurrence(
                self.session,
                occurrence.id,
                [step],
                self.chain_of(due.due_on.year),
                plan_id=self.row.id,
                units=units,
            )
            self.done.notices += made
            self.done.days[step.at.astimezone(self.plan.zone).date()] += made

    def finish(self) -> None:
        if self.plan.policies.digest and self.done.obligations:
            self.done.notices += insert_rows(self.session, self._digests())
        self.done.without_contact = self._without_contact()
        years = {item.deadline.due_on.year for item in self.done.milestones}
        self.done.estimated_years = sorted(filter(self.calendar.is_estimate, years))
        entry = Entry(
            actor=self.actor,
            on_behalf=self.plan.standing_office,
            action="launch",
            subject=subject_of(self.plan.code),
            facts={"obligations": self.done.obligations, "notices": self.done.notices},
        )
        enter(self.session, entry, now=self.now)
        self.session.add(self._version_row())

    def _digests(self) -> Iterator[Row]:
        """Mondays at the cadence's hour, or the first working day after, to the standing office."""
        cadence = self.plan.policies.cadence
        officers = self.chain_of(self.plan.period.start.year).officers
        rhythm = Rhythm(self.calendar, self.plan.zone, cadence, ())
        today = self.now.astimezone(self.plan.zone).date()
        monday = max(self.plan.period.start, today)
        monday += timedelta(days=-monday.weekday() % 7)
        last = max((item.deadline.last_on for item in self.done.milestones), default=monday)
        while monday <= last + DIGEST_TAIL:
            at = rhythm.at(self.calendar.on_or_after(monday))
            for contact_id in officers.get(self.row.standing_office_id, ()):
                yield {
                    "plan_id": self.row.id,
                    "obligation_id": None,
                    "contact_id": contact_id,
                    "stage": Stage.DIGEST,
                    "step": f"D-{monday.isoformat()}",
                    "level": None,
                    "due_version": 1,
                    "planned_at": at,
                    "state": NoticeState.PLANNED,
                    "note": None,
                }
            monday += timedelta(days=7)

    def _without_contact(self) -> list[str]:
        manned = select(Contact.unit_id).where(
            Contact.role == Role.OFFICER, Contact.email.is_not(None)
        )
        vacant = self.session.scalars(
            select(Unit).where(Unit.id.not_in(manned)).order_by(Unit.code)
        )
        return [unit.code for unit in vacant if unit.id in self.owing]
