"""A draft as its page shows it: the document's text in sheets, the milestones beside it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan import phrasing
from dondoc.plan.addressees import check_against_units
from dondoc.plan.differing import HEADER
from dondoc.plan.editing import MILESTONES, comments_above
from dondoc.plan.mistakes import Mistake
from dondoc.plan.model import Milestone
from dondoc.plan.source import Source
from dondoc.tables import PlanDraft, Unit
from dondoc.units.audience import all_kinds, how_many
from dondoc.words import Words
from schedules.calendar import OfficeCalendar
from schedules.dating import DueFor, dates
from schedules.deadline import deadline

SHEET = 9_000
"""letters of the document on one page"""
BOTH = " · "
"""between the languages of a draft's comments"""
UNSURE = 0.7

_FLAG = re.compile(r"^KIỂM TRA\b[ :]*")
_ODD = re.compile(r"^LƯU Ý\b[ :]*")


class Flag(NamedTuple):
    """A comment in this line of the plan file: something to be settled, or something `odd`."""

    line: int
    said: Words
    odd: bool


@dataclass(kw_only=True)
class Line:
    """One milestone, or one duty without a date. `place` is where its words begin in the text."""

    number: int
    name: str
    clause: str
    where: str
    place: int | None = None
    code: str = ""
    kind: Words | None = None
    due: Words | None = None
    next_on: date | None = None
    whom: Words | None = None
    units: int = 0
    why_off: Words | None = None
    confidence: float = 1.0
    flags: list[Flag] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def unsettled(self) -> bool:
        return bool(self.flags or self.mistakes or self.why_off)


class Piece(NamedTuple):
    """Letters of the document that belong to the milestones of `lines`: m-3, u-1."""

    text: str
    lines: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    number: int
    of: int
    pieces: tuple[Piece, ...]


def said(comment: str) -> Words:
    """A draft's comment, with its English where that is beside it."""
    vi, _, en = comment.partition(BOTH)
    return Words(vi, en or vi)


def for_the_whole(source: Source) -> list[Flag]:
    """What stands above the first key."""
    first = min(place.line for path, place in source.tree.keys.items() if len(path) == 1)
    lines = enumerate(source.text.splitlines()[: first - 1], start=1)
    found = flags((number, line.strip().removeprefix("#").strip()) for number, line in lines)
    return [flag._replace(said=_by_name(flag.said)) for flag in found]


def _by_name(said: Words) -> Words:
    """A key of the header, where it is about one, as people call it."""
    called = {key: words for key, words, _ in HEADER}
    key, colon, _ = said.vi.partition(":")
    if not colon or key not in called:
        return said
    name = called[key]
    return Words(
        name.vi.capitalize() + said.vi.removeprefix(key),
        name.en.capitalize() + said.en.removeprefix(key) if said.en.startswith(key) else said.en,
    )


def flags(comments: Iterable[tuple[int, str]]) -> list[Flag]:
    """What has to be settled first, then what is odd; other comments are evidence."""
    found = []
    for line, text in comments:
        if mark := _FLAG.match(text) or _ODD.match(text):
            found.append(Flag(line, said(text[mark.end() :]), bool(_ODD.match(text))))
    return sorted(found, key=lambda flag: flag.odd)


class Milestones(NamedTuple):
    """What needs a look first, then as the plan has them; `mistakes` are those of the plan as a
    whole, held against the units there are."""

    lines: list[Line]
    mistakes: list[Mistake]


def milestones(
    session: Session, draft: PlanDraft, source: Source, calendar: OfficeCalendar, today: date
) -> Milestones:
    marks = {one["code"]: one for one in draft.marks.get("milestones", ())}
    above = comments_above(source, MILESTONES)
    dated = dates(source.plan, calendar)
    wrong = _sorted_out(source, check_against_units(source.plan, source.tree, session))
    counting = _Counting(session)
    lines = []
    for number, milestone in enumerate(source.plan.milestones):
        line = _line(source, milestone, number, marks.get(milestone.code))
        line.flags = flags(above[number])
        line.mistakes = wrong.get(number, [])
        _date(line, dated[milestone.code], source, calendar)
        line.units = counting.of(milestone, line.next_on or today)
        lines.append(line)
    return Milestones(sorted(lines, key=lambda one: not one.unsettled), wrong.get(None, []))


def undated(draft: PlanDraft, source: Source) -> list[Line]:
    marks = {one["quote"][:5000]: one for one in draft.marks.get("undated", ())}
    return [
        Line(
            number=number + 1,
            name=duty.name,
            clause=duty.clause.text,
            where=duty.clause.where,
            place=_place(marks.get(duty.clause.text)),
        )
        for number, duty in enumerate(source.plan.undated)
    ]


