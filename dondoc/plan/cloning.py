"""The next year's draft of a plan file: dates follow from their rules, the text stays as it was."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dondoc.errors import DondocError
from dondoc.plan.document import end_of, inline
from dondoc.plan.due import Once, Period, Recurrence
from dondoc.plan.mistakes import Mistake, PlanWrong, Unfit
from dondoc.plan.model import Milestone
from dondoc.plan.source import Source, parse_source
from dondoc.plan.tree import Path
from dondoc.plan.writing import dump_plan
from dondoc.plan.yearly import moved_day, moved_key, moved_once, moved_years
from dondoc.words import Words

LONGEST_CODE = 60
TO_FILL = Words("{key}: điền của văn bản năm {year}", "{key}: fill in that of {year}")
WAS = Words(" (trước: {value})", " (was: {value})")
FILLED_IN_ANEW = ("number", "issued")
_MADE = re.compile(r"^[ ]*# (KIỂM TRA \d{4}: |Bản nháp năm \d{4}, lập từ ).*\r?\n?", re.MULTILINE)
"""What an earlier cloning wrote into its draft."""


class NotLaterYear(DondocError):
    """{year} is not after the plan's own year, {own}."""

    vi = "Năm {year} không sau năm của kế hoạch, {own}."


class Edit(NamedTuple):
    start: int
    end: int
    text: str


def reminder(year: int, words: Words) -> str:
    """The line of a draft that an official has to settle; `dondoc check` counts them."""
    return f"# KIỂM TRA {year}: {words.vi} · {words.en}"


def to_fill(key: str, year: int) -> Words:
    return Words(*(part.format(key=key, year=year) for part in TO_FILL))


def joined(*words: Words) -> Words:
    return Words("".join(one.vi for one in words), "".join(one.en for one in words))


def clone(source: Source, year: int) -> Source:
    """The plan `year - period.start.year` years later. Raises NotLaterYear, and PlanWrong where a
    date would lie beyond the years a plan may have."""
    own = source.plan.period.start.year
    if year <= own:
        raise NotLaterYear(year=year, own=own)
    text = source.text
    if not text[source.tree.places[()].start :].startswith("{"):
        text = _MADE.sub("", text)
    else:
        text = dump_plan(source.plan)
    try:
        return _Cloning(parse_source(text, source.name), year - own).draft()
    except Unfit as unfit:
        raise PlanWrong(source.name, [Mistake(0, 0, "", unfit.wrong, unfit.right)]) from unfit


