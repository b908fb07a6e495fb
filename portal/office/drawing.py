"""A plan's charts as places on a sheet: what stands where, for a template to draw. They read in
black and white: shape and hatching say it, no colour does."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from dondoc.standing import Column, GroupLine, Rates
from dondoc.tally import Tally

WIDTH = 960
MARGIN = 30
LANE = 26
APART = 24
"""between two marks of a lane"""
BAR, GAP, HIGH = 20, 6, 80
CHARTS = 12
"""groups that are drawn; the table beside has them all"""


class Mark(StrEnum):
    """`done`: everything came; `open`: something is missing; `coming`: not due yet; `aside`: was
    past already at launch."""

    DONE = "done"
    OPEN = "open"
    COMING = "coming"
    ASIDE = "aside"


class Dot(NamedTuple):
    x: float
    y: float
    number: int
    mark: Mark
    column: Column


class Month(NamedTuple):
    x: float
    first: date


class Timeline(NamedTuple):
    """`today` is None where it lies outside."""

    dots: tuple[Dot, ...]
    months: tuple[Month, ...]
    today: float | None
    width: int
    height: int


class Bar(NamedTuple):
    """One date of one group, from the bottom up: in time, late, missing; in units of the sheet."""

    x: float
    number: int
    on_time: float
    late: float
    tally: Tally


class Chart(NamedTuple):
    group: GroupLine
    bars: tuple[Bar, ...]
    width: int
    high: int


def timeline(rates: Rates, first: date, last: date, today: date) -> Timeline:
    """From `first` to `last`, further where a date lies beyond."""
    days = [column.due_on for column in rates.columns]
    first, last = min([first, *days]), max([last, *days])
    length = max((last - first).days, 1)

    def place(day: date) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (day - first).days / length, 1)

    lanes: list[float] = []
    dots = []
    for number, column in enumerate(rates.columns, 1):
        x = place(column.due_on)
        lane = next((n for n, end in enumerate(lanes) if x - end >= APART), len(lanes))
        lanes[lane : lane + 1] = [x]
        dots.append(Dot(x, LANE * (lane + 1) + 8, number, _mark(column), column))
    return Timeline(
        dots=tuple(dots),
        months=tuple(Month(place(day), day) for day in _months(first, last)),
        today=place(today) if first <= today <= last else None,
        width=WIDTH,
        height=LANE * (len(lanes) + 1) + 30,
    )


def _mark(column: Column) -> Mark:
    if column.silent:
        return Mark.ASIDE
    if not column.elapsed:
        return Mark.COMING
    return Mark.DONE if column.tally.complete >= column.tally.expected else Mark.OPEN


def _months(first: date, last: date) -> Iterator[date]:
    day = first.replace(day=1)
    while day <= last:
        if day >= first:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)


def charts(rates: Rates) -> list[Chart]:
    """The largest groups, in the order of their codes."""
    places = [n for n, column in enumerate(rates.columns) if column.counts]
    named = [group for group in rates.groups if group.code]
    largest = sorted(named, key=lambda group: -group.units)[:CHARTS]
    width = (BAR + GAP) * len(places) + GAP
    return [
        Chart(group, tuple(_bars(group.tallies, places)), width, HIGH)
        for group in named
        if group in largest and places
    ]


def _bars(tallies: Sequence[Tally], places: Sequence[int]) -> Iterator[Bar]:
    for n, place in enumerate(places):
        tally = tallies[place]
        if tally.expected:
            in_time = tally.on_time + tally.on_time_extended
            yield Bar(
                x=GAP + n * (BAR + GAP),
                number=place + 1,
                on_time=round(HIGH * in_time / tally.expected, 1),
                late=round(HIGH * tally.late / tally.expected, 1),
                tally=tally,
            )
