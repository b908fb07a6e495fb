"""`dondoc rehearse`: a plan's whole life, seen before it is launched."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.context import context
from cli.dates import read_date
from cli.plan_source import plan_source
from cli.rehearsed import Printer
from cli.simulation import Simulation, simulation
from dondoc.plan.source import Source
from dondoc.words import Words
from schedules.launch import Launched, launch
from schedules.rehearsal import rehearse
from schedules.scenario import Scenario, outages, read_scenario
from schedules.script import script

TAIL = timedelta(days=60)
BEGINS_AT = time(8, 0)

TOTAL = Words(
    "{letters} thư trong {days} ngày, từ {start} đến {end}; không thư nào được gửi thật.",
    "{letters} letters on {days} days, from {start} to {end}; none was really sent.",
)


def rehearse_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="tệp hoặc mã · file or code")],
    units: Annotated[Path | None, typer.Option("--units", metavar="FILE")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="NGÀY")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="NGÀY")] = None,
    scenario: Annotated[Path | None, typer.Option("--scenario", metavar="FILE")] = None,
    letters: Annotated[Path | None, typer.Option("--letters", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="mỗi thư một dòng · a line each")] = False,
) -> None:
    """Diễn tập cả kế hoạch trên đồng hồ giả · Rehearse a whole plan on a simulated clock."""
    ctx = context()
    source = plan_source(ctx, plan)
    told = Scenario() if scenario is None else read_scenario(scenario)
    first = read_date(start, "--from") if start else source.plan.issued or source.plan.period.start
    last = read_date(end, "--to") if end else None
    with simulation(ctx, units=units or _beside(plan), letters=letters) as simulated:
        printer = Printer(simulated, as_json=as_json, language=ctx.language)
        ends_on = _run(simulated, source, told, printer, first=first, last=last)
    if not as_json:
        ctx.say(
            TOTAL,
            letters=printer.letters,
            days=len(printer.days),
            start=f"{first:%d/%m/%Y}",
            end=f"{ends_on:%d/%m/%Y}",
        )


def _run(
    simulated: Simulation,
    source: Source,
    scenario: Scenario,
    printer: Printer,
    *,
    first: date,
    last: date | None,
) -> date:
    """Returns the last day."""
    zone = source.plan.zone
    begins = datetime.combine(first, BEGINS_AT, zone)
    with simulated.database.writing() as session:
        launched = launch(
            session, source.plan, source=source.text, hours=simulated.hours, now=begins
        )
    last = last or _last_day(launched, first) + TAIL
    simulated.refuse(scenario)
    instants = rehearse(
        simulated.world(),
        start=begins,
        end=datetime.combine(last, time.max, zone),
        script=script(
            scenario, simulated.database, hours=simulated.hours, receive=simulated.receive
        ),
        outages=outages(scenario, zone),
    )
    for now in instants:
        printer.print_sent(now)
    return last


def _last_day(launched: Launched, first: date) -> date:
    return max((one.deadline.last_on for one in launched.milestones), default=first)


def _beside(plan: str) -> Path | None:
    """The units.xlsx that lies beside the plan file."""
    path = Path(plan).parent / "units.xlsx"
    return path if Path(plan).is_file() and path.is_file() else None
