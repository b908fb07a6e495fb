"""What an amendment does, as tables and as JSON."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.context import Context
from cli.dates import due_date, long_date
from cli.differences import differences_json
from dondoc.words import Language, Words
from schedules.amending.impact import Impact, Moved, Owed, Printed, Told, Which

SHOWN = 12
DATES = Words(
    "Mốc|Kỳ|Hạn cũ|Hạn mới|Đơn vị|Lưu ý", "Milestone|Occurrence|Was due|Is due|Units|Note"
)
DAYS = Words("Ngày|Hủy|Lập", "Day|Cancelled|Planned")
LETTERS = Words("Mốc|Kỳ|Thư nói gì|Đơn vị", "Milestone|Occurrence|What it says|Units")
NEW, GONE = Words("mới", "new"), Words("bỏ", "dropped")
JOIN, LEAVE = Words("thêm: {units}", "added: {units}"), Words("bớt: {units}", "left out: {units}")
EXTENDED = Words("{n} gia hạn riêng dài hơn, giữ nguyên", "{n} extended beyond it, kept")
OVERTAKEN = Words("{n} gia hạn riêng nay theo hạn mới", "{n} extensions overtaken")
REOPENED = Words("không còn quá hạn", "no longer late")
SILENT = Words("đã qua: chỉ thu, không nhắc", "past: collected, never pressed")
STAYS = Words(
    "{milestone}{label}: {n} đơn vị đã nộp, giữ nguyên.",
    "{milestone}{label}: {n} units handed in, and stay as they are.",
)
NOTICES = Words(
    "Lần nhắc: hủy {cancelled}, lập {armed}.", "Notices: {cancelled} cancelled, {armed} planned."
)
READERS = Words("{n} người sẽ nhận thư:", "{n} people will get a letter:")
NOBODY = Words("Không ai nhận thư.", "Nobody gets a letter.")
UNREACHED = Words("Chưa có địa chỉ để báo: {codes}", "Without an address to tell: {codes}")
ATTENTION = Words("CHÚ Ý: {what}", "ATTENTION: {what}")


def show_impact(ctx: Context, impact: Impact) -> None:
    for words in impact.undone:
        said = ATTENTION.text(ctx.language, what=words.text(ctx.language))
        ctx.console.print(Text(said, style="bold yellow"))
    if impact.moved or impact.added or impact.dropped:
        ctx.console.print(_dates(impact, ctx.language))
    for one in impact.stays:
        label = f" · {one.which.label}" if one.which.label else ""
        ctx.say(STAYS, milestone=one.which.milestone, label=label, n=one.units)
    cancelled, armed = impact.cancelled.total(), impact.armed.total()
    ctx.say(NOTICES, cancelled=cancelled, armed=armed)
    if cancelled or armed:
        ctx.console.print(_days(impact, ctx.language))
    ctx.say(READERS if impact.readers else NOBODY, n=impact.readers)
    if impact.told:
        ctx.console.print(_letters(impact.told, ctx.language))
    if impact.unreached:
        ctx.say(UNREACHED, codes=listed(impact.unreached))


def impact_json(impact: Impact, language: Language) -> dict[str, Any]:
    return {
        "plan": impact.plan,
        "version": impact.version,
        "differences": differences_json(impact.differences, language),
        "undone": [words.text(language) for words in impact.undone],
        "moved": [_moved_json(one) for one in impact.moved],
        "added": [_owed_json(one) for one in impact.added],
        "dropped": [_owed_json(one) for one in impact.dropped],
        "stays": [{**_which_json(one.which), "units": one.units} for one in impact.stays],
        "cancelled": _counts(impact.cancelled.items()),
        "planned": _counts(impact.armed.items()),
        "told": [
            {**_which_json(one.which), "what": one.what.text(language), "units": list(one.units)}
            for one in impact.told
        ],
        "readers": impact.readers,
        "unreached": list(impact.unreached),
    }


def listed(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:SHOWN])
    return shown if len(codes) <= SHOWN else f"{shown}, … ({len(codes)})"


def _dates(impact: Impact, language: Language) -> Table:
    table = _table(DATES, language)
    for moved in impact.moved:
        last = Printed(due_on=moved.after.due_on, last_on=moved.after.last_on)
        days = _printed(moved.before, language), _printed(last, language)
        table.add_row(*_place(moved.which), *days, str(moved.units), _note(moved, language))
    for one in impact.dropped:
        gone = GONE.text(language) if one.whole else _printed(one.due, language)
        note = "" if one.whole else LEAVE.text(language, units=listed(one.units))
        days = _printed(one.due, language), gone
        table.add_row(*_place(one.which), *days, f"-{len(one.units)}", note)
    for one in impact.added:
        fresh = NEW.text(language) if one.whole else _printed(one.due, language)
        days = fresh, _printed(one.due, language)
        table.add_row(*_place(one.which), *days, f"+{len(one.units)}", _joined(one, language))
    return table


def _note(moved: Moved, language: Language) -> str:
    notes = [REOPENED.text(language)] if moved.reopened else []
    notes += [EXTENDED.text(language, n=moved.extended)] if moved.extended else []
    notes += [OVERTAKEN.text(language, n=moved.overtaken)] if moved.overtaken else []
    return "; ".join(notes)


def _joined(one: Owed, language: Language) -> str:
    if one.silent:
        return SILENT.text(language)
    return "" if one.whole else JOIN.text(language, units=listed(one.units))


def _days(impact: Impact, language: Language) -> Table:
    table = _table(DAYS, language)
    for day in sorted({*+impact.cancelled, *+impact.armed}):
        counts = impact.cancelled[day], impact.armed[day]
        table.add_row(long_date(day, language), *(str(n or "") for n in counts))
    return table


def _letters(told: Iterable[Told], language: Language) -> Table:
    table = _table(LETTERS, language)
    for one in told:
        units = f"{len(one.units)}: {listed(one.units)}"
        table.add_row(*_place(one.which), Text(one.what.text(language)), Text(units))
    return table


def _place(which: Which) -> tuple[Text, Text]:
    return Text(which.milestone), Text(which.label)


def _printed(due: Printed, language: Language) -> str:
    return due_date(due.due_on, language, inclusive=due.inclusive)


def _table(heads: Words, language: Language) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for head in heads.text(language).split("|"):
        table.add_column(head, overflow="fold")
    return table


def _which_json(which: Which) -> dict[str, str]:
    return {"milestone": which.milestone, "occurrence": which.label}


def _moved_json(one: Moved) -> dict[str, Any]:
    return {
        **_which_json(one.which),
        "before": one.before.due_on.isoformat(),
        "after": one.after.due_on.isoformat(),
        "inclusive": one.after.inclusive,
        "units": one.units,
        "extended": one.extended,
        "overtaken": one.overtaken,
        "reopened": one.reopened,
    }


def _owed_json(one: Owed) -> dict[str, Any]:
    return {
        **_which_json(one.which),
        "due": one.due.due_on.isoformat(),
        "units": list(one.units),
        "whole": one.whole,
        "silent": one.silent,
    }


def _counts(days: Iterable[tuple[date, int]]) -> dict[str, int]:
    return {day.isoformat(): count for day, count in sorted(days) if count}
