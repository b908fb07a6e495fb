"""A date phrase becomes a date or a rule: its year, its recurrence, its window."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from documents.reading.dating import Dated
from documents.reading.grammar import phrases_in
from documents.reading.result import Due
from documents.reading.setting import Setting, every_in, is_yearly, later_year, year_named
from documents.reading.times import Time
from dondoc.words import Words

NO_MONTH = Words("không rõ tháng nào, không lặp lại", "names no month and no recurrence")
NO_YEAR = Words("không rõ năm nào", "names no year, and neither does the paper")
NO_SUCH_DAY = Words("ngày không có thật", "a day that does not exist")


@dataclass(frozen=True, kw_only=True)
class Resolved:
    due: Due
    window_start: str | list[int] | None = None
    granularity: str = "day"
    inferred: bool = False

    def is_past(self, setting: Setting) -> bool:
        if not isinstance(self.due, str):
            return False
        first = (
            setting.issued.year if setting.issued else setting.years[0] if setting.years else None
        )
        return first is not None and date.fromisoformat(self.due).year < first - 1


def resolve(dated: Dated, setting: Setting) -> Resolved | Words:
    """The year, the recurrence, the window's first day."""
    phrase, time = dated.phrase, dated.phrase.time
    context = _context(dated)
    if time.rule is not None:
        return _ruled(dated, context, setting)
    inclusive_period = phrase.lead is None or phrase.lead.name in {
        "during",
        "planned",
        "time named",
    }
    if time.yearly or (time.needs_year and _repeats(dated, context, setting)):
        start = time.start
        return Resolved(
            due=time.as_rule(), granularity=time.granularity,
            window_start=[start.month, start.day] if start and start.month and start.day else None,
        )  # fmt: skip
    year = time.year if time.year is not None else _year(dated, setting)
    if year is None:
        return NO_YEAR
    try:
        return _placed(time, year, inferred=time.year is None, whole=inclusive_period)
    except ValueError:
        return NO_SUCH_DAY


def _ruled(dated: Dated, context: str, setting: Setting) -> Resolved | Words:
    """A recurrence or relative period; a bare day belongs to the month above or the recurrence beside it."""
    phrase = dated.phrase
    rule = dict(phrase.time.rule or {})
    if list(rule) != ["day"]:
        return Resolved(due=_in_its_words(rule, dated))
    month = _month_above(dated)
    if month is not None:
        return resolve(replace(dated, phrase=phrase._replace(time=month)), setting)
    every = every_in(dated.block.text[dated.before : phrase.begin]) or every_in(context)
    if every not in {"month", "quarter"}:
        return NO_MONTH
    of = "same" if every == "month" else "last"
    return Resolved(due={"every": every, "day": rule["day"], "month_of": of})


def _month_above(dated: Dated) -> Time | None:
    """ "Tháng 3/2026" above "trước ngày 15": the heading names the month."""
    day = dated.phrase.time.rule["day"] if dated.phrase.time.rule else None
    own = dated.block.text[dated.sentence.start : dated.phrase.begin]
    above = (parent.text for parent in reversed(dated.block.parents) if len(parent.text) < 90)
    for text in (own, *above):
        named = [p.time for p in phrases_in(text) if p.time.granularity == "month"]
        if named and named[0].month and named[0].start is None:
            return Time(day=int(str(day)), month=named[0].month, year=named[0].year)
    return None


def _in_its_words(rule: dict[str, object], dated: Dated) -> dict[str, object]:
    """The event a relative rule hangs on, as the paper writes it."""
    for key in ("after", "before", "event_year"):
        event = rule.get(key)
        if (
            isinstance(event, str)
            and (place := dated.block.text.find(event, dated.phrase.begin)) >= 0
        ):
            rule = {**rule, key: dated.block.words.source(place, place + len(event))}
    return rule


def _placed(time: Time, year: int, *, inferred: bool, whole: bool) -> Resolved:
    last = time.last(year)
    start: date | None = None
    if time.start is not None:
        start = time.start.first(time.start.year or year)
        if start > last:
            start = time.start.first(year - 1)
    elif time.granularity in {"month", "quarter", "year"} and whole:
        start = time.first(year)
    return Resolved(
        due=last.isoformat(), window_start=start.isoformat() if start else None,
        granularity=time.granularity, inferred=inferred,
    )  # fmt: skip


def _context(dated: Dated) -> str:
    text = dated.block.text
    own = text[dated.sentence.start : dated.sentence.end]
    return " ".join([*(p.text for p in dated.block.parents), own])


def _repeats(dated: Dated, context: str, setting: Setting) -> bool:
    time = dated.phrase.time
    own = dated.block.text[dated.sentence.start : dated.sentence.end]
    if year_named(own, None) is not None:
        return False
    if is_yearly(own) or (is_yearly(context) and setting.years is None):
        return True
    if dated.often and not re.search(r"dot xuat|(?:mot|1|01) lan$", dated.often):
        return True
    multi = setting.years is not None and setting.years[0] != setting.years[1]
    nearest = " ".join(p.text for p in dated.block.parents)
    if (is_yearly(nearest) or every_in(context) == "half_year") and (
        multi or setting.years is None
    ):
        return True
    return setting.standing and time.granularity != "year"


_FOR_NEXT_YEAR = re.compile(
    r"(?<!\w)(?:dang ky|giao uoc|dam nhan|phuong huong|ke hoach|nhiem vu|bau|ung cu)(?!\w)"
)
""" "Đăng ký thi đua năm 2025", due while 2024 lasts."""


def _year(dated: Dated, setting: Setting) -> int | None:
    time = dated.phrase.time
    text = dated.block.text
    beside = [
        p.time.year
        for p in phrases_in(text[dated.clause.start : dated.clause.end])
        if p.time.year
        and p.lead is not None
        and p.time.granularity == "day"
        and p.time.rule is None
    ]
    own = year_named(text[dated.clause.start : dated.phrase.begin], time.month) or year_named(
        text[dated.phrase.end : dated.clause.end], time.month
    )
    if time.start is not None and time.start.year is not None:
        opened = time.start.year
        return opened + (time.last(opened) < time.start.first(opened))
    if (
        own is not None
        and own - 1 == setting.year
        and _FOR_NEXT_YEAR.search(text[slice(*dated.clause)])
    ):
        return later_year(time, own - 1, setting)
    if beside and own is None:
        return later_year(time, beside[-1], setting)
    above = next(
        (y for p in reversed(dated.block.parents) if (y := year_named(p.text, time.month))), None
    )
    year = (
        own
        or year_named(text[dated.sentence.start : dated.sentence.end], time.month)
        or above
        or setting.year
    )
    if (
        year is not None
        and setting.years
        and not setting.years[0] - 1 <= year <= setting.years[1] + 1
    ):
        year = setting.year
    return None if year is None else later_year(time, year, setting)
