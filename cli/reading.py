"""`dondoc read`: a plan document becomes a draft plan file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.context import context
from documents.reading.explaining import explained
from documents.reading.opening import open_document
from documents.reading.reader import read as read_source
from documents.reading.report import as_json


def read_command(
    document: Annotated[Path, typer.Argument(help="docx, pdf, bản quét, ảnh, txt, md, html")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="ghi bản nháp kế hoạch vào tệp này · write the draft here")] = None,
    json: Annotated[bool, typer.Option("--json", help="in những gì đọc được, dạng JSON")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="vì sao mỗi ngày được lấy hay bỏ")] = False,
    units: Annotated[Path | None, typer.Option("--units", help="danh bạ đơn vị (xlsx, csv) để dò ai phải nộp")] = None,
) -> None:
    """Đọc một văn bản kế hoạch thành bản nháp · a plan document becomes a draft plan."""
    ctx = context()
    reading = read_source(open_document(document))
    if json:
        typer.echo(as_json(reading, language=ctx.language))
        return
    if explain:
        typer.echo(explained(reading, language=ctx.language))
        return
