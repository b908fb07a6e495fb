"""What the official should decide: found and said, never corrected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from rapidfuzz import fuzz

from documents.reading.folding import fold
from documents.reading.grammar import phrases_in
from documents.reading.outline import Block
from documents.reading.result import Found, Oddity
from documents.reading.setting import Setting, year_named
from dondoc.words import Words

DISTRICTS_END = date(2025, 7, 1)
"""From this day there is no district level (Luật 72/2025/QH15)."""


def before_issue(found: Found, setting: Setting) -> Words | None:
    day = _day(found)
    if day is None or setting.issued is None or day >= setting.issued:
        return None
    return Words(
        f"hạn {day:%d/%m/%Y} trước ngày ban hành {setting.issued:%d/%m/%Y}",
        f"due {day} before the date of issue {setting.issued}",
    )


def day_off(found: Found, setting: Setting) -> Words | None:
    day = _day(found)
    why = setting.day_off(day) if day is not None and found.granularity == "day" else None
    if day is None or why is None:
        return None
    return Words(f"hạn {day:%d/%m/%Y} là {why.vi}", f"due on {day}, {why.en}")


def year_astray(found: Found, setting: Setting) -> Words | None:
    """The date, or the year its report is about, lies outside the plan's years."""
    day = _day(found)
    if day is None or setting.years is None:
        return None
    first, last = setting.years
    if not first <= day.year <= last + 1:
        return Words(
            f"hạn năm {day.year} ngoài thời kỳ của kế hoạch",
            f"due in {day.year}, outside the plan's years",
        )
    named = year_named(fold(found.reading or found.quote), None)
    if named is not None and named < first and day.year == first:
        return Words(
            f"nói về năm {named} mà kế hoạch là của năm {first}",
            f"speaks of {named} while the plan is for {first}",
        )
    return None


def start_without_year(found: Found, _: Setting) -> Words | None:
    if not isinstance(found.window_start, str) or found.granularity != "day":
        return None
    start = date.fromisoformat(found.window_start)
    if re.search(
        rf"{start.day:02d}?\s?/\s?{start.month}\s?/\s?{start.year}|nam {start.year}",
        fold(found.reading or found.quote),
    ):
        return None
    phrases = [
        p for p in phrases_in(fold(found.reading or found.quote)) if p.time.start is not None
    ]
    if not any(p.time.start is not None and p.time.start.year is None for p in phrases):
        return None
    return Words(
        f"ngày bắt đầu không ghi năm; hiểu là {start:%d/%m/%Y}",
        f"the first day names no year; taken as {start}",
    )


def year_inferred(found: Found, _: Setting) -> Words | None:
    if not found.year_inferred:
        return None
    return Words(
        f"ngày không ghi năm; hiểu là {found.due}", f"the date names no year; taken as {found.due}"
    )


_DISTRICT = re.compile(r"(?<!\w)(?:quận|huyện|thị xã|thị trấn)(?!\w)", re.I)


def district_gone(found: Found, _: Setting) -> Words | None:
    day = _day(found)
    said = f"{found.responsible or ''} ; {found.recipient or ''}"
    if day is None or day < DISTRICTS_END or not _DISTRICT.search(said):
        return None
    return Words(
        "nêu đơn vị cấp huyện hoặc thị trấn, đã thôi hoạt động từ 01/7/2025",
        "names a district or township, which ceased on 2025-07-01",
    )


CHECKS: tuple[Callable[[Found, Setting], Words | None], ...] = (
    before_issue, day_off, year_astray, start_without_year, year_inferred, district_gone,
)  # fmt: skip


def doubted(found: Found, setting: Setting) -> Found:
    doubts = tuple(doubt for check in CHECKS if (doubt := check(found, setting)) is not None)
    return replace(found, doubts=doubts)


def oddities(found: list[Found], setting: Setting, blocks: tuple[Block, ...]) -> tuple[Oddity, ...]:
    """Each milestone's doubts, one thing with two dates, and a missing date of issue."""
    said = [
        Oddity(line=one.line, why=doubt, quote=one.quote) for one in found for doubt in one.doubts
    ]
    said += _two_dates(found)
    if setting.issued is None and blocks:
        words = Words("văn bản không có ngày ban hành", "the paper has no date of issue")
        said.insert(0, Oddity(line=blocks[0].line, why=words, quote=""))
    return tuple(said)


def _two_dates(found: list[Found]) -> Iterator[Oddity]:
    dated = [(one, fold(one.what), day) for one in found if (day := _day(one)) is not None]
    for i, (one, what, day) in enumerate(dated):
        for other, other_what, other_day in dated[i + 1 : i + 40]:
            if day != other_day and one.kind == other.kind and fuzz.ratio(what, other_what) >= 97:
                why = Words(
                    f"cùng một việc có hai hạn: {day:%d/%m/%Y} (dòng {one.line}) và {other_day:%d/%m/%Y}",
                    f"one thing with two dates: {day} (line {one.line}) and {other_day}",
                )
                yield Oddity(line=other.line, why=why, quote=other.quote)


def _day(found: Found) -> date | None:
    return date.fromisoformat(found.due) if isinstance(found.due, str) else None
