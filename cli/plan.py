"""`dondoc check`, `dondoc schema`: a plan file before it is launched."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.context import context
from cli.plan_tables import Due, dates_table, show_mistakes, show_reminders, show_waiting
from cli.unit_list import unit_list
from dondoc.plan.addressees import check_against_units
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.model import PlanFile
from dondoc.plan.schema import schema
from dondoc.plan.source import Source, read_source
from dondoc.templates import missing
from dondoc.units.audience import audience
from dondoc.words import Words
from schedules.calendar import OfficeCalendar
from schedules.dating import dates
from schedules.overrides import open_calendar

GOOD = Words(
    "{name} không có lỗi: {milestones} mốc, {dates} kỳ, {undated} việc không có ngày.",
    "{name} has no mistakes: {milestones} milestones, {dates} dates, {undated} undated duties.",
)


def check(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.yaml")],
    units: Annotated[
        Path | None, typer.Option("--units", help="danh sách đơn vị · list of units (.xlsx, .csv)")
    ] = None,
) -> None:
    """Kiểm tra tệp kế hoạch, nêu mọi lỗi · Check a plan file: every mistake at once."""
    ctx = context()
    try:
        source = read_source(plan_file)
        calendar = open_calendar(ctx.settings)
        timeline = _timeline(source.plan, calendar)
        _refuse_missing(source, plan_file.parent)
        if units is not None:
            timeline = _with_units(source, units, timeline)
    except PlanWrong as wrong:
        show_mistakes(ctx, plan_file, wrong.mistakes)
        raise typer.Exit(code=wrong.exit_status) from wrong
    counts = {"milestones": len(source.plan.milestones), "undated": len(source.plan.undated)}
    ctx.say(GOOD, name=plan_file, dates=len(timeline), **counts)
    if timeline:
        ctx.console.print(dates_table(ctx.language, source.plan, timeline, calendar))
    show_waiting(ctx, source.plan)
    show_reminders(ctx, source.text)


def print_schema() -> None:
    """JSON Schema của tệp kế hoạch, cho trình soạn thảo · The plan file's JSON Schema."""
    typer.echo(json.dumps(schema(), ensure_ascii=False, indent=2))


def _refuse_missing(source: Source, folder: Path) -> None:
    """Raises PlanWrong."""
    mistakes = missing(source, folder)
    if mistakes:
        raise PlanWrong(source.name, mistakes)


def _timeline(plan: PlanFile, calendar: OfficeCalendar) -> list[Due]:
    dated = dates(plan, calendar)
    found = [
        Due(milestone, due.dated, None)
        for milestone in plan.milestones
        for due in dated[milestone.code]
    ]
    return sorted(found, key=lambda one: (one.dated.due, one.milestone.code))


def _with_units(source: Source, units: Path, timeline: list[Due]) -> list[Due]:
    """Raises PlanWrong, UnitsRefused, SheetWrong; the list goes to a database in memory."""
    with unit_list(units) as session:
        mistakes = check_against_units(source.plan, source.tree, session)
        if mistakes:
            raise PlanWrong(source.name, mistakes)
        return [
            due._replace(units=len(audience(session, due.milestone.audience, on=due.dated.due)))
            for due in timeline
        ]
