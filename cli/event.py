"""`dondoc event`: the days of what a plan's dates hang on."""

from collections.abc import Sequence
from contextlib import closing
from getpass import getuser
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cli.context import Context, context
from cli.dates import long_date, read_date
from cli.figures import print_json
from cli.impact import show_impact
from cli.waiting import show_waits
from dondoc.happening import EventLine, event_lines, waiting
from dondoc.plan.relative import Per
from dondoc.queries import plan_by_code
from dondoc.words import Language, Words
from schedules.happening.setting import Setting, set_day

app = typer.Typer(
    help="Ngày của các sự kiện mà hạn tính theo · days of the events that dates hang on",
    no_args_is_help=True,
)

SET = Words("Đã ghi {event}: {day}.", "Set {event}: {day}.")
UNSET = Words("Đã rút lại ngày của {event}.", "Took back the day of {event}.")
DRY = Words("Chạy thử, chưa ghi gì: {event}", "Dry run, nothing written: {event}")
NOTHING = Words("Kế hoạch {plan} không có sự kiện nào.", "Plan {plan} has no events.")
NO_DAY = Words("chưa có ngày", "no day yet")
HEAD = (
    Words("Mã", "Code"),
    Words("Sự kiện", "Event"),
    Words("Ngày", "Day"),
    Words("Đơn vị", "Unit"),
)

Plan = Annotated[str, typer.Argument(metavar="PLAN", help="mã kế hoạch · plan code")]
Event = Annotated[str, typer.Argument(metavar="EVENT", help="mã sự kiện · event code")]
Units = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="MÃ", help="đơn vị, lặp lại được · unit, may be repeated"),
]
Reason = Annotated[
    str | None, typer.Option("--reason", help="lý do, đơn vị sẽ đọc · the units read it")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="chỉ xem · show, write nothing")]
Meant = Annotated[
    bool,
    typer.Option("--earlier-is-meant", help="hạn sớm hơn, không cần báo trước · without notice"),
]


@app.command("set")
def set_command(
    plan: Plan,
    event: Event,
    day: Annotated[str, typer.Argument(metavar="DATE", help="2025-05-09")],
    unit: Units = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    earlier_is_meant: Meant = False,
) -> None:
    """Ghi ngày của sự kiện, hoặc dời · Set an event's day, or move it."""
    ctx = context()
    setting = Setting(
        event=event,
        day=read_date(day, "DATE"),
        actor=getuser(),
        now=ctx.now(),
        units=tuple(unit or ()),
        reason=reason,
        earlier_is_meant=earlier_is_meant,
    )
    _decide(ctx, plan, setting, dry_run=dry_run)


@app.command("unset")
def unset_command(
    plan: Plan, event: Event, unit: Units = None, reason: Reason = None, dry_run: DryRun = False
) -> None:
    """Rút lại ngày đã ghi · Take an event's day back."""
    ctx = context()
    setting = Setting(
        event=event,
        day=None,
        actor=getuser(),
        now=ctx.now(),
        units=tuple(unit or ()),
        reason=reason,
    )
    _decide(ctx, plan, setting, dry_run=dry_run)


@app.command("list")
def list_command(
    plan: Plan,
    as_json: Annotated[bool, typer.Option("--json", help="mỗi sự kiện một dòng")] = False,
) -> None:
    """Các sự kiện, ngày đã ghi, việc còn chờ · Events, their days, and what waits."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        row = plan_by_code(session, plan)
        lines = event_lines(session, row)
        waits = waiting(session, row, ctx.now())
    if as_json:
        for line in lines:
            print_json(ctx, _json(line))
        return
    if not lines:
        ctx.say(NOTHING, plan=plan)
        return
    ctx.console.print(_table(lines, ctx.language))
    show_waits(ctx, waits)


def _decide(ctx: Context, plan: str, setting: Setting, *, dry_run: bool) -> None:
    with closing(ctx.database()) as database, database.writing() as session:
        impact = set_day(session, plan_by_code(session, plan), setting, hours=ctx.hours())
        if dry_run:
            session.rollback()
    day = None if setting.day is None else long_date(setting.day, ctx.language)
    words = DRY if dry_run else UNSET if day is None else SET
    ctx.say(words, event=setting.event, day=day)
    show_impact(ctx, impact)


def _table(lines: Sequence[EventLine], language: Language) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for words in HEAD:
        table.add_column(words.text(language), overflow="fold")
    for line in lines:
        days = [(long_date(day, language), unit or "") for unit, day, _ in line.days]
        for place, cells in enumerate(days or [(NO_DAY.text(language), "")]):
            first = (line.code, line.name) if place == 0 else ("", "")
            table.add_row(*(Text(cell) for cell in (*first, *cells)))
    return table


def _json(line: EventLine) -> dict[str, Any]:
    found: dict[str, Any] = {"event": line.code, "name": line.name, "per": line.per.value}
    if line.per is Per.UNIT:
        return found | {"days": {unit: day.isoformat() for unit, day, _ in line.days}}
    return found | {"day": line.days[0][1].isoformat() if line.days else None}
