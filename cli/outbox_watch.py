"""`dondoc outbox status --watch`: letters leave before one's eyes."""

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic, sleep

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sqlalchemy import func, select

from cli.context import Context
from cli.outbox_status import A_MINUTE, local
from cli.overview import MISSED
from dondoc.database import Database
from dondoc.tables import Heartbeat
from dondoc.words import Words
from notifications.domains import open_paces
from notifications.standstill import Cause, Limits, Standing, Wait, standing

LEAVING = Words("thư đang đi", "letters leaving")
NOTHING_BEFORE = Words(
    "Còn {n} thư, trước {at} không thư nào đi thêm được: {why}.",
    "{n} letters are left; nothing more can leave before {at}: {why}.",
)
CAUSES = {
    Cause.HOURS: Words("ngoài giờ gửi", "out of hours"),
    Cause.SERVER: Words("máy chủ thư chỉ cho phép từng ấy", "the mail server allows no more"),
    Cause.DOMAIN: Words("{domain} chỉ nhận từng ấy", "{domain} takes no more"),
    Cause.REST: Words("{domain} nghỉ vì hoãn mọi thư", "{domain} rests, as it put everything off"),
}
MORE = Words("và {n} tên miền nữa", "and {n} more domains")
NOBODY_SENDS = Words(
    "Còn {n} thư mà không tiến trình nào đang gửi: hãy chạy `dondoc up`.",
    "{n} letters are left and nobody sends them: run `dondoc up`.",
)
SHOWN = 5
EVERY = 1.0
"""seconds between two looks"""
SOON = timedelta(minutes=2)
"""for so long it is worth waiting for the next letter"""
QUIET = 30.0
"""seconds without a letter leaving after which the clock is asked for"""


def watch_leaving(ctx: Context, database: Database) -> None:
    """Until nothing that is due waits any more, or none of it can leave for a while, or nobody is
    there to send it; which is said."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    outlook = _Outlook(ctx, database)
    with Progress(*columns, console=ctx.console, transient=True) as bar:
        found = outlook.look()
        first = found.due
        task = bar.add_task(outlook.title(found), total=first or None, rate="")
        while found.due and not outlook.over(found):
            sleep(EVERY)
            found = outlook.look()
            first = max(first, found.due)
            a_minute = bar.tasks[0].speed or 0.0
            said = A_MINUTE.text(ctx.language, n=f"{a_minute * 60:,.0f}")
            done = first - found.due
            bar.update(
                task, description=outlook.title(found), total=first, completed=done, rate=said
            )
    if found.due:
        outlook.say_why(found)


class _Outlook:
    """What is to be expected of the outbox, from one look to the next."""

    def __init__(self, ctx: Context, database: Database) -> None:
        self._ctx = ctx
        self._database = database
        self._limits = Limits(ctx.settings, open_paces(ctx.settings), ctx.hours())
        self._due = 0
        self._moved_at = monotonic()

    def look(self) -> Standing:
        with self._database.reading() as session:
            found = standing(session, self._limits, self._ctx.now())
        if found.due != self._due:
            self._due, self._moved_at = found.due, monotonic()
        return found

    def over(self, found: Standing) -> bool:
        if not found.free:
            return found.waits[0].until - self._ctx.now() > SOON
        return monotonic() - self._moved_at > QUIET and not self._clock_beats()

    def title(self, found: Standing) -> str:
        words = self._waiting(found) if found.due and not found.free else LEAVING
        return words.text(self._ctx.language)

    def say_why(self, found: Standing) -> None:
        words = NOBODY_SENDS if found.free else self._waiting(found)
        self._ctx.say(words, n=f"{found.due:,}")

    def _waiting(self, found: Standing) -> Words:
        at = local(self._ctx, found.waits[0].until)
        why = _causes(found.waits)
        return Words(
            NOTHING_BEFORE.vi.format(n=f"{found.due:,}", at=at, why=why.vi),
            NOTHING_BEFORE.en.format(n=f"{found.due:,}", at=at, why=why.en),
        )

    def _clock_beats(self) -> bool:
        with self._database.reading() as session:
            last = session.scalar(select(func.max(Heartbeat.beat_at)))
        return last is not None and self._ctx.now() - last <= MISSED


def _causes(waits: Sequence[Wait]) -> Words:
    said = [CAUSES[one.cause].filled(domain=one.domain) for one in waits[:SHOWN]]
    if len(waits) > SHOWN:
        said.append(MORE.filled(n=len(waits) - SHOWN))
    return Words("; ".join(one.vi for one in said), "; ".join(one.en for one in said))
