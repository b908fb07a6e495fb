"""What `dondoc clone` shows: every date beside the one it comes from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.dates import WEEKDAYS
from dondoc.plan.due import Dated
from dondoc.plan.timeline import as_printed, named_period
from dondoc.words import Language, Words
from schedules.next_year import Change, Clash, NextYear

HEAD = (
    Words("Mốc", "Milestone"),
    Words("Kỳ", "Occurrence"),
    Words("Hạn cũ", "Old"),
    Words("Hạn mới", "New"),
    Words("Thứ", "Weekday"),
    Words("Vướng ngày nghỉ", "Day off"),
    Words("Ngày làm việc trước · sau", "Working day before · after"),
)
DATES = HEAD[2:4]
DAY = len("31/12/2025")
CODE = 14
"""of a milestone: at least so much of it beside the others"""
LAST = Words("{day} là {why}", "{day} is {why}")
ESTIMATED = Words(" (dự kiến)", " (estimate)")


def next_year_table(made: NextYear, language: Language) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for number, head in enumerate(HEAD):
        least = DAY if head in DATES else CODE if number == 0 else None
        table.add_column(head.text(language), overflow="fold", min_width=least)
    for change in made.changes:
        table.add_row(*(Text(cell) for cell in _row(change, language)))
    return table


def _row(change: Change, language: Language) -> tuple[str, ...]:
    old = "" if change.old is None else _day(change.old, language)
    if change.new is None:
        return (change.milestone, "", old, change.rule.text(language), "", "", "")
    return (
        change.milestone,
        change.new.label,
        old,
        _day(change.new, language),
        WEEKDAYS[language][change.new.due.weekday()],
        *_clash(change.clash, language),
    )


def _clash(clash: Clash | None, language: Language) -> tuple[str, str]:
    if clash is None:
        return "", ""
    why = LAST.text(language, day=f"{clash.on:%d/%m}", why=clash.why.text(language))
    estimated = ESTIMATED.text(language) if clash.estimated else ""
    return why + estimated, f"{_short(clash.before, language)} · {_short(clash.after, language)}"


def _day(dated: Dated, language: Language) -> str:
    within = named_period(dated.due, dated.granularity, language)
    if within:
        return within
    return as_printed(f"{dated.due:%d/%m/%Y}", language, inclusive=dated.inclusive)


def _short(day: date, language: Language) -> str:
    return f"{WEEKDAYS[language][day.weekday()]} {day:%d/%m}"


def next_year_json(
    made: NextYear, heads: Sequence[tuple[str, int]], language: Language
) -> dict[str, Any]:
    return {
        "code": made.draft.plan.code,
        "year": made.year,
        "dates": [_change(change, language) for change in made.changes],
        "to_settle": [words.text(language) for words in made.notes],
        "estimated_years": list(made.estimated),
        "groups_without_head": [{"group": code, "year": year} for code, year in heads],
        "draft": made.draft.text,
    }


def _change(change: Change, language: Language) -> dict[str, Any]:
    old, new, clash = change.old, change.new, change.clash
    return {
        "milestone": change.milestone,
        "occurrence": new and new.key,
        "old": old and old.due.isoformat(),
        "new": new and new.due.isoformat(),
        "inclusive": new and new.inclusive,
        "weekday": new and new.due.isoweekday(),
        "waits": change.rule.text(language) if new is None else None,
        "clash": clash
        and {
            "on": clash.on.isoformat(),
            "why": clash.why.text(language),
            "before": clash.before.isoformat(),
            "after": clash.after.isoformat(),
            "estimated": clash.estimated,
        },
    }
