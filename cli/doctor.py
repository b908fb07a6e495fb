"""`dondoc doctor`"""

from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.checkup import checkup
from cli.context import Context, context
from cli.finding import Finding
from cli.mail_checkup import LONGEST, mail_checkup, records, txt
from dondoc.words import Words
from notifications.dkim import keys, make_keys

HEADS = (Words("Kiểm tra", "Checked"), Words("Kết quả", "Result"), Words("Cách sửa", "To mend"))
LONG = Words(
    "Bản ghi dài chia thành chuỗi {most} ký tự, như tệp vùng DNS đòi hỏi. Trang quản trị nào chỉ "
    "có một ô thì dán các chuỗi liền nhau, không dấu nháy, không khoảng trắng ở chỗ nối.",
    "A long record is split into strings of {most} characters, as a zone file wants it. Where a "
    "page has one field for it, paste the strings together, without quotes or spaces between.",
)
ALL_WELL = Words("Mọi thứ đều tốt.", "All is well.")


class Part(StrEnum):
    ALL = "all"
    MAIL = "mail"


def doctor(
    part: Annotated[
        Part, typer.Argument(help="mail: thư có được tin không · would our mail be trusted")
    ] = Part.ALL,
    make: Annotated[
        bool, typer.Option("--make-keys", help="tạo khóa ký thư DKIM · make the keys")
    ] = False,
) -> None:
    """Kiểm tra máy này có chạy được dịch vụ không · Check what this machine needs."""
    ctx = context()
    if part is Part.ALL:
        needed, findings = [], checkup(ctx.settings, ctx.now())
    else:
        needed = records(ctx.settings, make_keys(ctx.settings) if make else keys(ctx.settings))
        findings = mail_checkup(needed, txt)
    _print(ctx, findings)
    for record in needed:
        ctx.say(Words("{line}", "{line}"), line=record.zone_line)
    if any(record.is_long for record in needed):
        ctx.say(LONG, most=LONGEST)
    if not all(finding.well for finding in findings):
        raise typer.Exit(code=1)
    ctx.say(ALL_WELL)


def _print(ctx: Context, findings: list[Finding]) -> None:
    table = Table(show_lines=False, header_style="bold")
    table.add_column("")
    for head in HEADS:
        table.add_column(head.text(ctx.language), overflow="fold")
    for finding in findings:
        mark = "[yellow]·[/]" if finding.note else "[green]✓[/]" if finding.well else "[red]✗[/]"
        cells = (finding.what, finding.said, finding.mend or Words("", ""))
        table.add_row(mark, *(escape(words.text(ctx.language)) for words in cells))
    ctx.console.print(table)
