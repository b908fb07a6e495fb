"""`dondoc clone`: the next year's draft of a plan."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.orm import Session

from cli.clone_tables import next_year_json, next_year_table
from cli.context import Context, context
from cli.figures import print_json
from cli.launching import ESTIMATES
from cli.plan_source import names_file, plan_source
from cli.unit_list import unit_list
from dondoc.happening import happened
from dondoc.plan.reminders import reminders
from dondoc.queries import plan_by_code
from dondoc.words import Words
from schedules.dating import Happened
from schedules.next_year import NextYear, headless, next_year
from schedules.overrides import open_calendar

WROTE = Words(
    "Đã ghi {path}: {milestones} mốc, {dates} kỳ, {clashes} hạn vướng ngày nghỉ, {marks} chỗ "
    "KIỂM TRA. Sửa xong thì chạy: dondoc check {path}",
    "Wrote {path}: {milestones} milestones, {dates} dates, {clashes} on days off, {marks} lines "
    "KIỂM TRA to settle. Then run: dondoc check {path}",
)
COUNTED = Words(
    "{milestones} mốc, {dates} kỳ, {clashes} hạn vướng ngày nghỉ, {marks} chỗ KIỂM TRA.",
    "{milestones} milestones, {dates} dates, {clashes} on days off, {marks} lines KIỂM TRA to "
    "settle.",
)
EXISTS = Words(
    "{path} đã có; hãy chọn tên khác bằng -o", "{path} exists; choose another name with -o"
)
NO_HEAD = Words("Chưa có trưởng cụm, khối: {listed}", "Groups without a head: {listed}")

OfYear = Annotated[int, typer.Option("--year", metavar="NĂM", min=1991, max=2099)]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="TỆP")]
Units = Annotated[
    Path | None, typer.Option("--units", help="danh sách đơn vị · list of units (.xlsx, .csv)")
]
AsJson = Annotated[bool, typer.Option("--json", help="một đối tượng JSON · one JSON object")]


def clone_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="tệp hoặc mã · file or code")],
    year: OfYear,
    output: Output = None,
    units: Units = None,
    as_json: AsJson = False,
) -> None:
    """Lập bản nháp kế hoạch năm sau · Draft the plan of a later year, dates by their rules."""
    ctx = context()
    if output is not None and output.exists():
        typer.echo(EXISTS.text(ctx.language, path=output), err=True)
        raise typer.Exit(code=2)
    source, calendar = plan_source(ctx, plan), open_calendar(ctx.settings)
    made = next_year(source, year, calendar, _happened(ctx, plan))
    heads = _headless(ctx, plan, units, made)
    if output is not None:
        output.write_text(made.draft.text, encoding="utf-8", newline="")
    if as_json:
        print_json(ctx, next_year_json(made, heads, ctx.language))
        return
    if output is None:
        typer.echo(made.draft.text, nl=False)
    screen = ctx.console if output is not None else Console(stderr=True, width=ctx.console.width)
    screen.print(next_year_table(made, ctx.language))
    for line in _told(ctx, made, heads, output):
        screen.print(Text(line), soft_wrap=True)


def _told(
    ctx: Context, made: NextYear, heads: list[tuple[str, int]], output: Path | None
) -> Iterator[str]:
    if made.estimated:
        yield ESTIMATES.text(ctx.language, years=", ".join(map(str, made.estimated)))
    if heads:
        listed = ", ".join(f"{code} {year}" for code, year in heads)
        yield NO_HEAD.text(ctx.language, listed=listed)
    words = COUNTED if output is None else WROTE
    yield words.text(
        ctx.language,
        path=output,
        milestones=len(made.draft.plan.milestones),
        dates=sum(change.new is not None for change in made.changes),
        clashes=made.clashes,
        marks=len(reminders(made.draft.text)),
    )


def _happened(ctx: Context, plan: str) -> Happened | None:
    """The days that a launched plan's events have."""
    if names_file(plan):
        return None
    with closing(ctx.database()) as database, database.reading() as session:
        return happened(session, plan_by_code(session, plan))


def _headless(ctx: Context, plan: str, units: Path | None, made: NextYear) -> list[tuple[str, int]]:
    """As the list of units says, or for a launched plan the database; a file alone knows no
    groups."""
    if units is None and names_file(plan):
        return []
    with _units(ctx, units) as session:
        return headless(session, made.draft.plan, made.years)


@contextmanager
def _units(ctx: Context, units: Path | None) -> Iterator[Session]:
    if units is not None:
        with unit_list(units) as session:
            yield session
        return
    with closing(ctx.database()) as database, database.reading() as session:
        yield session
