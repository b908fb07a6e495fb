"""What waits for an event, as the commands show it."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from cli.context import Context
from dondoc.happening import Waiting
from dondoc.plan.relative import Per
from dondoc.words import Language, Words

TITLE = Words("Chờ sự kiện, chưa có hạn", "Waiting for an event, without a date")
UNITS = Words("{count} đơn vị", "units: {count}")
HOW = Words(
    "ghi ngày bằng: dondoc event set {plan} {event} NGÀY", "dondoc event set {plan} {event} DATE"
)
EACH = " --unit …"


def show_waits(ctx: Context, found: Sequence[Waiting]) -> None:
    if not found:
        return
    ctx.console.print()
    ctx.console.print(Text(TITLE.text(ctx.language), style="bold"))
    for one in found:
        units = UNITS.text(ctx.language, count=f"{len(one.units):,}")
        ctx.console.print(Text(f"  {one.milestone}: {one.rule.text(ctx.language)} ({units})"))
    for plan, event, per in dict.fromkeys((one.plan, one.event, one.per) for one in found):
        how = HOW.text(ctx.language, plan=plan, event=event)
        ctx.console.print(Text(f"  {how}{EACH if per is Per.UNIT else ''}", style="dim"))


def waiting_json(one: Waiting, language: Language) -> dict[str, Any]:
    return {
        "plan": one.plan,
        "milestone": one.milestone,
        "name": one.name,
        "event": one.event,
        "event_name": one.event_name,
        "rule": one.rule.text(language),
        "units": len(one.units),
    }
