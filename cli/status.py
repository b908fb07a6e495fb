"""`dondoc status`: who has delivered and who has not."""

from collections.abc import Sequence
from contextlib import closing
from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy import true
from sqlalchemy.orm import Session

from cli.context import Context, context
from cli.figures import group_table, milestone_table, print_json, rates_json
from cli.matrix import legend, matrix
from cli.overview import overview_json, show_overview
from cli.papers import paper_json, show_papers
from cli.reviews import reviews_json, show_reviews
from cli.waiting import show_waits, waiting_json
from dondoc.happening import waiting
from dondoc.overview import overview
from dondoc.paper import counted
from dondoc.queries import group_by_code, plan_by_code
from dondoc.standing import Standing, UnitLine, standing
from dondoc.tables import Plan
from dondoc.words import Words
from schedules.reviewing import reviews

FEW = 150
"""Up to so many units the matrix is shown without being asked for."""

MANY = Words(
    "{count} đơn vị; thêm --units để liệt kê, hoặc --group MÃ.",
    "{count} units; add --units to list them, or --group CODE.",
)
COUNTED = Words("Số liệu lúc {at}", "Counted at {at}")
PlanCode = Annotated[str | None, typer.Argument(metavar="[PLAN]", help="mã kế hoạch · plan code")]
AsJson = Annotated[bool, typer.Option("--json", help="một đối tượng JSON · one JSON object")]
Units = Annotated[bool, typer.Option("--units", help="liệt kê mọi đơn vị · list every unit")]
Group = Annotated[
    str | None, typer.Option("--group", metavar="MÃ", help="chỉ một cụm, khối · one group only")
]


def status(
    plan: PlanCode = None, as_json: AsJson = False, units: Units = False, group: Group = None
) -> None:
    """Ai đã nộp, ai chưa · Who has delivered and who has not."""
    ctx = context()
    now = ctx.now()
    with closing(ctx.database()) as database, database.reading() as session:
        if plan is None:
            seen = overview(session, now, ctx.today())
            found_reviews = reviews(session, true(), hours=ctx.hours(), now=now)
            if as_json:
                said = {"reviews": reviews_json(found_reviews)}
                print_json(ctx, overview_json(ctx, seen, now) | said)
            else:
                show_overview(ctx, seen, now)
                show_reviews(ctx, found_reviews)
            return

        row = plan_by_code(session, plan)
        found = standing(session, row, now)
        chosen = _chosen(session, found, group)
        waits = waiting(session, row, now)
        papers = counted(session, row)
        found_reviews = reviews(session, Plan.id == row.id, hours=ctx.hours(), now=now)
    if as_json:
        details: dict[str, Any] = {
            "waiting": [waiting_json(one, ctx.language) for one in waits],
            "reviews": reviews_json(found_reviews),
            "paper": [paper_json(one) for one in papers],
            "units": _units_json(found, chosen),
        }
        print_json(ctx, rates_json(found.rates) | details)
        return
    _show_plan(ctx, found, chosen, listed=units or group is not None or len(chosen) <= FEW)
    show_reviews(ctx, found_reviews)
    show_papers(ctx, papers)
    show_waits(ctx, waits)


def _chosen(session: Session, found: Standing, group: str | None) -> Sequence[UnitLine]:
    if group is None:
        return found.units
    code = group_by_code(session, group).code
    return [unit for unit in found.units if code in unit.groups]


def _show_plan(ctx: Context, found: Standing, chosen: Sequence[UnitLine], *, listed: bool) -> None:
    rates, console, language = found.rates, ctx.console, ctx.language
    local = rates.now.astimezone(rates.zone)
    console.print(Text(" · ".join(filter(None, (rates.number, rates.title))), style="bold"))
    ctx.say(COUNTED, at=f"{local:%H:%M %d/%m/%Y}")
    console.print(milestone_table(rates, language, console.width))
    if any(group.code for group in rates.groups):
        console.print(group_table(rates.groups, language, console.width))
    if not listed:
        ctx.say(MANY, count=f"{len(chosen):,}")
        return
    for line in matrix(chosen, len(rates.columns), console.width):
        console.print(line, no_wrap=True, crop=True, highlight=False)
    cells = (cell for unit in chosen for cell in unit.cells)
    console.print(legend(cells, language, console.width))


def _units_json(found: Standing, chosen: Sequence[UnitLine]) -> list[dict[str, Any]]:
    keys = [(column.milestone, column.occurrence) for column in found.rates.columns]
    return [
        {
            "unit": unit.code,
            "name": unit.name,
            "kind": unit.kind,
            "groups": list(unit.groups),
            "obligations": [
                {"milestone": milestone, "occurrence": occurrence, "verdict": cell.value}
                for (milestone, occurrence), cell in zip(keys, unit.cells, strict=True)
            ],
        }
        for unit in chosen
    ]
