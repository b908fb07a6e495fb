"""What waits for its collector, as `dondoc status` shows it."""

from typing import Any

from rich.text import Text

from cli.context import Context
from cli.dates import long_date
from dondoc.words import Words
from schedules.reviewing import Reviews

WAITING = Words("Chờ xét: {count} bài", "To be decided on: {count}")
NEXT = Words("; hạn xét gần nhất {day}", "; the next by {day}")
LATE = Words("; QUÁ HẠN XÉT {count}", "; {count} PAST THAT DAY")


def show_reviews(ctx: Context, found: Reviews) -> None:
    if not found.waiting:
        return
    text = Text(WAITING.text(ctx.language, count=f"{found.waiting:,}"))
    if found.next_by is not None:
        text.append(NEXT.text(ctx.language, day=long_date(found.next_by, ctx.language)))
    if found.late:
        text.append(LATE.text(ctx.language, count=f"{found.late:,}"), style="bold red")
    ctx.console.print(text)


def reviews_json(found: Reviews) -> dict[str, Any]:
    return {
        "waiting": found.waiting,
        "late": found.late,
        "next_by": found.next_by and found.next_by.isoformat(),
    }
