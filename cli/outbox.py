"""`dondoc outbox`: what waits, what left and what did not."""

from contextlib import closing
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli import coming
from cli.context import Context, context
from cli.outbox_status import show_outbox
from cli.outbox_watch import watch_leaving
from dondoc.explaining import LETTERS
from dondoc.history_lines import answered
from dondoc.words import Words
from notifications.backlog import latest

NONE = Words("Không có thư nào.", "There are no letters.")
app = typer.Typer(help="Thư đi · letters on their way", invoke_without_command=True)


@app.callback()
def outbox(called: typer.Context) -> None:
    """Không có lệnh con: tình trạng · without a sub-command: the status"""
    if called.invoked_subcommand is None:
        status(watch=False)


@app.command()
def status(
    watch: Annotated[
        bool, typer.Option("--watch", help="theo dõi đến khi gửi xong · until all have left")
    ] = False,
) -> None:
    """Hàng chờ, tốc độ, thư chờ lâu nhất, dự kiến gửi xong · queue, rate, oldest, expected end"""
    ctx = context()
    with closing(ctx.database()) as database:
        if watch:
            watch_leaving(ctx, database)
        show_outbox(ctx, database)


@app.command("list")
def list_letters(
    failed: Annotated[bool, typer.Option("--failed", help="hỏng, gửi lại · not delivered")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """Các thư mới nhất · the latest letters"""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        letters = latest(session, failed=failed, limit=limit)
    if not letters:
        ctx.say(NONE)
        return
    table = Table(box=None, show_header=False)
    for letter in letters:
        table.add_row(
            str(letter.id),
            _local(ctx, letter.sent_at or letter.retry_at),
            LETTERS[letter.state].text(ctx.language),
            Text(letter.address),
            Text(letter.subject or letter.name),
            Text(answered(letter.answer or "").text(ctx.language)),
        )
    ctx.console.print(table)


def _local(ctx: Context, at: datetime) -> str:
    return f"{at.astimezone(ctx.settings.zone):%d/%m/%Y %H:%M}"


app.command("ahead")(coming.ahead)
app.command("skip")(coming.skip_command)
app.command("confirm")(coming.confirm_command)
