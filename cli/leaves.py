"""`dondoc leave`: somebody is away, and somebody else reads their letters meanwhile."""

from contextlib import closing
from getpass import getuser
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.context import context
from cli.dates import long_date, read_date
from dondoc.decision import Decision
from dondoc.queries import unit_by_code
from dondoc.units.leaves import Span, deputy_named, end_leave, leaves, set_leave
from dondoc.units.seats import seat_name, seat_named
from dondoc.words import Words

app = typer.Typer(no_args_is_help=True, help="Người nhận nghỉ, có người thay · leave and deputies")

SET = Words(
    "{unit} {seat}: nghỉ từ {start} đến hết {end}; thư gửi {deputy}.",
    "{unit} {seat}: on leave from {start} to {end}; letters go to {deputy}.",
)
ENDED = Words(
    "{unit} {seat}: từ hôm nay thư lại gửi như trước.",
    "{unit} {seat}: from today letters go to the seat again.",
)
NONE = Words("Không có ai nghỉ.", "Nobody is on leave.")
HEAD = (
    Words("Đơn vị", "Unit"),
    Words("Vị trí", "Seat"),
    Words("Người nghỉ", "On leave"),
    Words("Từ", "From"),
    Words("Đến hết", "To"),
    Words("Người thay", "Deputy"),
    Words("Lý do", "Reason"),
)

Code = Annotated[str, typer.Argument(metavar="UNIT", help="mã đơn vị · unit code")]
Seat = Annotated[str, typer.Argument(metavar="SEAT", help="officer, officer:2, head, deputy")]


@app.command("set")
def set_command(
    unit: Code,
    seat: Seat,
    start: Annotated[str, typer.Option("--from", metavar="NGÀY", help="ngày đầu · first day")],
    end: Annotated[str, typer.Option("--to", metavar="NGÀY", help="ngày cuối · last day")],
    deputy: Annotated[
        str | None, typer.Option("--deputy", help="e-mail, hoặc vị trí · address or seat")
    ] = None,
    deputy_name: Annotated[str, typer.Option("--deputy-name", help="họ tên người thay")] = "",
    reason: Annotated[str, typer.Option("--reason", help="lý do · why")] = "nghỉ",
) -> None:
    """Cho nghỉ từ ngày đến ngày, thư gửi người thay · Letters go to the deputy meanwhile."""
    ctx = context()
    span = Span(read_date(start, "--from"), read_date(end, "--to"))
    with closing(ctx.database()) as database, database.writing() as session:
        of_unit = unit_by_code(session, unit)
        chosen = seat_named(session, of_unit, seat)
        there = deputy_named(session, of_unit, deputy, name=deputy_name)
        decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
        set_leave(session, chosen, span, there, decision, today=ctx.today())
        who = " ".join(filter(None, (there.name, f"<{there.email}>")))
    first, last = (long_date(day, ctx.language) for day in span)
    ctx.say(SET, unit=unit, seat=seat, deputy=who, start=first, end=last)


@app.command("end")
def end_command(
    unit: Code,
    seat: Seat,
    reason: Annotated[str, typer.Option("--reason", help="lý do · why")] = "đi làm lại",
) -> None:
    """Đi làm lại từ hôm nay, hoặc không nghỉ nữa · Back from today, or not leaving at all."""
    ctx = context()
    with closing(ctx.database()) as database, database.writing() as session:
        chosen = seat_named(session, unit_by_code(session, unit), seat)
        decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
        end_leave(session, chosen, decision, today=ctx.today())
    ctx.say(ENDED, unit=unit, seat=seat)


@app.command("list")
def list_command(
    unit: Annotated[str | None, typer.Argument(metavar="[UNIT]")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="NGÀY")] = None,
) -> None:
    """Ai đang nghỉ, sắp nghỉ · Who is on leave, or will be."""
    ctx = context()
    day = ctx.today() if since is None else read_date(since, "--since")
    with closing(ctx.database()) as database, database.reading() as session:
        of_unit = None if unit is None else unit_by_code(session, unit)
        found = leaves(session, since=day, unit=of_unit)
    if not found:
        ctx.say(NONE)
        return
    table = Table(header_style="bold")
    for title in HEAD:
        table.add_column(title.text(ctx.language), overflow="fold")
    for leave in found:
        cells = (
            leave.contact.unit.code,
            seat_name(leave.contact),
            leave.contact.name or leave.contact.email or "",
            f"{leave.from_on:%d/%m/%Y}",
            f"{leave.to_on:%d/%m/%Y}",
            leave.deputy.name or leave.deputy.email or "",
            leave.reason or "",
        )
        table.add_row(*map(Text, cells))
    ctx.console.print(table)
