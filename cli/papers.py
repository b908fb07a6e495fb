"""`dondoc paper`, and what `dondoc status` says of paper originals."""

from collections.abc import Sequence
from contextlib import closing
from getpass import getuser
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.context import Context, context
from cli.dates import read_date
from cli.offering import owed_by
from dondoc.paper import Counted
from dondoc.receiving_paper import receive_paper
from dondoc.words import Words

ENTERED = Words("{unit}: {said}.", "{unit}: {said}.")
TITLE = Words("Bản giấy", "Paper originals")
LINE = Words(
    "{milestone}: {whole} đơn vị đủ bộ, {some} còn thiếu, {none} chưa có",
    "{milestone}: units that sent all {whole}, some {some}, none {none}",
)


def paper_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str, typer.Argument(metavar="MILESTONE")],
    unit: Annotated[str, typer.Argument(metavar="UNIT")],
    received: Annotated[
        int, typer.Option("--received", metavar="SỐ BỘ", help="tổng số đã nhận · sets so far")
    ],
    on: Annotated[
        str | None, typer.Option("--on", metavar="NGÀY", help="mặc định hôm nay · by then")
    ] = None,
    occurrence: Annotated[
        str | None, typer.Option("--occurrence", metavar="KỲ", help="ví dụ 2024-Q3")
    ] = None,
) -> None:
    """Ghi bản giấy đã nhận · How many sets of paper originals have come."""
    ctx = context()
    now = ctx.now()
    today = now.astimezone(ctx.settings.zone).date()
    day = today if on is None else read_date(on, "--on")
    with closing(ctx.database()) as database, database.writing() as session:
        owed = owed_by(session, (plan, milestone, unit), occurrence, now, reviewing=True)
        sets = receive_paper(session, owed, received, day, actor=getuser(), now=now)
    ctx.say(ENTERED, unit=unit, said=sets.said.text(ctx.language))


def show_papers(ctx: Context, found: Sequence[Counted]) -> None:
    if not found:
        return
    ctx.console.print()
    ctx.console.print(Text(TITLE.text(ctx.language), style="bold"))
    for one in found:
        name = f"{one.milestone} {one.occurrence}".rstrip()
        facts = one._asdict() | {"milestone": name}
        ctx.console.print(Text(f"  {LINE.text(ctx.language, **facts)}"))


def paper_json(one: Counted) -> dict[str, Any]:
    return one._asdict()
