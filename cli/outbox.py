"""`dondoc outbox`: what waits, what left and what did not."""

from datetime import datetime
from time import sleep
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from cli import coming
from cli.context import Context, context
from dondoc.database import Database
from dondoc.tables import LetterState
from dondoc.words import Words
from notifications.backlog import backlog, due_now, expected_end, latest, rate

STATES = {
    LetterState.QUEUED: Words("chờ gửi", "queued"),
    LetterState.SENDING: Words("đang gửi", "sending"),
    LetterState.SENT: Words("đã gửi", "sent"),
    LetterState.DEFERRED: Words("gửi lại sau", "deferred"),
    LetterState.FAILED: Words("hỏng", "failed"),
    LetterState.DROPPED: Words("không còn gì để nói", "dropped"),
}
OLDEST = Words("thư chờ lâu nhất từ", "oldest waiting from")
NEXT = Words("lần gửi tới", "next try")
RATE = Words("tốc độ gần đây", "rate of late")
A_MINUTE = Words("{n} thư/phút", "{n} a minute")
END = Words("dự kiến gửi xong", "expected end")
LEAVING = Words("thư đang đi", "letters leaving")
NONE = Words("Không có thư nào.", "There are no letters.")
EVERY = 1.0
"""seconds between two looks"""

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
    database = ctx.database()
    if watch:
        _watch(ctx, database)
    with database.reading() as session:
        found = backlog(session)
        a_minute, due = rate(session, ctx.now()), due_now(session, ctx.now())
    database.close()
    table = Table(box=None, show_header=False)
    for state, count in found.counts.items():
        table.add_row(STATES[state].text(ctx.language), str(count))
    if found.oldest is not None and found.next_try is not None:
        table.add_row(OLDEST.text(ctx.language), _local(ctx, found.oldest))
        table.add_row(NEXT.text(ctx.language), _local(ctx, found.next_try))
    if a_minute:
        table.add_row(RATE.text(ctx.language), A_MINUTE.text(ctx.language, n=f"{a_minute:.1f}"))
    if a_minute and due:
        end = expected_end(due, a_minute, hours=ctx.hours(), settings=ctx.settings, now=ctx.now())
        table.add_row(END.text(ctx.language), _local(ctx, end))
    ctx.console.print(table)


def _watch(ctx: Context, database: Database) -> None:
    """Until nothing that is due waits any more."""
    with Progress(console=ctx.console, transient=True) as bar:
        first = due = _due(ctx, database)
        task = bar.add_task(LEAVING.text(ctx.language), total=first or None)
        while due:
            sleep(EVERY)
            due = _due(ctx, database)
            first = max(first, due)
            bar.update(task, total=first, completed=first - due)


def _due(ctx: Context, database: Database) -> int:
    with database.reading() as session:
        return due_now(session, ctx.now())


@app.command("list")
def list_letters(
    failed: Annotated[bool, typer.Option("--failed", help="hỏng, gửi lại · not delivered")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """Các thư mới nhất · the latest letters"""
    ctx = context()
    database = ctx.database()
    with database.reading() as session:
        letters = latest(session, failed=failed, limit=limit)
    database.close()
    if not letters:
        ctx.say(NONE)
        return
    table = Table(box=None, show_header=False)
    for letter in letters:
        table.add_row(
            str(letter.id),
            _local(ctx, letter.sent_at or letter.retry_at),
            STATES[letter.state].text(ctx.language),
            Text(letter.address),
            Text(letter.subject or letter.name),
            Text(letter.answer or ""),
        )
    ctx.console.print(table)


def _local(ctx: Context, at: datetime) -> str:
    return f"{at.astimezone(ctx.settings.zone):%d/%m/%Y %H:%M}"


app.command("ahead")(coming.ahead)
app.command("skip")(coming.skip_command)
app.command("confirm")(coming.confirm_command)
