"""`dondoc outbox ahead`, `skip`, `confirm`: what will be sent, and what should not."""

from contextlib import closing
from datetime import datetime, timedelta
from getpass import getuser
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from cli.context import Context, context
from cli.ending import told_to_end
from cli.posting import open_post
from dondoc.decision import Decision, DecisionRefused
from dondoc.explaining import STAGES
from dondoc.history import NoticeLine, history
from dondoc.queries import milestone_by_code, plan_by_code, unit_by_code
from dondoc.skipping import Sending, skip, skip_step
from dondoc.stops import confirm
from dondoc.tables import NoticeState, Stage
from dondoc.words import Words
from notifications.beat import beat
from schedules.moments import CLOSING, Moment, upcoming

WAITING = (NoticeState.PLANNED, NoticeState.HELD, NoticeState.QUEUED)

MOMENTS = (
    Words("Thời điểm", "Time"),
    Words("Mốc", "Milestone"),
    Words("Kỳ", "Occurrence"),
    Words("Lần nhắc", "Sending"),
    Words("Bước", "Step"),
    Words("Số", "Notices"),
)
NOTICES = (
    Words("Số", "No."),
    Words("Thời điểm", "Time"),
    Words("Mốc", "Milestone"),
    Words("Lần nhắc", "Sending"),
    Words("Gửi cho", "To"),
    Words("Tình trạng", "State"),
)
NOTHING = Words("Không có gì sắp gửi trong {days} ngày tới.", "Nothing within {days} days.")
SKIPPED = Words("Đã bỏ {count} lần nhắc.", "{count} notices cancelled.")
CONFIRMED = Words(
    "Đã xác nhận {letters} thư (ngày nhiều nhất: {usual}). Vừa gửi {sent}; còn lại đi trong giờ "
    "làm việc.",
    "{letters} letters confirmed (busiest day: {usual}). {sent} sent; the rest in office hours.",
)

OfPlan = Annotated[str | None, typer.Option("--plan", metavar="MÃ", help="kế hoạch · plan")]
OfMilestone = Annotated[str | None, typer.Option("--milestone", metavar="MÃ", help="mốc")]
Reason = Annotated[str, typer.Option("--reason", help="lý do · why")]


class WhatToSkip(DecisionRefused):
    """Say what to cancel: the numbers of notices (dondoc outbox ahead --unit CODE), or --plan,
    --milestone and --step."""

    vi = (
        "Hãy nêu bỏ gì: số của lần nhắc (dondoc outbox ahead --unit MÃ), hoặc --plan, --milestone "
        "và --step."
    )


def ahead(
    plan: OfPlan = None,
    milestone: OfMilestone = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="MÃ", help="đơn vị")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=400)] = 14,
) -> None:
    """Sắp gửi những gì · What will be sent; with --unit each notice and its number."""
    ctx = context()
    now = ctx.now()
    until = now + timedelta(days=days)
    with closing(ctx.database()) as database, database.reading() as session:
        if unit is None:
            found = [
                one
                for one in upcoming(session, now=now, until=until)
                if one.stage != CLOSING
                and plan in (None, one.plan)
                and milestone in (None, one.milestone)
            ]
            table = _moments(ctx, found)
        else:
            table = _notices(ctx, _lines(session, unit, plan, milestone, until))
    if table.row_count:
        ctx.console.print(table)
    else:
        ctx.say(NOTHING, days=days)


def skip_command(
    reason: Reason,
    notices: Annotated[list[int] | None, typer.Argument(metavar="[SỐ]…")] = None,
    plan: OfPlan = None,
    milestone: OfMilestone = None,
    step: Annotated[str | None, typer.Option("--step", help="T-7, T+3, L2 …")] = None,
    occurrence: Annotated[str | None, typer.Option("--occurrence", metavar="KỲ")] = None,
) -> None:
    """Bỏ một lần nhắc chưa gửi, cho một hay mọi đơn vị · Cancel one sending ahead."""
    if bool(notices) is bool(plan and milestone and step):
        raise WhatToSkip
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    with closing(ctx.database()) as database, database.writing() as session:
        if notices:
            count = skip(session, notices, decision)
        else:
            of_plan = plan_by_code(session, plan or "")
            of_milestone = milestone_by_code(session, of_plan, milestone or "")
            sending = Sending(milestone=of_milestone, step=step or "", occurrence=occurrence)
            count = skip_step(session, sending, decision)
    ctx.say(SKIPPED, count=count)


def confirm_command(reason: Reason) -> None:
    """Xác nhận lượt gửi bị chặn vì nhiều bất thường · Let a stopped sweep go on."""
    ctx = context()
    now = ctx.now()
    decision = Decision(actor=getuser(), reason=reason, now=now)
    with closing(ctx.database()) as database:
        with database.writing() as session:
            stop = confirm(session, decision)
            letters, usual = stop.letters, stop.usual
        with told_to_end() as told:
            sent = beat(open_post(ctx, database), now, stopped=told.is_set).drained.sent
    ctx.say(CONFIRMED, letters=letters, usual=usual, sent=sent)


def _lines(
    session: Session, unit: str, plan: str | None, milestone: str | None, until: datetime
) -> list[NoticeLine]:
    of_plan = None if plan is None else plan_by_code(session, plan)
    return [
        line
        for line in history(session, unit_by_code(session, unit), plan=of_plan)
        if isinstance(line, NoticeLine)
        and line.state in WAITING
        and line.at < until
        and milestone in (None, line.milestone)
    ]


def _moments(ctx: Context, found: list[Moment]) -> Table:
    table = _headed(ctx, MOMENTS)
    for one in found:
        table.add_row(
            _local(ctx, one.at),
            f"{one.plan} · {one.milestone}",
            one.occurrence,
            STAGES[Stage(one.stage)].text(ctx.language),
            one.step,
            str(one.count),
        )
    return table


def _notices(ctx: Context, found: list[NoticeLine]) -> Table:
    table = _headed(ctx, NOTICES)
    for line in found:
        why = line.said_why.text(ctx.language)
        state = line.said_state.text(ctx.language)
        table.add_row(
            str(line.id),
            _local(ctx, line.at),
            Text(" · ".join(part for part in (line.plan, line.milestone, line.label) if part)),
            f"{line.said_stage.text(ctx.language)} ({line.step})",
            Text(line.seat.address or line.seat.unit),
            Text(f"{state}: {why}" if why else state),
        )
    return table


def _headed(ctx: Context, heads: tuple[Words, ...]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for head in heads:
        table.add_column(head.text(ctx.language), overflow="fold")
    return table


def _local(ctx: Context, at: datetime) -> str:
    return f"{at.astimezone(ctx.settings.zone):%d/%m/%Y %H:%M}"
