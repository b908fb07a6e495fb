"""`dondoc contact`: whoever sits in a unit's seats, and which seats no letter reaches."""

from contextlib import closing
from getpass import getuser
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.context import Context, context
from cli.figures import print_json
from cli.overview import problem_json
from dondoc.decision import Decision
from dondoc.errors import Refused
from dondoc.problems import mend, problems, report, said
from dondoc.queries import unit_by_code
from dondoc.tables import Contact, Problem
from dondoc.units.people import change_person
from dondoc.units.rows import Person
from dondoc.units.seats import said_seat, seat_name, seat_named, seats_of
from dondoc.units.standing_in import Absence, Reader, readers
from dondoc.words import Words

app = typer.Typer(no_args_is_help=True, help="Người nhận thư · who sits in a unit's seats")

HEAD = (
    Words("Vị trí", "Seat"),
    Words("Họ tên", "Name"),
    Words("Địa chỉ", "Address"),
    Words("Hôm nay", "Today"),
)
PROBLEMS = (
    Words("Từ", "Since"),
    Words("Đơn vị", "Unit"),
    Words("Vị trí", "Seat"),
    Words("Vì sao", "Why"),
    Words("Đến", "Until"),
)
CHANGED = Words(
    "{unit} {seat}: {who}. Những lần nhắc còn lại theo người nhận mới.",
    "{unit} {seat}: {who}. What is still planned follows.",
)
SAME = Words("{unit} {seat}: không có gì thay đổi.", "{unit} {seat}: nothing changed.")
MENDED = Words(
    "{unit} {seat}: thư lại gửi đến {email}.", "{unit} {seat}: letters go to {email} again."
)
REPORTED = Words(
    "{unit} {seat}: đã ghi là sai người nhận; xem `dondoc contact problems`.",
    "{unit} {seat}: noted as the wrong person; see `dondoc contact problems`.",
)
NONE = Words("Không có vướng liên lạc nào.", "There is no contact problem.")
VACANT = Words("khuyết", "vacant")
OR_VACANT = Words(
    "--vacant không đi cùng --name, --email; và phải nêu một trong ba.",
    "--vacant excludes --name and --email; one of the three is needed.",
)
AWAY = {
    Absence.LEAVE: Words("nghỉ đến hết {to}", "on leave to {to}"),
    Absence.VACANT: VACANT,
    Absence.REFUSED: Words("hộp thư không nhận thư", "mailbox refuses letters"),
}
GOES_TO = Words("; thư đến {address}", "; letters go to {address}")
NOWHERE = Words("; không có ai nhận thay", "; nobody stands in")

Unit = Annotated[str, typer.Argument(metavar="UNIT", help="mã đơn vị · unit code")]
Seat = Annotated[str, typer.Argument(metavar="SEAT", help="officer, officer:2, head, deputy")]
Reason = Annotated[str, typer.Option("--reason", help="lý do · why")]


