"""`dondoc extend`, `dondoc extension`: later dates, asked for and granted."""

from contextlib import closing
from datetime import date
from getpass import getuser
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from cli.context import Context, context
from cli.dates import due_date, long_date, read_date
from dondoc.decision import Decision, DecisionRefused
from dondoc.extensions import STATES, ask, deny, extension_by_id, extensions, withdraw
from dondoc.queries import (
    group_by_code,
    milestone_by_code,
    obligation_of,
    plan_by_code,
    unit_by_code,
)
from dondoc.tables import Extension, Obligation
from dondoc.words import Words
from schedules.extending import Pending, extend, extend_pending, grant, revoke

app = typer.Typer(no_args_is_help=True, help="Đề nghị gia hạn · extensions asked for and granted")

EXTENDED = Words(
    "Đã gia hạn đến hết {until} cho {count} đơn vị: {units}",
    "Extended until the end of {until} for {count}: {units}",
)
NOBODY = Words(
    "Không đơn vị nào còn phải nộp trước {until}; không có gì thay đổi.",
    "Nobody has to deliver before {until}; nothing changed.",
)
ASKED = Words("Đề nghị số {id}: {unit}, đến hết {until}.", "Question {id}: {unit}, until {until}.")
GRANTED = Words(
    "Đề nghị số {id}: đã gia hạn đến hết {until}.", "Question {id}: extended until {until}."
)
DENIED = Words(
    "Đề nghị số {id}: không chấp thuận; đơn vị sẽ được báo.",
    "Question {id}: denied; the unit will be told.",
)
WITHDRAWN = Words("Đề nghị số {id}: đã rút.", "Question {id}: withdrawn.")
REVOKED = Words(
    "Đã thu hồi gia hạn của {unit}; hạn trở lại là {due}.",
    "The extension of {unit} is revoked; it is due {due} again.",
)
NONE = Words("Không có đề nghị nào đang chờ.", "Nothing is asked for.")
HEAD = (
    Words("Số", "No."),
    Words("Đơn vị", "Unit"),
    Words("Mốc", "Milestone"),
    Words("Hạn trước đó", "Date before"),
    Words("Đề nghị đến", "Asked until"),
    Words("Gia hạn đến", "Granted until"),
    Words("Tình trạng", "State"),
    Words("Lý do", "Reason"),
)


class WhoseDate(DecisionRefused):
    """Say which unit, or --group CODE, or --all-pending."""

    vi = "Hãy nêu một đơn vị, --group MÃ, hoặc --all-pending."


PlanCode = Annotated[str, typer.Argument(metavar="PLAN")]
MilestoneCode = Annotated[str, typer.Argument(metavar="MILESTONE")]
UnitCode = Annotated[str, typer.Argument(metavar="UNIT")]
Reason = Annotated[str, typer.Option("--reason", help="lý do, đơn vị sẽ đọc · the unit reads it")]
Until = Annotated[
    str, typer.Option("--until", metavar="NGÀY", help="ngày cuối cùng · the last day that counts")
]
OccurrenceKey = Annotated[
    str | None, typer.Option("--occurrence", metavar="KỲ", help="ví dụ 2024-Q3")
]
ShortNotice = Annotated[
    bool, typer.Option("--short-notice", help="dời sớm hơn mà không đủ ngày báo trước")
]
Number = Annotated[int, typer.Argument(metavar="SỐ")]


def extend_command(
    plan: PlanCode,
    milestone: MilestoneCode,
    until: Until,
    reason: Reason,
    unit: Annotated[str | None, typer.Argument(metavar="[UNIT]")] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="MÃ", help="cụm, khối")] = None,
    occurrence: OccurrenceKey = None,
    all_pending: Annotated[bool, typer.Option("--all-pending", help="mọi đơn vị chưa nộp")] = False,
    short_notice: ShortNotice = False,
) -> None:
    """Gia hạn cho một đơn vị, một cụm, hay mọi đơn vị chưa nộp · Extend a unit, a group or all."""
    if [unit is not None, group is not None, all_pending].count(True) != 1:
        raise WhoseDate
    ctx = context()
    day = read_date(until, "--until")
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    hours = ctx.hours()
    with closing(ctx.database()) as database, database.writing() as session:
        if unit is not None:
            owed = _owed(session, (plan, milestone, unit), occurrence)
            extend(session, owed, day, decision, hours=hours, short_notice=short_notice)
            units = [unit]
        else:
            whom = Pending(
                milestone=milestone_by_code(session, plan_by_code(session, plan), milestone),
                occurrence=occurrence,
                group=None if group is None else group_by_code(session, group),
            )
            units = extend_pending(session, whom, day, decision, hours=hours)
    said = long_date(day, ctx.language)
    ctx.say(EXTENDED if units else NOBODY, until=said, count=len(units), units=", ".join(units))


