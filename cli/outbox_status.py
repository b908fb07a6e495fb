"""How the outbox stands: queue, rate, the oldest, the expected end, and who is in the way."""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from cli.context import Context
from dondoc.database import Database
from dondoc.explaining import LETTERS
from dondoc.pace import Pace
from dondoc.tables import Rest, RestCause
from dondoc.words import Words
from notifications.backlog import (
    DomainLine,
    backlog,
    days,
    domain_lines,
    due_now,
    expected_end,
    rate,
    speed,
)
from notifications.domains import open_paces

OLDEST = Words("thư chờ lâu nhất từ", "oldest waiting from")
NEXT = Words("lần gửi tới", "next try")
RATE = Words("tốc độ gần đây", "rate of late")
A_MINUTE = Words("{n} thư/phút", "{n} a minute")
ALLOWED = Words("máy chủ thư cho phép", "the mail server allows")
TODAY = Words("{said}; hôm nay còn {n}", "{said}; {n} left today")
END = Words("dự kiến gửi xong", "expected end")
CLOSED = Words("ngoài giờ gửi, thư nhắc đi từ", "out of hours, reminders leave from")
DOMAINS = Words("Tên miền nhận", "Recipient domains")
WAITING = Words("{n} thư chờ", "{n} waiting")
RESTING = Words(
    "nghỉ đến {until}, lần thứ {times}: {answer}", "rests until {until}, time {times}: {answer}"
)
SLOW = Words(
    "trả lời chậm: đến {until} gửi sau các tên miền khác",
    "answers slowly: until {until} after all others",
)
SHOWN = 20


def show_outbox(ctx: Context, database: Database) -> None:
    now, paces = ctx.now(), open_paces(ctx.settings)
    with database.reading() as session:
        found, lines = backlog(session), domain_lines(session, paces, now)
        of_late, due = rate(session, now), due_now(session, now)
        expected, quota = speed(session, ctx.settings, now), days(session, ctx.settings, now)
    hours = ctx.hours()
    table = Table(box=None, show_header=False)
    for state, count in found.counts.items():
        table.add_row(LETTERS[state].text(ctx.language), str(count))
    if found.oldest is not None and found.next_try is not None:
        table.add_row(OLDEST.text(ctx.language), local(ctx, found.oldest))
        table.add_row(NEXT.text(ctx.language), local(ctx, found.next_try))
    if of_late:
        table.add_row(RATE.text(ctx.language), A_MINUTE.text(ctx.language, n=f"{of_late:,.1f}"))
    if allowed := Pace(rate=ctx.settings.smtp_rate, quota=quota.each).text(ctx.language):
        said = TODAY.text(ctx.language, said=allowed, n=f"{quota.today:,}")
        table.add_row(ALLOWED.text(ctx.language), said if quota.each else allowed)
    if due and not hours.are_open(now):
        table.add_row(CLOSED.text(ctx.language), local(ctx, hours.next_opening(now)))
    free = due - sum(line.waiting for line in lines if line.rest)
    if expected and free > 0:
        end = expected_end(free, expected, hours=hours, settings=ctx.settings, now=now, quota=quota)
        table.add_row(END.text(ctx.language), local(ctx, end))
    ctx.console.print(table)
    _show_domains(ctx, lines)


def _show_domains(ctx: Context, lines: Sequence[DomainLine]) -> None:
    """Those in the way first, then the longest queues."""
    if not lines:
        return
    ctx.console.print(Text(f"\n{DOMAINS.text(ctx.language)} ({len(lines)})", style="bold"))
    table = Table(box=None, show_header=False)
    ordered = sorted(lines, key=lambda line: (line.rest is None, -line.waiting, line.domain))
    for line in ordered[:SHOWN]:
        table.add_row(
            line.domain,
            WAITING.text(ctx.language, n=f"{line.waiting:,}"),
            line.pace.text(ctx.language),
            Text(_resting(ctx, line.rest) if line.rest else "", style="yellow"),
        )
    ctx.console.print(table)
    if len(ordered) > SHOWN:
        ctx.console.print(Text("  …"))


def _resting(ctx: Context, rest: Rest) -> str:
    words = SLOW if rest.cause is RestCause.SLOW else RESTING
    until = local(ctx, rest.until)
    return words.text(ctx.language, until=until, times=rest.times, answer=rest.answer)


def local(ctx: Context, at: datetime) -> str:
    return f"{at.astimezone(ctx.settings.zone):%d/%m/%Y %H:%M}"
