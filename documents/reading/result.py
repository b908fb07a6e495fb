"""What was read: milestones, undated duties, oddities, and why each date was taken or left."""

from __future__ import annotations

from dataclasses import dataclass, field

from documents.reading.header import Header
from dondoc.words import Words

Due = str | dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One part of what is handed in; `copies` on paper where the text counts them, `only` the words
    for those who alone add it."""

    name: str
    copies: int = 0
    only: str | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """One milestone. `quote` is the source's own words, `reading` the mended ones where the source
    is damaged, `spans` where the quote stands in the document's text. `due` as the reader's JSON
    prints it."""

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
    spans: tuple[tuple[int, int], ...] = ()
    reading: str | None = None
    line: int
    page: int | None = None
    confidence: float
    rule: str
    year_inferred: bool = False
    clock: str | None = None
    at_least: tuple[str, ...] = ()
    components: tuple[Wanted, ...] = ()
    electronic: str | None = None
    where: str = ""
    doubts: tuple[Words, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Undated:
    what: str
    responsible: str | None
    recipient: str | None
    quote: str
    line: int
    spans: tuple[tuple[int, int], ...] = ()


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
    text: str = field(default="", repr=False)
