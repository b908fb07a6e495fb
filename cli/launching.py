"""`dondoc launch`, `dondoc calendar`."""

from contextlib import closing
from datetime import timedelta
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.context import Context, context
from cli.dates import due_date, long_date
from cli.plan_tables import show_reminders
from dondoc.plan.source import read_source
from dondoc.queries import plan_by_code
from dondoc.store import FileStore
from dondoc.templates import take_templates
from dondoc.words import Language, Words
from schedules.calendar import OfficeCalendar
from schedules.launch import Launched, launch
from schedules.overrides import open_calendar

ALREADY = Words(
    "Kế hoạch {plan} đã được phát động trước đó; không có gì thay đổi.",
    "Plan {plan} had been launched before; nothing changed.",
)
DONE = Words(
    "Đã phát động {plan}: {obligations} đầu việc, {notices} lần nhắc.",
    "Launched {plan}: {obligations} obligations, {notices} planned notices.",
)
DRY = Words(
    "Chạy thử, chưa ghi gì: {plan} sẽ có {obligations} đầu việc, {notices} lần nhắc.",
    "Dry run, nothing written: {plan} would have {obligations} obligations, {notices} notices.",
)
NO_CONTACT = Words(
    "Đơn vị chưa có địa chỉ người nhận: {codes}", "Units without a contact address: {codes}"
)
ESTIMATES = Words(
    "Lịch nghỉ năm {years} là dự kiến: Thủ tướng chưa quyết định. Kiểm tra lại bằng "
    "`dondoc calendar` và sửa bằng DONDOC_CALENDAR_FILE.",
    "The holidays of {years} are estimates, not yet decreed. Check with `dondoc calendar`, "
    "correct with DONDOC_CALENDAR_FILE.",
)
WAITS = Words("chờ sự kiện", "waits for an event")
NOBODY = Words("không đơn vị nào phải nộp!", "nobody owes it!")
PAST = Words("đã qua: chỉ thu, không nhắc", "past: collected, never pressed")


def launch_command(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.yaml")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="chỉ xem · show, write nothing")
    ] = False,
) -> None:
    """Phát động kế hoạch · Launch a plan: obligations and every planned notice."""
    ctx = context()
    source = read_source(plan_file)
    plan = source.plan
    store = FileStore(ctx.settings.data / "files")
    with closing(ctx.database()) as database:
        columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(plan.code, total=None)
            with database.writing() as session:
                launched = launch(
                    session,
                    plan,
                    source=source.text,
                    hours=ctx.hours(),
                    now=ctx.now(),
                    actor=getuser(),
                    progress=lambda name, count: bar.update(task, description=f"{name} ({count})"),
                )
                if not launched.already:
                    row = plan_by_code(session, plan.code)
                    take_templates(session, store, row, source, plan_file.parent)
                if dry_run:
                    session.rollback()
    show_launched(ctx, launched, dry_run=dry_run)
    if dry_run:
        show_reminders(ctx, source.text)


def show_launched(ctx: Context, launched: Launched, *, dry_run: bool) -> None:
    if launched.already:
        ctx.say(ALREADY, plan=launched.plan)
        return
    words = DRY if dry_run else DONE
    ctx.say(words, plan=launched.plan, obligations=launched.obligations, notices=launched.notices)
    ctx.console.print(_milestones(launched, ctx.language))
    if dry_run:
        ctx.console.print(_days(launched, ctx.language))
    if launched.without_contact:
        ctx.say(NO_CONTACT, codes=", ".join(launched.without_contact))
    if launched.estimated_years:
        ctx.say(ESTIMATES, years=", ".join(map(str, launched.estimated_years)))


def _milestones(launched: Launched, language: Language) -> Table:
    heads = Words("Mốc|Kỳ|Hạn|Đơn vị|Lưu ý", "Milestone|Occurrence|Due|Units|Note")
    table = _table(heads, language)
    for item in sorted(launched.milestones, key=lambda one: one.deadline.due_on):
        due = item.deadline
        notes = []
        if item.why_off is not None:
            notes.append(f"{item.why_off.text(language)} → {due.rolled_on:%d/%m}")
        notes += [PAST.text(language)] if item.silent else []
        notes += [] if item.units else [NOBODY.text(language)]
        table.add_row(
            item.name,
            item.occurrence,
            due_date(due.due_on, language, inclusive=due.inclusive),
            str(item.units),
            "; ".join(notes),
        )
    for one in launched.waiting:
        rule = one.rule.text(language)
        table.add_row(one.name, "", WAITS.text(language), str(one.units), rule)
    return table


def _days(launched: Launched, language: Language) -> Table:
    table = _table(Words("Ngày|Lần nhắc", "Day|Notices"), language)
    for day in sorted(day for day, count in launched.days.items() if count):
        table.add_row(long_date(day, language), str(launched.days[day]))
    return table


def _table(heads: Words, language: Language) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for head in heads.text(language).split("|"):
        table.add_column(head, overflow="fold")
    return table


def calendar_command(
    year: Annotated[int, typer.Argument(metavar="YEAR", min=1990, max=2100)],
) -> None:
    """Lịch nghỉ và ngày làm bù của năm · Days off and swapped working days of a year."""
    ctx = context()
    calendar = open_calendar(ctx.settings)
    days = calendar.year(year)
    heads = Words("Ngày|Nghỉ / làm việc|Tên", "Day|Off / worked|Name")
    table = _table(heads, ctx.language)
    off, worked = (
        Words("nghỉ", "off").text(ctx.language),
        Words("làm việc", "worked").text(ctx.language),
    )
    marked = [(day, off, name) for day, name in days.off.items()]
    marked += [(day, worked, name) for day, name in days.worked.items()]
    for day, mark, name in sorted(marked):
        table.add_row(long_date(day, ctx.language), mark, name)
    ctx.console.print(table)
    words = Words("{count} ngày làm việc.", "{count} working days.")
    ctx.say(words, count=_working_days(calendar, year))
    if calendar.is_estimate(year):
        ctx.say(ESTIMATES, years=year)


def _working_days(calendar: OfficeCalendar, year: int) -> int:
    last = max(calendar.year(year).off).replace(month=12, day=31)
    first = last.replace(month=1, day=1)
    return calendar.working_days_between(first - timedelta(days=1), last)
