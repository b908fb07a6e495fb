"""Why an event's day is refused: nothing has changed then."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import DecisionRefused
from dondoc.plan import model
from dondoc.plan.due import month_end
from dondoc.plan.hanging import hanging_on
from dondoc.plan.relative import Per
from dondoc.tables import Milestone, Obligation, Occurrence, PlanEvent, Submission, Unit
from dondoc.units.audience import audience
from schedules.amending.refusing import listed

LATEST = 2
"""Years after the plan's end; a later day is a slip of the pen."""


class BeforePlan(DecisionRefused):
    """{event}: {day} is before the plan, which was issued or begins on {since}."""

    vi = "{event}: ngày {day} trước kế hoạch, ban hành hoặc bắt đầu ngày {since}."


class FarAfterPlan(DecisionRefused):
    """{event}: {day} is long after the plan, which ends on {end}. Is the year right?"""

    vi = "{event}: ngày {day} quá xa sau kế hoạch, kết thúc ngày {end}. Năm có đúng không?"


class OneForThePlan(DecisionRefused):
    """{event} has one day for the whole plan; leave --unit out."""

    vi = "{event} có một ngày cho cả kế hoạch; hãy bỏ --unit."


class OneForEachUnit(DecisionRefused):
    """{event} has a day for each unit; say which: --unit CODE."""

    vi = "{event} có ngày riêng của từng đơn vị; hãy nêu đơn vị: --unit MÃ."


class NotConcerned(DecisionRefused):
    """{event}: {unit} owes nothing that hangs on it."""

    vi = "{event}: {unit} không phải nộp gì tính từ sự kiện này."


class SameDay(DecisionRefused):
    """{event}{unit} has that day already: {day}. Nothing was changed."""

    vi = "{event}{unit} đã có đúng ngày {day}; không có gì thay đổi."


class NoDay(DecisionRefused):
    """{event}{unit} has no day that could be taken back."""

    vi = "{event}{unit} chưa có ngày nào để rút lại."


class TooLateToAsk(DecisionRefused):
    """{milestone}: {units} would have had to hand in by {due}, like the others with that day; it
    has passed, and nobody had told them. Grant a later date by another day."""

    vi = (
        "{milestone}: {units} phải nộp chậm nhất {due} như các đơn vị cùng ngày, nhưng ngày ấy đã "
        "qua mà chưa ai được báo. Hãy ghi một ngày khác."
    )


class HandedIn(DecisionRefused):
    """{event} keeps its day: {units} handed in {milestone} already. It can be moved (dondoc event
    set), not taken back."""

    vi = (
        "{event} giữ nguyên ngày: {units} đã nộp {milestone}. Có thể dời (dondoc event set), không "
        "rút lại được."
    )


def refuse_day(file: model.PlanFile, event: PlanEvent, day: date) -> None:
    """Raises BeforePlan, FarAfterPlan."""
    since = file.issued or file.period.start
    if day < since:
        raise BeforePlan(event=event.code, day=said_day(day), since=said_day(since))
    end = file.period.end
    if day > month_end(end.year + LATEST, end.month):
        raise FarAfterPlan(event=event.code, day=said_day(day), end=said_day(end))


def refuse_whose(event: PlanEvent, *, named: bool) -> None:
    """Raises OneForThePlan, OneForEachUnit."""
    if event.per is Per.PLAN and named:
        raise OneForThePlan(event=event.code)
    if event.per is Per.UNIT and not named:
        raise OneForEachUnit(event=event.code)


def refuse_unconcerned(
    session: Session, file: model.PlanFile, event: PlanEvent, units: Iterable[Unit], day: date
) -> None:
    """Raises NotConcerned for one that owes nothing that hangs on the day, and never did."""
    concerned = set(
        session.scalars(
            select(Obligation.unit_id)
            .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
            .join(Milestone, Milestone.id == Occurrence.milestone_id)
            .where(Milestone.event_id == event.id)
        )
    )
    for milestone in hanging_on(file, event.code):
        concerned |= {unit.id for unit in audience(session, milestone.audience, on=day)}
    for unit in units:
        if unit.id not in concerned:
            raise NotConcerned(event=event.code, unit=unit.code)


def refuse_handed_in(session: Session, event: PlanEvent, unit: Unit | None) -> None:
    """Raises HandedIn where anything that hangs on the day was submitted, complete or not."""
    found = (
        select(Milestone.code, Unit.code)
        .join(Occurrence, Occurrence.milestone_id == Milestone.id)
        .join(Obligation, Obligation.occurrence_id == Occurrence.id)
        .join(Submission, Submission.obligation_id == Obligation.id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Milestone.event_id == event.id)
        .distinct()
        .order_by(Milestone.code, Unit.code)
    )
    if unit is not None:
        found = found.where(Unit.id == unit.id)
    pairs = session.execute(found).tuples().all()
    if pairs:
        first = pairs[0][0]
        units = [code for milestone, code in pairs if milestone == first]
        raise HandedIn(event=event.code, milestone=first, units=listed(units))


def said_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
