"""A document's text with the places of what was read, for a page that shows both side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from documents.reading.draft import Draft, draft
from documents.reading.matching import Directory
from documents.reading.result import Found, Reading, Undated
from documents.reading.reviewing import with_units
from dondoc.words import Words


class Place(NamedTuple):
    """`text[start:end]` of the document are words of the quote."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A milestone of the draft, by its code, or a duty without a date, whose code is empty. The
    places are in the text's order; two milestones may share them."""

    code: str
    quote: str
    places: tuple[Place, ...]
    confidence: float = 1.0
    doubts: tuple[Words, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Beside:
    text: str
    draft: Draft
    milestones: tuple[Marked, ...]
    undated: tuple[Marked, ...]


def beside(reading: Reading, *, directory: Directory | None, year: int) -> Beside:
    """`year` is the plan's where the document names none."""
    checked = reading if directory is None else with_units(reading, directory)
    made = draft(checked, directory=directory, year=year)
    return Beside(
        text=reading.text, draft=made,
        milestones=tuple(_milestone(code, found) for code, found in made.origins.items()),
        undated=tuple(_duty(duty) for duty in reading.undated),
    )  # fmt: skip


def _milestone(code: str, found: Found) -> Marked:
    return Marked(
        code=code, quote=found.quote, places=_places(found.spans), confidence=found.confidence, doubts=found.doubts
    )  # fmt: skip


def _duty(duty: Undated) -> Marked:
    return Marked(code="", quote=duty.quote, places=_places(duty.spans))


def _places(spans: tuple[tuple[int, int], ...]) -> tuple[Place, ...]:
    return tuple(Place(*span) for span in sorted(set(spans)))
