"""`dondoc consolidate`: the report an office owes upward."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from cli.bars import bar_of_rows
from cli.context import context
from documents.consolidated import write_consolidated
from dondoc.consolidation import deliveries, report
from dondoc.errors import DondocError
from dondoc.queries import milestone_by_code, plan_by_code
from dondoc.words import Words

WRITTEN = Words(
    "Đã ghi {path}: {rows} đầu việc, hoàn thành {complete}, đúng hạn {on_time}.",
    "Wrote {path}: {rows} obligations, complete {complete}, on time {on_time}.",
)
WRITING = Words("Đang ghi {path}", "Writing {path}")

Plan = Annotated[str, typer.Argument(metavar="PLAN", help="mã kế hoạch · plan code")]
OfMilestone = Annotated[
    str | None, typer.Option("--milestone", metavar="MÃ", help="chỉ một mốc · one milestone only")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE.xlsx", help="tệp ghi ra · the file")
]


class NotAWorkbook(DondocError):
    """{path}: the report is written as .xlsx; give a name that ends so."""

    vi = "{path}: báo cáo được ghi dạng .xlsx; hãy đặt tên có đuôi .xlsx."


class CannotWrite(DondocError):
    """{path} cannot be written: {why}"""

    vi = "Không ghi được {path}: {why}"


def consolidate(plan: Plan, milestone: OfMilestone = None, output: Output = None) -> None:
    """Tổng hợp ai đã nộp, khi nào, muộn bao lâu · Who delivered, when, how late, as .xlsx."""
    path = output or Path(f"{plan}-{milestone}.xlsx" if milestone else f"{plan}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise NotAWorkbook(path=path)
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        of_plan = plan_by_code(session, plan)
        only = None if milestone is None else milestone_by_code(session, of_plan, milestone)
        found = report(session, of_plan, only, now=ctx.now())
        try:
            with bar_of_rows() as bar:
                title = WRITING.text(ctx.language, path=path)
                rows = bar.track(deliveries(session, found.totals), found.count, description=title)
                write_consolidated(path, found, rows, ctx.language)
        except OSError as error:
            raise CannotWrite(path=path, why=error.strerror or error) from error
    tally = found.totals.tally
    ctx.say(
        WRITTEN,
        path=path,
        rows=f"{found.count:,}",
        complete=_percent(tally.completeness),
        on_time=_percent(tally.timeliness),
    )


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1f}%"
