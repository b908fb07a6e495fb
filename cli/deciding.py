"""`dondoc extend`, `dondoc return`: decisions that move a unit's date."""

from getpass import getuser
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from cli.context import context
from cli.dates import long_date, read_date
from dondoc.decision import Decision
from dondoc.errors import DondocError
from dondoc.queries import milestone_by_code, obligation_of, obligations, plan_by_code, unit_by_code
from dondoc.tables import Obligation, ObligationState
from dondoc.words import Words
from schedules.moving import correction_day, extend, give_back

EXTENDED = Words("Đã gia hạn đến {until} cho: {units}", "Extended until {until}: {units}")
RETURNED = Words(
    "Đã trả lại {unit}; nộp lại chậm nhất {until}.", "Returned to {unit}; due again by {until}."
)


class WhoseDate(DondocError):
    """Say which unit, or --all-pending."""

    vi = "Hãy nêu một đơn vị, hoặc --all-pending."


Reason = Annotated[str, typer.Option("--reason", help="lý do, đơn vị sẽ đọc · the unit reads it")]
OccurrenceKey = Annotated[
    str | None, typer.Option("--occurrence", metavar="KỲ", help="ví dụ 2024-Q3")
]


def extend_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str, typer.Argument(metavar="MILESTONE")],
    unit: Annotated[str | None, typer.Argument(metavar="[UNIT]")] = None,
    until: Annotated[str, typer.Option("--until", metavar="NGÀY")] = ...,  # type: ignore[assignment]
    reason: Reason = ...,  # type: ignore[assignment]
    occurrence: OccurrenceKey = None,
    all_pending: Annotated[bool, typer.Option("--all-pending")] = False,
) -> None:
    """Gia hạn cho một đơn vị, hoặc mọi đơn vị chưa nộp · Extend one unit, or all pending."""
    ctx = context()
    day = read_date(until, "--until")
    if (unit is None) is not all_pending:
        raise WhoseDate
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    hours = ctx.hours()
    database = ctx.database()
    with database.writing() as session:
        chosen = _chosen(session, plan, milestone, unit, occurrence)
        for obligation in chosen:
            extend(session, obligation, day, decision, hours=hours)
        units = ", ".join(obligation.unit.code for obligation in chosen)
    database.close()
    ctx.say(EXTENDED, until=long_date(day, ctx.language), units=units or "–")


def _chosen(
    session: Session, plan: str, milestone: str, unit: str | None, occurrence: str | None
) -> list[Obligation]:
    row = milestone_by_code(session, plan_by_code(session, plan), milestone)
    if unit is not None:
        owing = unit_by_code(session, unit)
        return [obligation_of(session, row, owing, occurrence=occurrence)]
    found = session.scalars(obligations(milestone=row))
    return [
        one
        for one in found
        if one.state is ObligationState.OPEN and occurrence in (None, one.occurrence.key)
    ]


def return_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str, typer.Argument(metavar="MILESTONE")],
    unit: Annotated[str, typer.Argument(metavar="UNIT")],
    reason: Reason = ...,  # type: ignore[assignment]
    until: Annotated[str | None, typer.Option("--until", metavar="NGÀY")] = None,
    occurrence: OccurrenceKey = None,
) -> None:
    """Trả lại bài nộp để sửa · Return a submission for correction (default: 5 working days)."""
    ctx = context()
    hours = ctx.hours()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    day = read_date(until, "--until") if until else correction_day(hours, decision.now)
    database = ctx.database()
    with database.writing() as session:
        row = milestone_by_code(session, plan_by_code(session, plan), milestone)
        owing = unit_by_code(session, unit)
        obligation = obligation_of(session, row, owing, occurrence=occurrence)
        give_back(session, obligation, day, decision, hours=hours)
    database.close()
    ctx.say(RETURNED, unit=unit, until=long_date(day, ctx.language))