class _Counting:
    """Milestones mostly mean the same units: each audience is counted once between two days on
    which units begin or end, and once a year, as heads of groups change."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kinds = all_kinds(session)
        self._known: dict[tuple[str, int, int], int] = {}
        days = select(Unit.valid_from).union(select(Unit.valid_to))
        self._borders = sorted(day for day in session.scalars(days) if day is not None)

    def of(self, milestone: Milestone, day: date) -> int:
        since = bisect_right(self._borders, day)
        ending = bisect_left(self._borders, day)
        key = (milestone.audience.model_dump_json(), since + ending, day.year)
        if key not in self._known:
            self._known[key] = how_many(
                self._session, milestone.audience, on=day, kinds=self._kinds
            )
        return self._known[key]


def _line(source: Source, milestone: Milestone, number: int, mark: dict[str, Any] | None) -> Line:
    return Line(
        number=number + 1,
        code=milestone.code,
        name=milestone.name,
        clause=milestone.clause.text,
        where=milestone.clause.where,
        kind=phrasing.KINDS[milestone.kind],
        due=phrasing.due(source.plan, milestone),
        whom=phrasing.audience(milestone.audience),
        place=_place(mark),
        confidence=1.0 if mark is None else mark["confidence"],
    )


def _date(line: Line, dues: Sequence[DueFor], source: Source, calendar: OfficeCalendar) -> None:
    """The first of its dates, and the first that clashes with a day nobody works."""
    if not dues:
        return
    line.next_on = dues[0].dated.due
    for one in dues:
        real = deadline(
            one.dated.due,
            inclusive=one.dated.inclusive,
            calendar=calendar,
            zone=source.plan.zone,
        )
        why = calendar.why_off(real.last_on)
        if why is not None:
            line.why_off = Words(
                f"{real.last_on:%d/%m/%Y} là {why.vi}: trễ sau hết {real.rolled_on:%d/%m/%Y}",
                f"{real.last_on:%d/%m/%Y} is {why.en}: late after {real.rolled_on:%d/%m/%Y}",
            )
            return


def _sorted_out(source: Source, mistakes: Sequence[Mistake]) -> dict[int | None, list[Mistake]]:
    """By the milestone's number from 0; None are those of the plan as a whole."""
    numbers = {f"{MILESTONES}[{one.code}]": at for at, one in enumerate(source.plan.milestones)}
    found: dict[int | None, list[Mistake]] = {}
    for mistake in mistakes:
        owner = mistake.field.partition("]")[0] + "]"
        found.setdefault(numbers.get(owner), []).append(mistake)
    return found


def _place(mark: dict[str, Any] | None) -> int | None:
    return None if mark is None or not mark["places"] else int(mark["places"][0][0])


class Document:
    """The text, cut where a line ends into sheets of some `SHEET` letters."""

    def __init__(self, draft: PlanDraft) -> None:
        self.text = draft.text
        self.starts = list(_starts(self.text))

    def sheet_of(self, place: int | None) -> int:
        """From 1."""
        return 1 if place is None else max(1, bisect_right(self.starts, place))

    def sheet(self, number: int, spans: Sequence[tuple[int, int, str]]) -> Sheet:
        """`spans` are the places of quotes, each with whose they are."""
        number = min(max(number, 1), len(self.starts))
        begins = self.starts[number - 1]
        ends = self.starts[number] if number < len(self.starts) else len(self.text)
        here = [
            (max(start, begins), min(end, ends), whose)
            for start, end, whose in spans
            if start < ends and end > begins
        ]
        pieces = tuple(_pieces(self.text, begins, ends, here))
        return Sheet(number=number, of=len(self.starts), pieces=pieces)


def _starts(text: str) -> Iterator[int]:
    at = 0
    yield at
    while len(text) - at > SHEET * 1.2:
        cut = text.rfind("\n", at + SHEET // 2, at + SHEET) + 1
        at = cut or at + SHEET
        yield at


def _pieces(
    text: str, begins: int, ends: int, spans: Sequence[tuple[int, int, str]]
) -> Iterator[Piece]:
    """Between two borders of quotes the same milestones are meant; each `begins` once a sheet."""
    borders = sorted({begins, ends, *(at for span in spans for at in span[:2])})
    begun: set[str] = set()
    for start, end in pairwise(borders):
        whose = tuple(dict.fromkeys(one for s, e, one in spans if s <= start and e >= end))
        first = tuple(one for one in whose if one not in begun)
        begun.update(first)
        yield Piece(text[start:end], whose, first)


def spans_of(
    draft: PlanDraft, lines: Sequence[Line], duties: Sequence[Line]
) -> list[tuple[int, int, str]]:
    marks = {one["code"]: one["places"] for one in draft.marks.get("milestones", ())}
    quotes = {one["quote"][:5000]: one["places"] for one in draft.marks.get("undated", ())}
    found = []
    for line in lines:
        places = marks.get(line.code) or quotes.get(line.clause, ())
        found += [(start, end, f"m-{line.number}") for start, end in places]
    for duty in duties:
        found += [(start, end, f"u-{duty.number}") for start, end in quotes.get(duty.clause, ())]
    return found
