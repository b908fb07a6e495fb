"""`dondoc read`: a plan document becomes a draft plan file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.context import Context, context
from documents.reading.draft import draft
from documents.reading.explaining import explained
from documents.reading.matching import Directory
from documents.reading.opening import open_document
from documents.reading.reader import read
from documents.reading.report import as_json
from documents.reading.result import Reading
from documents.reading.reviewing import with_units
from documents.unit_sheet import read_units
from dondoc.words import Words
from schedules.overrides import open_calendar

_WROTE = Words(
    "Đã ghi {path}: {milestones} mốc, {undated} việc không có ngày, {odd} điều cần lưu ý. "
    "Hãy xem các dòng KIỂM TRA, rồi chạy: dondoc check {path}",
    "Wrote {path}: {milestones} milestones, {undated} duties without a date, {odd} oddities. "
    "See the lines KIỂM TRA, then run: dondoc check {path}",
)
_EXISTS = Words(
    "{path} đã có; hãy chọn tên khác bằng -o", "{path} exists; choose another name with -o"
)
_NOTHING = Words(
    "Văn bản không nêu hạn nào; bản nháp không có mốc.",
    "The document names no deadline; the draft has no milestone.",
)


def read_command(
    document: Annotated[Path, typer.Argument(help="docx, pdf, bản quét, ảnh, txt, md, html")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="ghi bản nháp vào tệp này · write the draft here"),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="in những gì đọc được dưới dạng JSON · print the findings"),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="vì sao mỗi ngày được lấy hay bỏ · why each date was taken or left"
        ),
    ] = False,
    units: Annotated[
        Path | None,
        typer.Option(
            "--units", help="danh bạ đơn vị (xlsx, csv) để dò ai phải nộp · the list of units"
        ),
    ] = None,
) -> None:
    """Đọc một văn bản kế hoạch thành bản nháp · a plan document becomes a draft plan."""
    ctx = context()
    if output is not None and output.exists():
        typer.echo(_EXISTS.text(ctx.language, path=output), err=True)
        raise typer.Exit(code=2)
    reading = read(open_document(document), day_off=open_calendar(ctx.settings).why_off)
    directory = None
    if units is not None:
        directory = Directory(read_units(units), on=reading.header.issued)
        reading = with_units(reading, directory)
    if json:
        typer.echo(as_json(reading, language=ctx.language))
    elif explain:
        typer.echo(explained(reading, language=ctx.language))
    if output is not None or not (json or explain):
        _draft(ctx, reading, output, directory)


def _draft(
    ctx: Context, reading: Reading, output: Path | None, directory: Directory | None
) -> None:
    made = draft(reading, directory=directory, year=ctx.now().year)
    if output is None:
        typer.echo(made.text, nl=False)
    else:
        output.write_text(made.text, encoding="utf-8")
        said = {
            "path": output,
            "milestones": made.milestones,
            "undated": len(reading.undated),
            "odd": len(reading.oddities),
        }
        typer.echo(_WROTE.text(ctx.language, **said))
    if not reading.milestones:
        typer.echo(_NOTHING.text(ctx.language), err=True)
