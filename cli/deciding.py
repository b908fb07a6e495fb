"""`dondoc return`: what was handed in comes back for correction."""

from getpass import getuser
from typing import Annotated

import typer

from cli.context import context
from cli.dates import long_date, read_date
from dondoc.decision import Decision
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.words import Words
from schedules.returning import correction_day, give_back

RETURNED = Words(
    "Đã trả lại {unit}; nộp lại chậm nhất {until}.", "Returned to {unit}; due again by {until}."
)


Reason = Annotated[str, typer.Option("--reason", help="lý do, đơn vị sẽ đọc · the unit reads it")]
OccurrenceKey = Annotated[
    str | None, typer.Option("--occurrence", metavar="KỲ", help="ví dụ 2024-Q3")
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
