"""What `dondoc check` shows: a plan's mistakes, or its dates."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cli.context import Context
from cli.dates import due_date
from dondoc.plan.due import Dated
from dondoc.plan.hanging import event_behind, rule_words
from dondoc.plan.mistakes import MORE, SHOWN, Mistake
from dondoc.plan.model import Milestone, PlanFile
from dondoc.plan.relative import Per
from dondoc.plan.reminders import reminders
from dondoc.plan.timeline import named_period
from dondoc.words import Language, Words
from schedules.calendar import OfficeCalendar
from schedules.deadline import deadline

FOUND = Words("{name}: {count} lỗi", "{name}: mistakes: {count}")
COLUMNS = (
    Words("dòng", "line"),
    Words("chỗ", "field"),
    Words("sai", "wrong"),
    Words("cách sửa", "what would be right"),
)
DATES = (Words("hạn", "due"), Words("mốc", "milestone"), Words("kỳ", "occurrence"))
UNITS = Words("đơn vị", "units")
NOTES = Words("lưu ý", "note")
WITHIN = Words("trong {period}", "within {period}")
OFF = Words(
    "{day} là {why}: nhắc đến {target}, trễ sau hết {rolled}",
    "{day} is {why}: reminders until {target}, late after {rolled}",
)
WAITING = Words("Chờ sự kiện, chưa có ngày:", "Waiting for an event, without a date yet:")
EACH_UNIT = Words(" (ngày của từng đơn vị)", " (a date for each unit)")
REMINDERS = Words(
    "Còn {count} chỗ phải xem trước khi phát động:", "{count} lines to settle before the launch:"
)
ELAPSED = Words("trước ngày ban hành", "before the date of issue")


class Due(NamedTuple):
    """One line of a good plan's timeline; `units` is None without a list of units."""

    milestone: Milestone
    dated: Dated
    units: int | None


def show_mistakes(ctx: Context, plan_file: Path, mistakes: Sequence[Mistake]) -> None:
    """A table on a screen; elsewhere one line a mistake, as compilers write them."""
    ctx.say(FOUND, name=plan_file, count=len(mistakes))
    if ctx.console.is_terminal:
        ctx.console.print(_mistakes_table(ctx.language, mistakes[:SHOWN]))
    else:
        for mistake in mistakes[:SHOWN]:
            line = f":{mistake.line}" if mistake.line else ""
            typer.echo(f"{plan_file}{line}: {mistake.text(ctx.language)}")
    if len(mistakes) > SHOWN:
        ctx.say(MORE, rest=len(mistakes) - SHOWN)


def _mistakes_table(language: Language, mistakes: Sequence[Mistake]) -> Table:
    table = Table(*(column.text(language) for column in COLUMNS), show_lines=True)
    table.columns[0].justify = "right"
    for one in mistakes:
        said = (one.field, one.wrong.text(language), one.right.text(language))
        table.add_row(str(one.line or ""), *map(escape, said))
    return table


def dates_table(
    language: Language, plan: PlanFile, timeline: list[Due], calendar: OfficeCalendar
) -> Table:
    with_units = timeline[0].units is not None
    columns = (*DATES, UNITS, NOTES) if with_units else (*DATES, NOTES)
    table = Table(*(column.text(language) for column in columns), box=None)
    for column in table.columns[:2]:
        column.no_wrap = True
    for due in timeline:
        cells = [_printed(due.dated, language), due.milestone.code, due.dated.label]
        if with_units:
            cells.append(str(due.units))
        cells.append(_note(due.dated, plan, calendar, language))
        table.add_row(*map(escape, cells))
    return table


def show_waiting(ctx: Context, plan: PlanFile) -> None:
    """The milestones nobody can date before an event is set."""
    found = [(one, event_behind(plan, one)) for one in plan.milestones]
    waiting = [(one, event) for one, event in found if event is not None]
    if not waiting:
        return
    ctx.say(WAITING)
    for milestone, event in waiting:
        words = rule_words(plan, milestone).text(ctx.language)
        each = EACH_UNIT.text(ctx.language) if event.per is Per.UNIT else ""
        ctx.console.print(escape(f" {milestone.code}: {words}{each}"), highlight=False)


def show_reminders(ctx: Context, text: str) -> None:
    """The comments that a draft leaves to a person."""
    found = reminders(text)
    if not found:
        return
    ctx.say(REMINDERS, count=len(found))
    for one in found[:SHOWN]:
        ctx.console.print(Text(f" {one.line}: {one.text}"), soft_wrap=True)
    if len(found) > SHOWN:
        ctx.say(MORE, rest=len(found) - SHOWN)


def _printed(dated: Dated, language: Language) -> str:
    within = named_period(dated.due, dated.granularity, language)
    if within:
        return WITHIN.text(language, period=within)
    return due_date(dated.due, language, inclusive=dated.inclusive)


def _note(dated: Dated, plan: PlanFile, calendar: OfficeCalendar, language: Language) -> str:
    notes = []
    if plan.issued is not None and dated.due < plan.issued:
        notes.append(ELAPSED.text(language))
    real = deadline(dated.due, inclusive=dated.inclusive, calendar=calendar, zone=plan.zone)
    why = calendar.why_off(real.last_on)
    if why is not None:
        days = {
            "day": f"{real.last_on:%d/%m}",
            "target": f"{real.target_on:%d/%m}",
            "rolled": f"{real.rolled_on:%d/%m}",
        }
        notes.append(OFF.text(language, why=why.text(language), **days))
    return "; ".join(notes)
