"""`dondoc rehearse`: a plan's whole life, seen before it is launched."""

from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.context import Context, context
from cli.dates import read_date
from cli.plan_source import names_file, plan_source
from cli.rehearsed import Printer
from cli.simulation import Simulation, simulation
from dondoc.happening import event_lines, waiting
from dondoc.plan.source import Source
from dondoc.queries import plan_by_code
from dondoc.words import Words
from schedules.launch import launch
from schedules.rehearsal import rehearse
from schedules.scenario import Happens, Scenario, outages, read_scenario
from schedules.script import last_due, script
from schedules.stage import BEGINS_AT, TAIL, last_day

TOTAL = Words(
    "{letters} thư trong {days} ngày, từ {start} đến {end}; không thư nào được gửi thật.",
    "{letters} letters on {days} days, from {start} to {end}; none was really sent.",
)
NEVER = Words(
    "Chờ sự kiện nên chưa diễn tập: {milestones} (ghi sự kiện trong --scenario).",
    "Waiting for an event, and so not rehearsed: {milestones} (put the event into --scenario).",
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
    told = _days_set(ctx, plan) if scenario is None else read_scenario(scenario)
    first = read_date(start, "--from") if start else source.plan.issued or source.plan.period.start
    last = read_date(end, "--to") if end else None
    with simulation(ctx, units=units or _beside(plan), letters=letters) as simulated:
        printer = Printer(simulated, as_json=as_json, language=ctx.language)
        ends_on = _run(simulated, source, told, printer, first=first, last=last)
        never = _never_dated(simulated, source, ends_on)
    if not as_json:
        if never:
            ctx.say(NEVER, milestones=", ".join(never))
        ctx.say(
            TOTAL,
            letters=printer.letters,
            days=len(printer.days),
            start=f"{first:%d/%m/%Y}",
            end=f"{ends_on:%d/%m/%Y}",
        )


def _days_set(ctx: Context, plan: str) -> Scenario:
    """Of a launched plan what is known: the days its events have."""
    if names_file(plan):
        return Scenario()
    with closing(ctx.database()) as database, database.reading() as session:
        row = plan_by_code(session, plan)
        found = [
            Happens(
                event=line.code,
                day=day,
                on=set_at.astimezone(ZoneInfo(row.time_zone)).date(),
                units=() if unit is None else (unit,),
            )
            for line in event_lines(session, row)
            for unit, day, set_at in line.days
        ]
    return Scenario(event=tuple(found))


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
    calendar = simulated.hours.calendar
    ahead = last_due(source.plan, scenario, calendar) if scenario.event else None
    last = last or max(last_day(launched, first), ahead or first) + TAIL
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


def _never_dated(simulated: Simulation, source: Source, ends_on: date) -> list[str]:
    """Milestones that nobody was told of, because their event never got a day."""
    end = datetime.combine(ends_on, time.max, source.plan.zone)
    with simulated.database.reading() as session:
        plan = plan_by_code(session, source.plan.code)
        return [one.milestone for one in waiting(session, plan, end)]


def _beside(plan: str) -> Path | None:
    """The units.xlsx that lies beside the plan file."""
    path = Path(plan).parent / "units.xlsx"
    return path if Path(plan).is_file() and path.is_file() else None
