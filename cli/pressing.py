"""`dondoc remind`, `dondoc escalate`: because somebody decided to, now."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from getpass import getuser
from itertools import compress
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from cli.context import Context, context
from cli.dates import due_date
from cli.ending import told_to_end
from cli.posting import open_post
from dondoc.database import Database
from dondoc.errors import DondocError
from dondoc.explaining import DEMANDED
from dondoc.queries import milestone_by_code, plan_by_code, unit_by_code
from dondoc.words import Words
from notifications.beat import Beat, beat
from notifications.demand import Demand, Demanded, escalate, remind
from notifications.scope import Scope

Plan = Annotated[str | None, typer.Option("--plan", metavar="MÃ", help="kế hoạch · plan")]
Milestone = Annotated[str | None, typer.Option("--milestone", metavar="MÃ", help="mốc · milestone")]
Unit = Annotated[str | None, typer.Option("--unit", metavar="MÃ", help="đơn vị · unit")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="chỉ xem, không gửi · show, send nothing")]
AsJson = Annotated[bool, typer.Option("--json", help="một đối tượng JSON · one JSON object")]

DUE = 3
"""the column whose days are never broken in two"""
WILL = Words("sẽ gửi", "would be sent")
IS_PLANNED = Words("đã đưa vào thư", "in a letter")
NOBODY = Words("Không có đơn vị nào cần nhắc.", "Nobody to tell.")
WOULD = Words(
    "Chạy thử, chưa gửi gì: sẽ có {count} lần nhắc.",
    "Dry run, nothing sent: {count} notices would be planned.",
)
PLANNED = Words("{count} lần nhắc đã đưa vào thư.", "{count} notices planned.")
WAITS = Words(
    "Ngoài giờ làm việc: thư sẽ đi lúc {at}.", "Outside office hours: letters leave at {at}."
)
STOPPED = Words(
    "ĐÃ CHẶN {letters} thư vì nhiều hơn hẳn một ngày thường; nếu đúng ý: dondoc outbox confirm",
    "{letters} letters were STOPPED, far more than on a usual day; if meant: dondoc outbox confirm",
)
SENT = Words(
    "Thư: {sent} đã gửi, {deferred} gửi lại sau, {failed} hỏng.",
    "Letters: {sent} sent, {deferred} deferred, {failed} failed.",
)


class WhomToRemind(DondocError):
    """Say whom: --pending for all who have not delivered, or --unit CODE."""

    vi = "Hãy nêu nhắc ai: --pending là mọi đơn vị chưa nộp, hoặc --unit MÃ."


def remind_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str | None, typer.Argument(metavar="[MILESTONE]")] = None,
    unit: Unit = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="mọi đơn vị chưa nộp · all who have not delivered")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Nhắc ngay đơn vị chưa nộp · Remind, now, those who have not delivered."""
    if unit is None and not pending:
        raise WhomToRemind
    scope = Scope(plan=plan, milestone=milestone, unit=unit)
    ctx = context()
    hours = ctx.hours()
    _press(
        ctx, scope, lambda session, demand: remind(session, demand, hours=hours), dry_run, as_json
    )


def escalate_command(
    plan: Plan = None,
    milestone: Milestone = None,
    unit: Unit = None,
    level: Annotated[
        int | None,
        typer.Option(min=1, max=4, help="1 lãnh đạo, 2 cụm trưởng, 3 thường trực, 4 hội đồng"),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Báo cáo cấp trên về đơn vị quá hạn, ngay · Escalate overdue units, now."""
    ctx = context()
    hours = ctx.hours()
    scope = Scope(plan=plan, milestone=milestone, unit=unit)
    _press(
        ctx,
        scope,
        lambda session, demand: escalate(session, demand, hours=hours, level=level),
        dry_run,
        as_json,
    )


def _beat(ctx: Context, database: Database, now: datetime) -> Beat:
    with told_to_end() as told:
        return beat(open_post(ctx, database), now, stopped=told.is_set)


def _press(
    ctx: Context,
    scope: Scope,
    act: Callable[[Session, Demand], Demanded],
    dry_run: bool,
    as_json: bool,
) -> None:
    with closing(ctx.database()) as database:
        now = ctx.now()
        with database.writing() as session:
            _known(session, scope)
            done = act(session, Demand(scope=scope, actor=getuser(), now=now))
            if dry_run:
                session.rollback()
        beaten = None if dry_run or done.leaves_at > now else _beat(ctx, database, now)
    if as_json:
        ctx.console.print_json(json.dumps(_as_json(done, dry_run=dry_run)), indent=2)
        return
    _show(ctx, done, will=WILL if dry_run else IS_PLANNED)
    ctx.say((WOULD if dry_run else PLANNED) if done.lines else NOBODY, count=done.planned)
    if beaten is not None and beaten.swept.stopped:
        ctx.say(STOPPED, letters=beaten.swept.stopped)
    if beaten is not None:
        drained = beaten.drained
        ctx.say(SENT, sent=drained.sent, deferred=drained.deferred, failed=drained.failed)
    elif done.planned and done.leaves_at > now:
        ctx.say(WAITS, at=f"{done.leaves_at.astimezone(ctx.settings.zone):%H:%M %d/%m/%Y}")


def _known(session: Session, scope: Scope) -> None:
    """Raises NotFound, naming the nearest code."""
    if scope.plan is not None:
        plan = plan_by_code(session, scope.plan)
        if scope.milestone is not None:
            milestone_by_code(session, plan, scope.milestone)
    if scope.unit is not None:
        unit_by_code(session, scope.unit)


def _show(ctx: Context, done: Demanded, *, will: Words) -> None:
    heads = Words(
        "Kế hoạch|Mốc|Kỳ|Hạn|Đơn vị|Cấp|Gửi tới|Kết quả",
        "Plan|Milestone|Occurrence|Due|Unit|Level|To|Verdict",
    )
    rows = [
        (
            line.plan,
            line.milestone,
            line.occurrence,
            due_date(line.due, ctx.language, inclusive=line.inclusive) if line.due else "",
            line.unit,
            "" if line.level is None else str(line.level),
            line.to,
            (DEMANDED[line.reason] if line.reason else will).text(ctx.language),
        )
        for line in done.lines
    ]
    says = [any(cells) for cells in zip(*rows, strict=True)]
    table = Table(show_edge=False, pad_edge=False)
    for number, head in enumerate(heads.text(ctx.language).split("|")):
        if rows and says[number]:
            table.add_column(head, overflow="fold", no_wrap=number == DUE)
    for row in rows:
        table.add_row(*compress(row, says))
    if rows:
        ctx.console.print(table)


def _as_json(done: Demanded, *, dry_run: bool) -> dict[str, object]:
    lines = [
        {**line._asdict(), "due": line.due and line.due.isoformat(), "stage": line.stage.value}
        for line in done.lines
    ]
    return {
        "dry_run": dry_run,
        "planned": done.planned,
        "leaves_at": done.leaves_at.isoformat(),
        "notices": lines,
    }