@app.command("list")
def list_command(unit: Unit) -> None:
    """Người nhận của một đơn vị, và hôm nay ai nhận thư · Who gets a unit's letters today."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        seats = seats_of(session, unit_by_code(session, unit))
        found = readers(session, [seat.id for seat in seats], today=ctx.today())
        table = _table(ctx, HEAD)
        for seat in seats:
            table.add_row(
                Text(seat_name(seat)),
                Text(seat.name),
                Text(seat.email or VACANT.text(ctx.language)),
                Text(_today(ctx, found[seat.id])),
            )
    ctx.console.print(table)


@app.command("set")
def set_command(
    unit: Unit,
    seat: Seat,
    name: Annotated[str | None, typer.Option("--name", help="họ tên · name")] = None,
    email: Annotated[str | None, typer.Option("--email", help="địa chỉ · address")] = None,
    vacant: Annotated[bool, typer.Option("--vacant", help="không còn ai · nobody")] = False,
    reason: Reason = "đổi người nhận",
) -> None:
    """Đổi người hoặc địa chỉ ở một vị trí · Another person or address in a seat."""
    ctx = context()
    if vacant is not (name is None and email is None):
        raise Refused(why=OR_VACANT)
    with closing(ctx.database()) as database, database.writing() as session:
        chosen = seat_named(session, unit_by_code(session, unit), seat)
        person = Person() if vacant else _person(chosen, name, email)
        decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
        change = change_person(session, chosen, person, decision, today=ctx.today())
        who = " ".join(filter(None, (chosen.name, f"<{chosen.email}>" if chosen.email else "")))
    said_who = who or VACANT.text(ctx.language)
    ctx.say(CHANGED if change else SAME, unit=unit, seat=seat, who=said_who)


def _person(seat: Contact, name: str | None, email: str | None) -> Person:
    """What is not named stays."""
    return Person(
        seat.name if name is None else name, seat.email if email is None else email or None
    )


@app.command("problems")
def problems_command(
    everything: Annotated[bool, typer.Option("--all", help="cả đã hết · also ended ones")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="mỗi dòng một mục · one a line")] = False,
) -> None:
    """Vị trí mà thư không đến được · Seats that no letter reaches."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        found = session.scalars(problems(everything=everything)).all()
        rows = [(problem_json(one), _problem(ctx, one)) for one in found]
    if as_json:
        for facts, _ in rows:
            print_json(ctx, facts)
        return
    if not rows:
        ctx.say(NONE)
        return
    table = _table(ctx, PROBLEMS)
    for _, cells in rows:
        table.add_row(*map(Text, cells))
    ctx.console.print(table)


@app.command("mended")
def mended_command(unit: Unit, seat: Seat, reason: Reason) -> None:
    """Địa chỉ đã nhận được thư trở lại · The address takes letters again."""
    ctx = context()
    with closing(ctx.database()) as database, database.writing() as session:
        chosen = seat_named(session, unit_by_code(session, unit), seat)
        mend(session, chosen, Decision(actor=getuser(), reason=reason, now=ctx.now()))
        email = chosen.email
    ctx.say(MENDED, unit=unit, seat=seat, email=email or VACANT.text(ctx.language))


@app.command("report")
def report_command(unit: Unit, seat: Seat, reason: Reason) -> None:
    """Ghi lời đơn vị báo sai người nhận · A unit says that a seat has the wrong person."""
    ctx = context()
    with closing(ctx.database()) as database, database.writing() as session:
        chosen = seat_named(session, unit_by_code(session, unit), seat)
        decision = Decision(actor=getuser(), reason=reason, now=ctx.now(), on_behalf=unit)
        report(session, chosen, decision)
    ctx.say(REPORTED, unit=unit, seat=seat)


def _today(ctx: Context, reader: Reader) -> str:
    if reader.absence is None:
        return ""
    day = f"{reader.to_on:%d/%m/%Y}" if reader.to_on else ""
    why = AWAY[reader.absence].text(ctx.language, to=day)
    if not reader.instead:
        return why + ("" if reader.contact_id else NOWHERE.text(ctx.language))
    return why + GOES_TO.text(ctx.language, address=reader.address)


def _problem(ctx: Context, one: Problem) -> tuple[str, ...]:
    zone = ctx.settings.zone
    return (
        f"{one.opened_at.astimezone(zone):%d/%m/%Y %H:%M}",
        f"{one.unit.code} · {one.unit.name}",
        said_seat(one.contact).text(ctx.language),
        said(one).text(ctx.language),
        "" if one.closed_at is None else f"{one.closed_at.astimezone(zone):%d/%m/%Y %H:%M}",
    )


def _table(ctx: Context, head: tuple[Words, ...]) -> Table:
    table = Table(header_style="bold")
    for title in head:
        table.add_column(title.text(ctx.language), overflow="fold")
    return table
