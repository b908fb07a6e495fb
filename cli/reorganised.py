"""Unit changes on the screen: what is open, and what becomes of it."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.context import Context
from cli.dates import due_date, long_date
from dondoc.explaining import ACTIONS, OBLIGATIONS
from dondoc.tables import UnitChange
from dondoc.words import Language, Words
from schedules.reorganising.drawing import Drawn, Open, Outcome
from schedules.reorganising.reorganise import Preview
from schedules.reorganising.structure import Structure

HEAD = (
    Words("Việc còn dở", "Open"),
    Words("Tên", "Name"),
    Words("Hạn", "Due"),
    Words("Tình trạng", "State"),
    Words("Tính cho", "Counts for"),
    Words("Xử lý", "What becomes of it"),
)
CHANGES = (
    Words("Số", "No."),
    Words("Ngày", "From"),
    Words("Thay đổi", "Change"),
    Words("Đơn vị", "Units"),
    Words("Kế thừa", "Successors"),
    Words("Căn cứ", "Reason"),
    Words("Tình trạng", "State"),
    Words("Còn dở", "Open"),
)
OUTCOMES = {
    Outcome.MOVED: Words("chuyển cho {to}", "goes to {to}"),
    Outcome.MERGED: Words("gộp vào một việc của {to}", "is owed once by {to}"),
    Outcome.CLOSED: Words("đóng{why}", "is closed{why}"),
}
UNDECIDED = Words("CHƯA CHỌN", "NOT DECIDED")
ENDED_UNIT, SUCCESSOR = Words("đơn vị cũ", "the old unit"), Words("đơn vị mới", "the new unit")
NOBODY = Words("không ai", "nobody")
ENDING = Words("Kết thúc: {units}, hết ngày {until}", "End: {units}, with {until}")
NOTHING_OPEN = Words("Không có việc nào còn dở.", "Nothing is open.")
KEPT = Words(
    "{n} đầu việc đã nộp hoặc đã xong giữ nguyên với đơn vị cũ.",
    "Handed in or done, and staying with the old unit: {n}.",
)
CANCELLED = Words(
    "{n} lần nhắc của đơn vị cũ sẽ hủy; nhắc lại theo đơn vị nhận.",
    "{n} notices of the old unit are cancelled; whoever takes over is reminded.",
)
TOLD = Words("Sẽ nhận thư: {units}", "Will get a letter: {units}")
PARENT = Words("{unit}: trực thuộc {before} → {parent}", "{unit}: under {before} → {parent}")
GROUP = Words("{unit} vào {group}", "{unit} joins {group}")
HEADED = Words(
    "Trưởng {group} năm {year}: {before} → {head}", "Head of {group} in {year}: {before} → {head}"
)
HEADLESS = Words(
    "Trưởng {group} năm {year}: {before} → CHƯA CÓ, hãy nêu trong danh sách đơn vị",
    "Head of {group} in {year}: {before} → NOBODY, name one in the list of units",
)
WAITS, APPLIED = Words("chờ đến ngày", "waits for its day"), Words("đã thực hiện", "carried out")
NONE_YET = Words("Chưa có thay đổi đơn vị nào.", "No unit has changed.")


def show_preview(ctx: Context, seen: Preview) -> None:
    if seen.ending:
        until = long_date(seen.until, ctx.language)
        ctx.say(ENDING, units=", ".join(seen.ending), until=until)
    if seen.ending or seen.open:
        show_open(ctx, seen.open)
    if seen.kept:
        ctx.say(KEPT, n=seen.kept)
    if seen.notices:
        ctx.say(CANCELLED, n=seen.notices)
    if seen.told:
        ctx.say(TOLD, units=", ".join(seen.told))
    _show_structure(ctx, seen.structure)


def show_open(ctx: Context, found: Sequence[Open]) -> None:
    if not found:
        ctx.say(NOTHING_OPEN)
        return
    table = _table(ctx, HEAD)
    for one in found:
        plan, milestone, occurrence, unit = one.owed
        name = f"{one.name} – {one.label}" if one.label else one.name
        table.add_row(
            Text(f"{plan}/{milestone}/{occurrence}@{unit}"),
            Text(name),
            due_date(one.due_on, ctx.language, inclusive=one.inclusive),
            OBLIGATIONS[one.state].text(ctx.language),
            _counts(one).text(ctx.language),
            _becomes(one, ctx.language),
        )
    ctx.console.print(table)


def show_changes(ctx: Context, found: Sequence[tuple[UnitChange, Drawn]]) -> None:
    if not found:
        ctx.say(NONE_YET)
        return
    table = _table(ctx, CHANGES)
    for change, drawn in found:
        units, into = sides(change)
        table.add_row(
            str(change.id),
            long_date(change.on, ctx.language),
            ACTIONS[f"unit_{change.kind}"].text(ctx.language),
            Text(", ".join(units)),
            Text(", ".join(into) or change.name or "–"),
            Text(change.reason),
            (WAITS if change.waits else APPLIED).text(ctx.language),
            Text(str(len(drawn.lines)), "bold red" if drawn.lines and not change.waits else ""),
        )
    ctx.console.print(table)


def preview_json(seen: Preview, number: int | None) -> dict[str, Any]:
    asked = seen.asked
    return {
        "change": number,
        "kind": asked.kind.value,
        "on": asked.on.isoformat(),
        "units": list(asked.units),
        "into": list(asked.into),
        "name": asked.name,
        "ending": list(seen.ending),
        "open": [_open_json(one) for one in seen.open],
        "kept": seen.kept,
        "notices": seen.notices,
        "told": list(seen.told),
        "parents": [one._asdict() for one in seen.structure.parents],
        "groups": [one._asdict() for one in seen.structure.groups],
        "heads": [one._asdict() for one in seen.structure.heads],
        "waits": seen.waits,
    }


def change_json(change: UnitChange, drawn: Drawn) -> dict[str, Any]:
    units, into = sides(change)
    return {
        "change": change.id,
        "kind": change.kind.value,
        "on": change.on.isoformat(),
        "units": units,
        "into": into,
        "name": change.name,
        "reason": change.reason,
        "by": change.decided_by,
        "waits": change.waits,
        "open": [_open_json(line.shown) for line in drawn.lines],
    }


def _open_json(one: Open) -> dict[str, Any]:
    return {
        **one.owed._asdict(),
        "name": one.name,
        "due": one.due_on.isoformat(),
        "state": one.state.value,
        "frozen": one.frozen,
        "outcome": one.outcome and one.outcome.value,
        "to": list(one.to),
        "reason": one.reason,
        "blocked": one.blocked and one.blocked.en,
    }


def _counts(one: Open) -> Words:
    if one.frozen:
        return ENDED_UNIT
    return NOBODY if one.outcome is Outcome.CLOSED else SUCCESSOR


def _becomes(one: Open, language: Language) -> Text:
    if one.outcome is None:
        why = f" – {one.blocked.text(language)}" if one.blocked else ""
        return Text(UNDECIDED.text(language) + why, "bold red")
    why = f": {one.reason}" if one.reason else ""
    return Text(OUTCOMES[one.outcome].text(language, to=", ".join(one.to), why=why))


def _show_structure(ctx: Context, found: Structure) -> None:
    for unit, before, parent in found.parents:
        ctx.say(PARENT, unit=unit, before=before, parent=parent or "–")
    for unit, group in found.groups:
        ctx.say(GROUP, unit=unit, group=group)
    for group, year, before, head in found.heads:
        words = HEADED if head else HEADLESS
        ctx.say(words, group=group, year=year, before=before, head=head)


def sides(change: UnitChange) -> tuple[list[str], list[str]]:
    units = dict.fromkeys(one.predecessor.code for one in change.successions)
    into = dict.fromkeys(one.successor.code for one in change.successions if one.successor)
    return list(units), list(into)


def _table(ctx: Context, titles: Sequence[Words]) -> Table:
    table = Table(header_style="bold", show_edge=False, pad_edge=False)
    for title in titles:
        table.add_column(title.text(ctx.language), overflow="fold")
    return table
