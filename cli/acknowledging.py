"""`dondoc acknowledge`: what is overdue is promised for a day."""

from contextlib import closing
from getpass import getuser
from typing import Annotated

import typer

from cli.context import context
from cli.dates import long_date, read_date
from dondoc.decision import Decision
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.words import Words
from schedules.acknowledging import WHO, Promised, acknowledge

DONE = Words(
    "{who} hẹn nộp của {unit} đến hết {until}; cấp trên chưa được báo trước ngày ấy.",
    "{who} promised {unit} for {until}; no superior is told before its end.",
)


def acknowledge_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str, typer.Argument(metavar="MILESTONE")],
    unit: Annotated[str, typer.Argument(metavar="UNIT")],
    until: Annotated[str, typer.Option("--until", metavar="NGÀY", help="ngày hẹn nộp")],
    reason: Annotated[str, typer.Option("--reason", help="lý do · why")],
    level: Annotated[
        int,
        typer.Option(
            min=0,
            max=4,
            help="ai hẹn: 0 đơn vị, 1 thủ trưởng, 2 cụm trưởng, 3 thường trực, 4 lãnh đạo cấp trên",
        ),
    ] = 0,
    occurrence: Annotated[
        str | None, typer.Option("--occurrence", metavar="KỲ", help="ví dụ 2024-Q3")
    ] = None,
) -> None:
    """Hẹn ngày nộp việc quá hạn; tạm chưa báo cấp trên · Promise a day for what is overdue."""
    ctx = context()
    promised = Promised(on=read_date(until, "--until"), level=level)
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    with closing(ctx.database()) as database, database.writing() as session:
        row = milestone_by_code(session, plan_by_code(session, plan), milestone)
        owed = obligation_of(session, row, unit_by_code(session, unit), occurrence=occurrence)
        acknowledge(session, owed, promised, decision, hours=ctx.hours())
    who = WHO[level].text(ctx.language)
    said = long_date(promised.on, ctx.language)
    ctx.say(DONE, who=who[:1].upper() + who[1:], unit=unit, until=said)
