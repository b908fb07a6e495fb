"""What was read: milestones, undated duties, oddities, and why each date was taken or left."""

from __future__ import annotations

from dataclasses import dataclass, field

from documents.reading.header import Header
from dondoc.words import Words

Due = str | dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One milestone. `quote` is the source's own words, `reading` the mended ones where the source
    is damaged. `due` as the reader's JSON prints it."""

    what: str
    kind: str
    due: Due
    window_start: str | list[int] | None = None
    wording: str
    inclusive: bool = True
    granularity: str = "day"
    responsible: str | None = None
    recipient: str | None = None
    recipient_final: str | None = None
    quote: str
    reading: str | None = None
    line: int
    page: int | None = None
    confidence: float
    rule: str
    year_inferred: bool = False
    clock: str | None = None
    at_least: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    where: str = ""
    doubts: tuple[Words, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Undated:
    what: str
    responsible: str | None
    recipient: str | None
    quote: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Oddity:
    line: int
    why: Words
    quote: str


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Why one date was taken or left."""

    line: int
    words: str
    taken: bool
    rule: str
    why: Words


@dataclass(frozen=True, kw_only=True)
class Reading:
    name: str
    format: str
    header: Header
    milestones: tuple[Found, ...] = ()
    undated: tuple[Undated, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    weighed: tuple[Weighed, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()
    damaged: bool = False
