"""A plan becomes rows: milestones × audience → obligations; policy × working days → notices."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.happening import enter_events
from dondoc.plan import model
from dondoc.plan.hanging import event_behind, rule_words
from dondoc.plan.relative import PlanEvent
from dondoc.record import SELF, Entry, enter, subject_of
from dondoc.tables import Contact, Milestone, Plan, Role, Unit, Version
from dondoc.units.audience import audience
from dondoc.words import Words
from schedules.calendar import OfficeHours
from schedules.dating import DueFor, dates
from schedules.deadline import Deadline
from schedules.digests import plan_digests
from schedules.placing import Placing
from schedules.plan_rows import PlanRows, UnknownUnit

__all__ = ["AlreadyLaunched", "Launched", "LaunchedMilestone", "UnknownUnit", "launch"]

Progress = Callable[[str, int], None]


class AlreadyLaunched(DondocError):
    """Plan {code} was launched on {when} from a file with other contents; nothing was changed.
    Amend it (dondoc amend {code} FILE), or give the changed plan a code of its own."""

    vi = (
        "Kế hoạch {code} đã được phát động ngày {when} từ tệp có nội dung khác; "
        "không có gì thay đổi.\nHãy điều chỉnh (dondoc amend {code} TỆP), hoặc đặt mã khác cho kế "
        "hoạch đã sửa."
    )


@dataclass(frozen=True, kw_only=True)
class LaunchedMilestone:
    code: str
    name: str
    occurrence: str
    deadline: Deadline
    why_off: Words | None
    units: int
    silent: bool


@dataclass(frozen=True, kw_only=True)
class WaitingMilestone:
    """Due relative to an event that has no day yet; `units` would owe it today."""

    code: str
    name: str
    event: str
    rule: Words
    units: int


@dataclass(kw_only=True)
class Launched:
    """What a launch made, or with `already` found. `days` counts planned notices by local date;
    `without_contact` names owing units whose officers' seats are all vacant."""

    plan: str
    already: bool = False
    obligations: int = 0
    notices: int = 0
    milestones: list[LaunchedMilestone] = field(default_factory=list)
    waiting: list[WaitingMilestone] = field(default_factory=list)
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
    """The state of one launch: the plan's row, and what was made so far."""

    def __init__(
        self, session: Session, plan: model.PlanFile, source: str, hours: OfficeHours, now: datetime
    ) -> None:
        self.session = session
        self.plan = plan
        self.now = now
        self.actor = SELF
        self.done = Launched(plan=plan.code)
        self.rows = PlanRows(session, plan)
        self.row = self._plan_row(source)
        self.events = enter_events(session, self.row, plan)
        self.calendar = hours.calendar
        self.dates = dates(plan, self.calendar)
        self.placing = Placing(session, plan, self.row, hours=hours, now=now)
        self.owing: set[int] = set()
        self.position = 0

    def _plan_row(self, source: str) -> Plan:
        row = Plan(code=self.plan.code, launched_at=self.now, **self.rows.plan(source))
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

    def add(self, milestone: model.Milestone) -> None:
        event = event_behind(self.plan, milestone)
        values = self.rows.milestone(milestone, position=self.position, events=self.events)
        row = Milestone(plan_id=self.row.id, code=milestone.code, **values)
        self.position += 1
        self.session.add(row)
        self.session.flush()
        for due in self.dates[milestone.code]:
            self._place(milestone, row, due)
        if event is not None:
            self._wait(milestone, event)

    def _place(self, milestone: model.Milestone, row: Milestone, due: DueFor) -> None:
        placed = self.placing.place(milestone, row, due)
        self.owing.update(placed.units)
        self.done.obligations += len(placed.units)
        self.done.notices += placed.days.total()
        self.done.days += placed.days
        self.done.milestones.append(
            LaunchedMilestone(
                code=milestone.code,
                name=milestone.name,
                occurrence=due.dated.label,
                deadline=placed.deadline,
                why_off=self.calendar.why_off(placed.deadline.last_on),
                units=len(placed.units),
                silent=placed.silent,
            )
        )

    def _wait(self, milestone: model.Milestone, event: PlanEvent) -> None:
        """Nobody owes it before the event has a day; whoever would today is counted."""
        today = self.now.astimezone(self.plan.zone).date()
        self.done.waiting.append(
            WaitingMilestone(
                code=milestone.code,
                name=milestone.name,
                event=event.code,
                rule=rule_words(self.plan, milestone),
                units=len(audience(self.session, milestone.audience, on=today)),
            )
        )

    def finish(self) -> None:
        if self.plan.policies.digest and self.done.obligations:
            last = max(item.deadline.last_on for item in self.done.milestones)
            self.done.notices += plan_digests(self.placing, last)
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

    def _without_contact(self) -> list[str]:
        manned = select(Contact.unit_id).where(
            Contact.role == Role.OFFICER, Contact.email.is_not(None)
        )
        vacant = self.session.scalars(
            select(Unit).where(Unit.id.not_in(manned)).order_by(Unit.code)
        )
        return [unit.code for unit in vacant if unit.id in self.owing]
