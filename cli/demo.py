"""`dondoc demo`: a living year, moved to the present, and the service running on it."""

import os
import shutil
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import func, select

from cli.context import Context, context
from cli.demo_plan import WRITTEN_IN, moved_plan, sample_units
from cli.demo_runs import start_in_background
from cli.demo_script import script
from cli.demo_welcome import make_welcome
from cli.portal_server import placed
from cli.running import LOCK, only_one
from cli.simulation import Simulation
from cli.up import ADDRESS, serve
from documents.unit_sheet import read_units
from dondoc.plan.source import parse_plan
from dondoc.settings import Mail
from dondoc.tables import Letter, Obligation, ObligationState, Unit
from dondoc.units.importing import import_units
from dondoc.units.rows import UnitRow
from dondoc.words import Words
from schedules.launch import launch
from schedules.rehearsal import rehearse

FOLDER = "demo"
HORIZON_DAYS = 60

PREPARING = Words("Đang dựng lại những ngày đã qua", "Living through the days gone by")
READY = Words(
    "Kế hoạch mẫu {plan}: {obligations} đầu việc của {units} đơn vị, {letters} thư đã viết.",
    "Sample plan {plan}: {obligations} obligations of {units} units, {letters} letters written.",
)
LOOK = Words(
    """Xem thử bằng trình duyệt: mở địa chỉ dưới đây, trang đầu nói bấm vào đâu.
Hoặc ở một cửa sổ dòng lệnh khác, sau khi gõ: export DONDOC_DATA={data}
  Ai đã nộp, ai chưa:                  {dondoc} status {plan}
  Vì sao đơn vị này nhận thư, hay không: {dondoc} why {unit}
  Báo cáo cấp trên, xem trước:         {dondoc} escalate --plan {plan} --dry-run
  Thư, mỗi ngày một thư mục:           ls {data}/letters""",
    """Look around in a browser: open the address below, its first page says what to click.
Or in another terminal, after: export DONDOC_DATA={data}
  Who has delivered:                   {dondoc} status {plan}
  Why this unit got letters, or not:   {dondoc} why {unit}
  Escalation, shown beforehand:        {dondoc} escalate --plan {plan} --dry-run
  The letters, a folder a day:         ls {data}/letters""",
)


def demo(
    port: Annotated[int | None, typer.Option(help="Cổng của Prefect · Prefect's port")] = None,
    prefect: Annotated[bool, typer.Option(help="Chạy Prefect · run Prefect")] = True,
    serving: Annotated[
        bool, typer.Option("--serve/--no-serve", help="chạy dịch vụ sau khi dựng · then serve")
    ] = True,
) -> None:
    """Chạy thử với một năm mẫu của Quận 7 · Run with a sample year of District 7."""
    ctx = _demo_context(context())
    with only_one(ctx.settings.data):
        ctx = placed(ctx)
        _clear(ctx.settings.data)
        year = _build(ctx)
        _tell(ctx, year)
        if serving:
            start_in_background(ctx.settings.data / "prefect" / ADDRESS, year.plan)
            serve(ctx, port=port, prefect=prefect, welcome=make_welcome(ctx, year.plan))


def _demo_context(ctx: Context) -> Context:
    """Its own folder beside the real data, its own database, letters as files. Said through the
    environment, so that the processes of the service are told too."""
    folder = ctx.settings.data / FOLDER
    os.environ |= {
        "DONDOC_DATA": str(folder),
        "DONDOC_DATABASE_URL": "",
        "DONDOC_MAIL": Mail.FOLDER.value,
        "DONDOC_PREFECT_HORIZON_DAYS": str(HORIZON_DAYS),
    }
    return context()


def _clear(folder: Path) -> None:
    """The last demo's traces; the lock we hold stays."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


@dataclass(frozen=True, kw_only=True)
class Year:
    plan: str
    unit: str
    obligations: int
    units: int
    letters: int


def _build(ctx: Context) -> Year:
    """Units, a launched plan, and everything that happened since on the simulated clock."""
    hours, now = ctx.hours(), ctx.now()
    text = moved_plan(hours.today(now))
    plan = parse_plan(text)
    with closing(ctx.database()) as database:
        data = ctx.settings.data
        simulated = Simulation(database, hours, ctx.settings, keys=data, letters=data / "letters")
        launched_at = datetime.combine(plan.issued or plan.period.start, hours.opens, hours.zone)
        with database.writing() as session:
            import_units(session, _units(hours.today(now).year - WRITTEN_IN))
            launched = launch(session, plan, source=text, hours=hours, now=launched_at)
        _live(ctx, simulated, launched_at, now)
        with database.reading() as session:
            letters = session.scalar(select(func.count()).select_from(Letter)) or 0
            units = session.scalar(select(func.count(func.distinct(Obligation.unit_id)))) or 0
            latest = session.scalars(
                select(Unit.code)
                .join(Obligation)
                .where(Obligation.late_at <= now, Obligation.state == ObligationState.OPEN)
                .order_by(Obligation.id)
            ).first()
    return Year(
        plan=plan.code,
        unit=latest or plan.standing_office,
        obligations=launched.obligations,
        units=units,
        letters=letters,
    )


def _units(years: int) -> list[UnitRow]:
    """The heads of the sample's groups lead them in the moved years too."""
    return [_led_again(row, years) for row in read_units(sample_units())]


def _led_again(row: UnitRow, years: int) -> UnitRow:
    heads = {group: tuple(year + years for year in led) for group, led in row.heads.items()}
    return row.model_copy(update={"heads": heads})


def _live(ctx: Context, simulated: Simulation, start: datetime, now: datetime) -> None:
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[day]}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        total = (now - start).total_seconds()
        task = bar.add_task(PREPARING.text(ctx.language), total=total, day="")
        for at in rehearse(simulated.world(), start=start, end=now, script=script(simulated, now)):
            day = f"{at.astimezone(simulated.hours.zone):%d/%m/%Y}"
            bar.update(task, completed=(at - start).total_seconds(), day=day)


def _tell(ctx: Context, year: Year) -> None:
    ctx.say(
        READY,
        plan=year.plan,
        obligations=year.obligations,
        units=year.units,
        letters=year.letters,
    )
    command = Path(sys.argv[0])
    here = command.resolve().is_relative_to(Path.cwd())
    ctx.say(
        LOOK,
        data=ctx.settings.data,
        plan=year.plan,
        unit=year.unit,
        dondoc=command.resolve().relative_to(Path.cwd()) if here else command.name,
    )