class _Cloning:
    def __init__(self, source: Source, years: int) -> None:
        self.source = source
        self.years = years
        period = source.plan.period
        self.within = range(period.start.year - 1, period.end.year + 2)

    @property
    def year(self) -> int:
        return self.source.plan.period.start.year + self.years

    def draft(self) -> Source:
        edits = [*self._header(), *self._names()]
        for number, milestone in enumerate(self.source.plan.milestones):
            edits += self._milestone(("milestones", number), milestone)
        text = self.source.text
        for edit in sorted(edits, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return parse_source(text, self.source.name)

    def _header(self) -> Iterator[Edit]:
        plan = self.source.plan
        moved = moved_years(plan.code, self.years, within=self.within)
        if moved == plan.code:
            moved = f"{plan.code[: LONGEST_CODE - 5]}-{self.year}"
        yield self._value(("code",), moved)
        yield from self._period(("period",), plan.period)
        for key in FILLED_IN_ANEW:
            if (key,) in self.source.tree.keys:
                yield self._blank(key)

    def _blank(self, key: str) -> Edit:
        """The whole line becomes a comment."""
        text, tree = self.source.text, self.source.tree
        start = tree.keys[(key,)].start
        value = " ".join(str(tree.at((key,))).split())
        words = joined(to_fill(key, self.year), Words(*(part.format(value=value) for part in WAS)))
        end = text.find("\n", max(start, tree.places[(key,)].end - 1))
        stop = len(text) if end < 0 else end - (text[end - 1] == "\r")
        return Edit(start, stop, reminder(self.year, words))

    def _names(self) -> Iterator[Edit]:
        """Titles and names, where a year stands in them."""
        for path in self.source.tree.places:
            if path == ("title",) or (path and path[-1] == "name" and path[0] != "parent"):
                value = str(self.source.tree.at(path))
                if moved_years(value, self.years, within=self.within) != value:
                    place = self.source.tree.places[path]
                    raw = self.source.text[place.start : place.end]
                    moved = moved_years(raw, self.years, within=self.within)
                    yield Edit(place.start, place.end, moved)

    def _milestone(self, path: Path, milestone: Milestone) -> Iterator[Edit]:
        due = milestone.due
        if isinstance(due, Once):
            once = moved_once(due, self.years, milestone.granularity)
            yield self._once((*path, "due"), once)
            if milestone.opens is not None:
                opens = min(moved_day(milestone.opens, self.years), once.day)
                yield self._value((*path, "opens"), opens.isoformat())
        elif isinstance(due, Recurrence):
            yield from self._recurrence((*path, "due"), due)
        if milestone.data_period is not None:
            yield from self._period((*path, "data_period"), milestone.data_period)

    def _once(self, path: Path, due: Once) -> Edit:
        written = self.source.tree.at(path)
        if isinstance(written, dict):
            told = due.month_end is None or "month_end" in written
            if told:
                return self._value((*path, "day"), due.day.isoformat())
            return self._whole(path, due)
        if due.month_end is not None:
            return self._whole(path, due)
        text = str(written).strip()
        moved = moved_key(text, self.years)
        return self._value(path, due.day.isoformat() if text.count("-") == 2 else moved)

    def _recurrence(self, path: Path, rule: Recurrence) -> Iterator[Edit]:
        for key, day in (("from", rule.start), ("to", rule.end)):
            if day is not None:
                yield self._value((*path, key), moved_day(day, self.years).isoformat())
        for number, exception in enumerate(rule.exceptions):
            moved = moved_key(exception.period, self.years)
            if moved != exception.period:
                yield self._value((*path, "exceptions", number, "period"), moved)

    def _period(self, path: Path, period: Period) -> Iterator[Edit]:
        for key, day in (("from", period.start), ("to", period.end)):
            yield self._value((*path, key), moved_day(day, self.years).isoformat())

    def _value(self, path: Path, value: str) -> Edit:
        """In the quotes the old one stands in."""
        place, old = self.source.tree.places[path], str(self.source.tree.at(path))
        raw = self.source.text[place.start : place.end]
        return Edit(place.start, place.end, raw.replace(old, value) if old in raw else value)

    def _whole(self, path: Path, due: Once) -> Edit:
        place = self.source.tree.places[path]
        return Edit(place.start, end_of(self.source, path), inline(due))


def annotated(
    draft: Source, opening: Iterable[str], comments: Mapping[str, Iterable[str]]
) -> Source:
    """Comment lines above the first key, and by code above milestones; those of a milestone that
    has no line of its own stand above the first key too."""
    text, tree = draft.text, draft.tree
    line_end = "\r\n" if "\r\n" in text else "\n"
    first = min(place.start for path, place in tree.keys.items() if len(path) == 1)
    above: dict[int, list[str]] = {_line_start(text, first): list(opening)}
    for number, milestone in enumerate(draft.plan.milestones):
        found = list(comments.get(milestone.code, ()))
        start = _line_start(text, tree.places["milestones", number].start)
        own = text[start : tree.places["milestones", number].start].strip() == "-"
        if own:
            above.setdefault(start, []).extend(found)
        else:
            above[_line_start(text, first)] += [f"{line} ({milestone.code})" for line in found]
    for start, lines in sorted(above.items(), reverse=True):
        indent = text[start:][: len(text[start:]) - len(text[start:].lstrip(" "))]
        text = text[:start] + "".join(f"{indent}{line}{line_end}" for line in lines) + text[start:]
    return parse_source(text, draft.name)


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1
