"""Rates and counts on the screen and as JSON."""

import json
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.context import Context
from cli.dates import long_date
from dondoc.standing import Column, GroupLine, Rates
from dondoc.tally import Tally
from dondoc.words import Language, Words

GOOD, FAIR = 95, 80
NUMBERS = ("number", "units")

HEAD = {
    "number": Words("#", "#"),
    "milestone": Words("Mốc", "Milestone"),
    "occurrence": Words("Kỳ", "Occurrence"),
    "due": Words("Hạn", "Due"),
    "group": Words("Cụm, khối", "Group"),
    "units": Words("Đơn vị", "Units"),
    "plan": Words("Kế hoạch", "Plan"),
}
COUNTS = {
    "expected": Words("Phải nộp", "Expected"),
    "complete": Words("Đủ", "Complete"),
    "late": Words("Muộn", "Late"),
    "overdue": Words("Quá hạn", "Overdue"),
    "waiting": Words("Chờ xét", "Waiting"),
    "completeness": Words("Hoàn thành", "Completeness"),
    "timeliness": Words("Đúng hạn", "On time"),
}
BEFORE = Words("trước ", "before ")
TOTAL = Words("Các mốc đã đến hạn", "Elapsed dates")
UNGROUPED = Words("(ngoài cụm, khối)", "(no group)")
SILENT = Words("đã qua khi phát động", "past at launch")


def plan_table(plans: tuple[Rates, ...], language: Language) -> Table:
    table = _table(("plan",), language)
    for rates in plans:
        name = Text.assemble((rates.plan, "bold"), f" · {rates.title}")
        table.add_row(name, *_cells(rates.tally))
    return table


def milestone_table(rates: Rates, language: Language) -> Table:
    """With the number under which the matrix shows each."""
    occurrence = ("occurrence",) if any(column.label for column in rates.columns) else ()
    table = _table(("number", "milestone", *occurrence, "due"), language)
    for number, column in enumerate(rates.columns, 1):
        label = (Text(column.label),) if occurrence else ()
        counted = _cells(column.tally, rated=column.elapsed)
        name = Text.assemble((column.milestone, "bold"), f" · {column.name}")
        if column.silent:
            name.append(f" ({SILENT.text(language)})", style="dim")
        table.add_row(str(number), name, *label, Text(due(column, language)), *counted)
    table.add_section()
    empty = [""] * (1 + len(occurrence))
    table.add_row("", Text(TOTAL.text(language), style="bold"), *empty, *_cells(rates.tally))
    return table


def group_table(groups: tuple[GroupLine, ...], language: Language) -> Table:
    table = _table(("group", "units"), language)
    for group in groups:
        name = Text.assemble((group.code, "bold"), " · ", group.name)
        shown = name if group.code else Text(UNGROUPED.text(language))
        table.add_row(shown, f"{group.units:,}", *_cells(group.tally))
    return table


def due(column: Column, language: Language) -> str:
    before = "" if column.inclusive else BEFORE.text(language)
    return before + long_date(column.due_on, language)


def tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "expected": tally.expected,
        "received": tally.received,
        "complete": tally.complete,
        "on_time": tally.on_time,
        "on_time_extended": tally.on_time_extended,
        "late": tally.late,
        "overdue": tally.overdue,
        "waiting": tally.waiting,
        "exempt": tally.exempt,
        "completeness": _rounded(tally.completeness),
        "timeliness": _rounded(tally.timeliness),
        "mean_days_late": _rounded(tally.mean_days_late),
        "median_days_late": _rounded(tally.median_days_late),
    }


def rates_json(rates: Rates) -> dict[str, Any]:
    return {
        "plan": rates.plan,
        "number": rates.number,
        "title": rates.title,
        "counted_at": rates.now.astimezone(rates.zone).isoformat(timespec="seconds"),
        "elapsed": tally_json(rates.tally),
        "occurrences": [
            {
                "milestone": column.milestone,
                "name": column.name,
                "occurrence": column.occurrence,
                "label": column.label,
                "due": column.due_on.isoformat(),
                "inclusive": column.inclusive,
                "elapsed": column.elapsed,
                "silent": column.silent,
                **tally_json(column.tally),
            }
            for column in rates.columns
        ],
        "groups": [
            {"group": one.code, "name": one.name, "units": one.units, **tally_json(one.tally)}
            for one in rates.groups
        ],
    }


def _table(names: tuple[str, ...], language: Language) -> Table:
    table = Table(header_style="bold", expand=False, pad_edge=False, show_edge=False)
    for name in names:
        table.add_column(
            HEAD[name].text(language),
            justify="right" if name in NUMBERS else "left",
            overflow="fold",
        )
    for words in COUNTS.values():
        table.add_column(words.text(language), justify="right")
    return table


def _cells(tally: Tally, *, rated: bool = True) -> tuple[Text, ...]:
    """Rates are coloured once they are final; before that they only grow."""
    return (
        Text(f"{tally.expected:,}"),
        Text(f"{tally.complete:,}"),
        _count(tally.late, "yellow"),
        _count(tally.overdue, "bold red"),
        _count(tally.waiting, "cyan"),
        _rate(tally.completeness, rated=rated),
        _rate(tally.timeliness, rated=rated),
    )


def _count(count: int, style: str) -> Text:
    return Text(f"{count:,}", style=style if count else "dim")


def _rate(percent: float | None, *, rated: bool) -> Text:
    if percent is None:
        return Text("–", style="dim")
    style = "green" if percent >= GOOD else "yellow" if percent >= FAIR else "red"
    return Text(f"{percent:.1f}%", style=style if rated else "dim")


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def print_json(ctx: Context, value: object) -> None:
    """One line, whatever the screen's width."""
    ctx.console.out(json.dumps(value, ensure_ascii=False), highlight=False)