@app.command("ask")
def ask_command(
    plan: PlanCode,
    milestone: MilestoneCode,
    unit: UnitCode,
    until: Until,
    reason: Reason,
    occurrence: OccurrenceKey = None,
) -> None:
    """Ghi đề nghị gia hạn của đơn vị · A unit asks for a later date."""
    ctx = context()
    day = read_date(until, "--until")
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now(), on_behalf=unit)
    today = ctx.hours().today(decision.now)
    with closing(ctx.database()) as database, database.writing() as session:
        owed = _owed(session, (plan, milestone, unit), occurrence)
        asked = ask(session, owed, day, decision, today=today)
    ctx.say(ASKED, id=asked.id, unit=unit, until=long_date(day, ctx.language))


@app.command("list")
def list_command(
    plan: Annotated[str | None, typer.Option("--plan", metavar="MÃ", help="kế hoạch")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="cả đã quyết định · decided too")
    ] = False,
) -> None:
    """Đề nghị đang chờ, hay mọi lần gia hạn · What is asked for, or every extension."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        of_plan = None if plan is None else plan_by_code(session, plan)
        found = session.scalars(extensions(plan=of_plan, waiting=not everything)).all()
        if not found:
            ctx.say(NONE)
            return
        table = Table(show_edge=False, pad_edge=False)
        for head in HEAD:
            table.add_column(head.text(ctx.language), overflow="fold")
        for one in found:
            table.add_row(*_line(ctx, one))
        ctx.console.print(table)


@app.command("grant")
def grant_command(
    numbers: Annotated[list[int], typer.Argument(metavar="SỐ…")],
    reason: Reason,
    until: Annotated[
        str | None, typer.Option("--until", metavar="NGÀY", help="khác ngày đề nghị")
    ] = None,
) -> None:
    """Chấp thuận một hay nhiều đề nghị · Grant what units asked for."""
    ctx = context()
    day = None if until is None else read_date(until, "--until")
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    hours = ctx.hours()
    with closing(ctx.database()) as database, database.writing() as session:
        for number in numbers:
            found = extension_by_id(session, number)
            grant(session, found, decision, hours=hours, until=day)
            if found.until is not None:
                ctx.say(GRANTED, id=number, until=long_date(found.until, ctx.language))


@app.command("deny")
def deny_command(number: Number, reason: Reason) -> None:
    """Không chấp thuận · Deny, with the reason the unit will read."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    with closing(ctx.database()) as database, database.writing() as session:
        deny(session, extension_by_id(session, number), decision)
    ctx.say(DENIED, id=number)


@app.command("withdraw")
def withdraw_command(number: Number, reason: Reason) -> None:
    """Đơn vị rút đề nghị · The unit no longer asks."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    with closing(ctx.database()) as database, database.writing() as session:
        withdraw(session, extension_by_id(session, number), decision)
    ctx.say(WITHDRAWN, id=number)


@app.command("revoke")
def revoke_command(
    plan: PlanCode,
    milestone: MilestoneCode,
    unit: UnitCode,
    reason: Reason,
    occurrence: OccurrenceKey = None,
    short_notice: ShortNotice = False,
) -> None:
    """Thu hồi gia hạn, hạn trở lại như kế hoạch · Revoke an extension."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    hours = ctx.hours()
    with closing(ctx.database()) as database, database.writing() as session:
        owed = _owed(session, (plan, milestone, unit), occurrence)
        revoke(session, owed, decision, hours=hours, short_notice=short_notice)
        due = due_date(owed.due_on, ctx.language, inclusive=owed.inclusive)
    ctx.say(REVOKED, unit=unit, due=due)


def _owed(session: Session, codes: tuple[str, str, str], occurrence: str | None) -> Obligation:
    """Raises NotFound."""
    plan, milestone, unit = codes
    row = milestone_by_code(session, plan_by_code(session, plan), milestone)
    return obligation_of(session, row, unit_by_code(session, unit), occurrence=occurrence)


def _line(ctx: Context, one: Extension) -> tuple[Text, ...]:
    owed = one.obligation
    occurrence = owed.occurrence
    milestone = occurrence.milestone
    named = (milestone.plan.code, milestone.code, occurrence.label)
    reasons = (one.asked_reason, one.reason, one.end_reason)
    return (
        Text(str(one.id)),
        Text(owed.unit.code),
        Text(" · ".join(part for part in named if part)),
        Text(_day(one.before or owed.due_on)),
        Text(_day(one.asked_until)),
        Text(_day(one.until)),
        Text(STATES[one.state].text(ctx.language)),
        Text("\n".join(reason for reason in reasons if reason)),
    )


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"
