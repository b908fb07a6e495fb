"""`dondoc doctor`"""

import typer
from rich.markup import escape
from rich.table import Table

from cli.checkup import checkup
from cli.context import context
from dondoc.words import Words

HEADS = (Words("Kiểm tra", "Checked"), Words("Kết quả", "Result"), Words("Cách sửa", "To mend"))
ALL_WELL = Words("Mọi thứ đều tốt.", "All is well.")


def doctor() -> None:
    """Kiểm tra máy này có chạy được dịch vụ không · Check what this machine needs."""
    ctx = context()
    table = Table(show_lines=False, header_style="bold")
    table.add_column("")
    for head in HEADS:
        table.add_column(head.text(ctx.language), overflow="fold")
    findings = checkup(ctx.settings, ctx.now())
    for finding in findings:
        mark = "[yellow]·[/]" if finding.note else "[green]✓[/]" if finding.well else "[red]✗[/]"
        cells = (finding.what, finding.said, finding.mend or Words("", ""))
        table.add_row(mark, *(escape(words.text(ctx.language)) for words in cells))
    ctx.console.print(table)
    if not all(finding.well for finding in findings):
        raise typer.Exit(code=1)
    ctx.say(ALL_WELL)
