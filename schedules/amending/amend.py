"""A launched plan gets its next version: one transaction, or nothing.

1. What differs, in the plan's words; which date of the new version is which occurrence.
2. Refuse what would orphan a submission, come too suddenly, or overwrite a colleague.
3. Header, events and milestones are written; dates move, come and go; so does who owes them.
4. What has not gone out is planned anew; whoever is concerned gets one letter about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.happening import enter_events, happened
from dondoc.plan import model
from dondoc.plan.bodies import milestone_from
from dondoc.plan.differing import differences
from dondoc.plan.source import parse_plan
from dondoc.queries import plan_by_code
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import Milestone, Occurrence, Plan, Version
from dondoc.versions import versions
from schedules.amending.counting import count_letters
from schedules.amending.impact import Impact
from schedules.amending.moving import refuse_sudden
from schedules.amending.pairing import Pairing, pairing
from schedules.amending.rearming import rearm_digests
from schedules.amending.refusing import OtherPlan, meanwhile, refuse_orphans, refuse_strangers
from schedules.amending.settling import leave_out, place, settle
from schedules.amending.undoing import undone
from schedules.amending.work import Work
from schedules.calendar import OfficeHours
from schedules.dating import dates
from schedules.placing import Placing
from schedules.plan_rows import PlanRows


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """A new version, and who decides it. `expected` is the version that was looked at; None takes
    whatever is in force. `earlier_is_meant`: earlier dates need no notice."""

    file: model.PlanFile
    source: str
    actor: str
    now: datetime
    reason: str | None = None
    expected: int | None = None
    earlier_is_meant: bool = False


def amend(session: Session, plan: Plan, amendment: Amendment, *, hours: OfficeHours) -> Impact:
    """All rows in the caller's transaction: rolled back, it was a look at what would happen. A file
    that says the same changes nothing. Raises DecisionRefused, UnknownUnit."""
    if amendment.file.code != plan.code:
        raise OtherPlan(found=amendment.file.code, plan=plan.code)
    claim(session, plan, amendment)
    old = parse_plan(plan.source, plan.code)
    found = differences(old, amendment.file)
    if not found:
        return Impact(plan=plan.code, version=plan.revision, differences=found)
    refuse_strangers(session, found)
    undoes = undone(session, plan, found)
    impact = Impact(plan=plan.code, version=plan.revision + 1, differences=found, undone=undoes)
    placing = Placing(session, amendment.file, plan, hours=hours, now=amendment.now)
    work = Work(placing=placing, old=old, base=plan.revision, impact=impact)
    apply(work, amendment)
    finish(work, amendment)
    entry = Entry(
        actor=amendment.actor,
        on_behalf=work.new.standing_office,
        action="amend",
        subject=subject_of(plan.code),
        reason=amendment.reason,
        before={"plan_version": work.base},
        after={"plan_version": work.version},
        facts=impact.facts,
    )
    enter(session, entry, now=work.now)
    return impact


def look(database: Database, code: str, amendment: Amendment, *, hours: OfficeHours) -> Impact:
    """What `amend` would do, found out by doing it and taking it back. Raises NotFound besides."""
    with database.writing() as session:
        impact = amend(session, plan_by_code(session, code), amendment, hours=hours)
        session.rollback()
    return impact


def claim(session: Session, plan: Plan, amendment: Amendment) -> None:
    """Two officials may amend at once: the first wins, the other is told what has changed. Raises
    ChangedMeanwhile."""
    locked = select(Plan).where(Plan.id == plan.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).one()
    expected = amendment.expected
    if expected is not None and expected != plan.revision:
        raise meanwhile(plan.code, plan.revision, versions(session, plan, after=expected))


def apply(work: Work, amendment: Amendment) -> None:
    """Dates as they follow from the new version and the days its events have. Raises
    DecisionRefused."""
    rows = _milestone_rows(work)
    paired = _paired(work, rows)
    refuse_orphans(work.session, paired.dropped)
    for pair in paired.pairs:
        refuse_sudden(work, pair, meant=amendment.earlier_is_meant)
    was = {code: milestone_from(row.body) for code, row in rows.items() if row.body is not None}
    _write(work, amendment, rows)
    for occurrence in paired.dropped:
        leave_out(work, occurrence)
    refuse_orphans(work.session, paired.dropped)  # handed in while it was being dropped
    for pair in paired.pairs:
        if pair.occurrence is None:
            place(work, pair)
        else:
            settle(work, pair, pair.occurrence, was[pair.milestone.code])
        work.session.flush()


def _milestone_rows(work: Work) -> dict[str, Milestone]:
    """Those there are; a milestone the plan never had gets a row that is still to be filled in."""
    of_plan = select(Milestone).where(Milestone.plan_id == work.placing.row.id)
    rows = {row.code: row for row in work.session.scalars(of_plan)}
    for one in work.new.milestones:
        if one.code not in rows:
            rows[one.code] = Milestone(plan_id=work.placing.row.id, code=one.code)
    return rows


def _paired(work: Work, rows: Mapping[str, Milestone]) -> Pairing:
    placing = work.placing
    days = happened(work.session, placing.row)
    wanted = dates(work.new, placing.hours.calendar, days)
    return pairing(work.new.milestones, rows, wanted)


def _write(work: Work, amendment: Amendment, rows: Mapping[str, Milestone]) -> None:
    """Header, events and milestones as the new version says."""
    session, plan = work.session, work.placing.row
    values = PlanRows(session, work.new)
    for name, value in values.plan(amendment.source).items():
        setattr(plan, name, value)
    plan.revision = work.version
    events = enter_events(session, plan, work.new)
    for position, milestone in enumerate(work.new.milestones):
        row = rows[milestone.code]
        said = values.milestone(milestone, position=position, events=events)
        for name, value in said.items():
            setattr(row, name, value)
        row.dropped_in = None
        session.add(row)
    for milestone in work.impact.differences.dropped:
        rows[milestone.code].dropped_in = work.version
    session.flush()


def finish(work: Work, amendment: Amendment) -> None:
    """The last of an amendment but for its entry in the record."""
    session, plan = work.session, work.placing.row
    last_on = session.scalar(
        select(func.max(Occurrence.last_on))
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Milestone.plan_id == plan.id, Occurrence.dropped_in.is_(None))
    )
    work.count(rearm_digests(work.placing, last_on))
    count_letters(work)
    version = Version(
        plan_id=plan.id,
        number=work.version,
        at=work.now,
        actor=amendment.actor,
        reason=amendment.reason,
        source=amendment.source,
    )
    session.add(version)
