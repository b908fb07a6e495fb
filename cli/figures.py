"""Rates and counts on the screen and as JSON."""

import json
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cli.context import Context
from dondoc.plan.timeline import as_printed
from dondoc.standing import Column, GroupLine, Rates
from dondoc.tally import Tally
from dondoc.words import Language, Words

GOOD, FAIR = 95, 80
NUMBERS = ("number", "units")
NAMES = ("milestone", "plan", "group")
WIDE = 110
NARROW = ("expected", "complete", "overdue", "completeness", "timeliness")

HEAD = {
    "number": Words("#", "#"),
    "milestone": Words("Mốc", "Milestone"),
    "due": Words("Hạn", "Due"),
    "group": Words("Cụm, khối", "Group"),
    "units": Words("Đơn vị", "Units"),
    "plan": Words("Kế hoạch", "Plan"),
}
COUNTS = {
    "expected": Words("Phải nộp", "Expected"),
    "complete": Words("Đủ", "Complete"),
    "incomplete": Words("Thiếu", "Incomplete"),
    "extended": Words("Gia hạn", "Extended"),
    "late": Words("Muộn", "Late"),
    "overdue": Words("Quá hạn", "Overdue"),
    "waiting": Words("Chờ xét", "Waiting"),
    "completeness": Words("Hoàn thành", "Done %"),
    "timeliness": Words("Đúng hạn", "On time %"),
}
SHORT = COUNTS | {
    "expected": Words("Phải nộp", "Owed"),
    "complete": Words("Đủ", "Done"),
    "overdue": Words("Quá hạn", "Over- due"),
    "timeliness": Words("Đúng hạn", "On time %"),
}
TOTAL = Words("Các mốc đã đến hạn", "Elapsed dates")
UNGROUPED = Words("(ngoài cụm, khối)", "(no group)")
SILENT = Words("đã qua khi phát động", "past at launch")


def plan_table(plans: tuple[Rates, ...], language: Language, width: int) -> Table:
    shown = _shown(width)
    table = _table(("plan",), shown, language)
    for rates in plans:
        table.add_row(_named(rates.plan, rates.title, width), *_cells(rates.tally, shown))
    return table


def milestone_table(rates: Rates, language: Language, width: int) -> Table:
    """With the number under which the matrix shows each."""
    shown = _shown(width)
    table = _table(("number", "milestone", "due"), shown, language)
    for number, column in enumerate(rates.columns, 1):
        name = _named(f"{column.milestone} {column.label}".rstrip(), column.name, width)
        if column.silent:
            name = Text.assemble(f"({SILENT.text(language)}) ", name, style="dim")
        day = due(column, language)
        day = day if width >= WIDE else day.replace(" ", "\n")
        counted = _cells(column.tally, shown, final=column.counts)
        table.add_row(str(number), name, Text(day), *counted)
    table.add_section()
    total = Text(TOTAL.text(language), style="bold")
    table.add_row("", total, "", *_cells(rates.tally, shown))
    return table


def group_table(groups: tuple[GroupLine, ...], language: Language, width: int) -> Table:
    shown = _shown(width)
    table = _table(("group", "units"), shown, language)
    for group in groups:
        name = _named(group.code, group.name, width)
        name = name if group.code else Text(UNGROUPED.text(language))
        table.add_row(name, f"{group.units:,}", *_cells(group.tally, shown))
    return table


def _named(code: str, name: str, width: int) -> Text:
    """In one line, cut short, or in as many as it takes where a line is short."""
    return Text.assemble((code, "bold"), " · " if width >= WIDE else "\n", name)


def due(column: Column, language: Language) -> str:
    return as_printed(f"{column.due_on:%d/%m/%Y}", language, inclusive=column.inclusive)


def tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "expected": tally.expected,
        "received": tally.received,
        "complete": tally.complete,
        "incomplete": tally.incomplete,
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


def _shown(width: int) -> tuple[str, ...]:
    """Which figures fit beside a name one can still read."""
    return tuple(COUNTS) if width >= WIDE else NARROW


def _table(names: tuple[str, ...], shown: tuple[str, ...], language: Language) -> Table:
    wide = shown != NARROW
    table = Table(
        box=SIMPLE_HEAD,
        header_style="bold",
        expand=True,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for name in names:
        table.add_column(
            HEAD[name].text(language),
            justify="right" if name in NUMBERS else "left",
            ratio=1 if name in NAMES else None,
            overflow="ellipsis" if wide else "fold",
            no_wrap=wide or name not in NAMES,
        )
    for name in shown:
        said = (COUNTS if wide else SHORT)[name]
        table.add_column(said.text(language).replace(" ", "\n"), justify="right", no_wrap=True)
    return table


def _cells(tally: Tally, shown: tuple[str, ...], *, final: bool = True) -> list[Text]:
    """Rates are coloured once they are final; before that they only grow."""
    cells = {
        "expected": Text(f"{tally.expected:,}"),
        "complete": Text(f"{tally.complete:,}"),
        "incomplete": _count(tally.incomplete, "cyan"),
        "extended": _count(tally.on_time_extended, ""),
        "late": _count(tally.late, "yellow"),
        "overdue": _count(tally.overdue, "bold red"),
        "waiting": _count(tally.waiting, "cyan"),
        "completeness": _rate(tally.completeness, final=final),
        "timeliness": _rate(tally.timeliness, final=final),
    }
    return [cells[name] for name in shown]


def _count(count: int, style: str) -> Text:
    return Text(f"{count:,}", style=style if count else "dim")


def _rate(percent: float | None, *, final: bool) -> Text:
    if percent is None or not (final or percent):
        return Text("–", style="dim")
    style = "green" if percent >= GOOD else "yellow" if percent >= FAIR else "red"
    return Text(f"{percent:.1f}%", style=style if final else "dim")


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def print_json(ctx: Context, value: object) -> None:
    """One line, whatever the screen's width."""
    ctx.console.out(json.dumps(value, ensure_ascii=False), highlight=False)
