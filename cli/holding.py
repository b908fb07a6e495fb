"""`dondoc hold`: certain notices wait; each hold says who, why and until when."""

from contextlib import closing
from datetime import date, datetime
from getpass import getuser
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.context import Context, context
from cli.dates import read_date
from dondoc.decision import Decision
from dondoc.hold_words import end_of, what_is_held
from dondoc.holds import Named, Span, hold_by_id, holds, place, release
from dondoc.tables import Hold
from dondoc.words import Words
from schedules.calendar import ONE_DAY, start_of

app = typer.Typer(no_args_is_help=True, help="Tạm dừng gửi · letters on hold")

PLACED = Words("Lệnh tạm dừng số {id}: {what}, đến {until}.", "Hold {id}: {what}, until {until}.")
RELEASED = Words(
    "Lệnh số {id} đã kết thúc; {count} lần nhắc được lập lại, gộp thành một thư cho mỗi người.",
    "Hold {id} is over; {count} notices are planned again, one letter a person.",
)
NONE = Words("Không có lệnh tạm dừng nào.", "Nothing is on hold.")
HEAD = (
    Words("Số", "No."),
    Words("Phạm vi", "What"),
    Words("Từ", "From"),
    Words("Đến", "Until"),
    Words("Ai", "Who"),
    Words("Vì sao", "Why"),
)
OPEN = Words("khi có lệnh mới", "released")
OVER = Words("đã kết thúc {at}", "ended {at}")


Reason = Annotated[str, typer.Option("--reason", help="lý do · why")]
Code = Annotated[str | None, typer.Option(metavar="MÃ")]


@app.command("place")
def place_command(
    reason: Reason,
    plan: Code = None,
    milestone: Code = None,
    group: Code = None,
    unit: Code = None,
    everything: Annotated[bool, typer.Option("--all", help="mọi thư nhắc · all mail")] = False,
    upward: Annotated[
        bool, typer.Option("--escalations", help="chỉ báo cáo cấp trên · escalations only")
    ] = False,
    start: Annotated[str | None, typer.Option("--from", metavar="NGÀY")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="NGÀY", help="đến hết ngày · the last day")
    ] = None,
) -> None:
    """Tạm dừng một kế hoạch, mốc, cụm, đơn vị hay mọi thư · Hold a plan, …, or all mail."""
    named = Named(
        plan=plan,
        milestone=milestone,
        group=group,
        unit=unit,
        everything=everything,
        only_upward=upward,
    )
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    span = Span(
        start=None if start is None else _midnight(ctx, read_date(start, "--from")),
        end=None if until is None else _midnight(ctx, read_date(until, "--until") + ONE_DAY),
    )
    with closing(ctx.database()) as database, database.writing() as session:
        hold = place(session, named.covers(session), span, decision)
        ctx.say(
            PLACED, id=hold.id, what=what_is_held(hold).text(ctx.language), until=_until(ctx, hold)
        )


@app.command("release")
def release_command(
    number: Annotated[int, typer.Argument(metavar="SỐ")],
    reason: Reason,
) -> None:
    """Cho gửi tiếp trước hạn · Let what a hold kept back go on."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    with closing(ctx.database()) as database, database.writing() as session:
        hold = hold_by_id(session, number)
        count = release(session, hold, decision, days=ctx.hours())
    ctx.say(RELEASED, id=number, count=count)


@app.command("list")
def list_command(
    ended: Annotated[bool, typer.Option("--ended", help="cả lệnh đã hết · those over too")] = False,
) -> None:
    """Các lệnh tạm dừng · What is on hold."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        found = holds(session, ended=ended)
        if not found:
            ctx.say(NONE)
            return
        table = Table(show_edge=False, pad_edge=False)
        for head in HEAD:
            table.add_column(head.text(ctx.language), overflow="fold")
        for hold in found:
            table.add_row(
                str(hold.id),
                Text(what_is_held(hold).text(ctx.language)),
                _local(ctx, hold.starts_at),
                Text(_until(ctx, hold)),
                Text(hold.placed_by),
                Text(hold.reason),
            )
        ctx.console.print(table)


def _until(ctx: Context, hold: Hold) -> str:
    if hold.ended_at is not None:
        return OVER.text(ctx.language, at=_local(ctx, hold.ended_at))
    if hold.until is None:
        return OPEN.text(ctx.language)
    return end_of(hold.until, ctx.settings.zone).text(ctx.language)


def _midnight(ctx: Context, day: date) -> datetime:
    return start_of(day, ctx.settings.zone)


def _local(ctx: Context, at: datetime) -> str:
    return f"{at.astimezone(ctx.settings.zone):%H:%M %d/%m/%Y}"
