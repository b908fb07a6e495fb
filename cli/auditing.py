"""`dondoc audit`: the record of decisions, and whether it is whole."""

from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from cli.context import Context, context
from cli.dates import read_date
from cli.figures import print_json
from dondoc.explaining import ACTIONS, by_whom, told
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.record import Verified, entries, verify
from dondoc.tables import Event
from dondoc.words import Words
from schedules.calendar import start_of

HEAD = (
    Words("Số", "No."),
    Words("Thời điểm", "Time"),
    Words("Ai", "Who"),
    Words("Quyết định", "Decision"),
    Words("Về", "About"),
    Words("Nội dung", "What and why"),
)
NOTHING = Words("Chưa có quyết định nào.", "Nothing was decided yet.")
WHOLE = Words(
    "Nhật ký nguyên vẹn: {entries} mục. Mã của mục cuối: {last}",
    "The record is whole: {entries} entries. Hash of the last one: {last}",
)
BROKEN = Words(
    "NHẬT KÝ BỊ ĐỨT ở mục số {number}: {why}. Trước đó {entries} mục nguyên vẹn.",
    "THE RECORD IS BROKEN at entry {number}: it {why}. The {entries} before it are whole.",
)
HELD = Words("Mã {hash} có trong nhật ký.", "The record holds {hash}.")
LOST = Words(
    "KHÔNG CÓ mã {hash}: phần cuối nhật ký đã bị cắt, hoặc mã thuộc nơi khác.",
    "The record does NOT hold {hash}: its end was cut off, or the hash is from elsewhere.",
)

OfPlan = Annotated[str | None, typer.Option("--plan", metavar="MÃ", help="kế hoạch · plan")]
OfUnit = Annotated[str | None, typer.Option("--unit", metavar="MÃ", help="đơn vị · unit")]
Since = Annotated[str | None, typer.Option("--since", metavar="NGÀY", help="từ ngày · from")]
Whole = Annotated[bool, typer.Option("--verify", help="có nguyên vẹn không · is it whole")]
Holds = Annotated[
    str | None, typer.Option("--holds", metavar="HASH", help="mã đã ghi lại · a hash noted earlier")
]
AsJson = Annotated[bool, typer.Option("--json", help="mỗi dòng một đối tượng · one object a line")]


def audit(
    plan: OfPlan = None,
    unit: OfUnit = None,
    since: Since = None,
    whole: Whole = False,
    holds: Holds = None,
    as_json: AsJson = False,
) -> None:
    """Ai đã quyết định gì, khi nào, vì sao · Who decided what, when and why."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        if whole or holds is not None:
            _tell(ctx, verify(session, holds=holds), holds, as_json=as_json)
            return
        found = _found(ctx, session, plan=plan, unit=unit, since=since)
    if as_json:
        for event in found:
            print_json(ctx, _json(ctx, event))
    elif found:
        ctx.console.print(_table(ctx, found))
    else:
        ctx.say(NOTHING)


def _found(
    ctx: Context, session: Session, *, plan: str | None, unit: str | None, since: str | None
) -> list[Event]:
    """Raises NotFound, DateWrong."""
    of_plan = plan and plan_by_code(session, plan).code
    of_unit = unit and unit_by_code(session, unit).code
    first = since and start_of(read_date(since, "--since"), ctx.settings.zone)
    return list(session.scalars(entries(plan=of_plan, unit=of_unit, since=first or None)))


def _tell(ctx: Context, verified: Verified, holds: str | None, *, as_json: bool) -> None:
    """Exit status 1 where something is wrong."""
    broken = verified.broken
    if as_json:
        print_json(ctx, _verified_json(verified))
    elif broken is not None:
        why = broken.why.text(ctx.language)
        ctx.say(BROKEN, number=broken.number, why=why, entries=broken.number - 1)
    else:
        ctx.say(WHOLE, entries=verified.entries, last=verified.last)
    if verified.known is not None and not as_json:
        ctx.say(HELD if verified.known else LOST, hash=holds)
    if broken is not None or verified.known is False:
        raise typer.Exit(code=1)


def _table(ctx: Context, found: list[Event]) -> Table:
    table = Table(header_style="bold", pad_edge=False, show_edge=False)
    for words in HEAD:
        table.add_column(words.text(ctx.language), overflow="fold")
    for event in found:
        action = ACTIONS.get(event.action, Words(event.action, event.action))
        table.add_row(
            str(event.number),
            f"{_local(ctx, event.at):%d/%m/%Y %H:%M}",
            Text(by_whom(event.actor, event.on_behalf)),
            Text(action.text(ctx.language), style="bold blue"),
            Text(event.subject),
            Text("\n".join(one.text(ctx.language) for one in told(event))),
        )
    return table


def _local(ctx: Context, at: datetime) -> datetime:
    return at.astimezone(ctx.settings.zone)


def _json(ctx: Context, event: Event) -> dict[str, Any]:
    return {
        "number": event.number,
        "at": _local(ctx, event.at).isoformat(timespec="seconds"),
        "actor": event.actor,
        "on_behalf": event.on_behalf,
        "action": event.action,
        "subject": event.subject,
        "reason": event.reason,
        "before": event.before,
        "after": event.after,
        "facts": event.facts,
        "previous": event.previous,
        "hash": event.hash,
    }


def _verified_json(verified: Verified) -> dict[str, Any]:
    broken = verified.broken
    return {
        "entries": verified.entries,
        "last": verified.last,
        "whole": broken is None,
        "broken_at": broken and broken.number,
        "why": broken and broken.why.en,
        "holds": verified.known,
    }
