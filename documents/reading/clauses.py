"""Sentences and clauses inside one paragraph, as spans of its folded text."""

from __future__ import annotations

import re
from typing import NamedTuple

from documents.reading.folding import Folded

_STOP = re.compile(r"[.!?](?=\s|$)|;")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:tp|ub|vp|ths|ts|tx|tt|p|q|h|x|gs|pgs|[a-z]|[ivx]+|(?:dieu|khoan|muc|chuong|phan|phu luc) \d{1,2})$|^\W*\d{1,2}$"
)


class Span(NamedTuple):
    start: int
    end: int

    def holds(self, place: int) -> bool:
        return self.start <= place < self.end


def sentences(words: Folded) -> list[Span]:
    return _cut(words, marks=".!?")


def clauses(words: Folded) -> list[Span]:
    return _cut(words, marks=".!?;")


def _cut(words: Folded, *, marks: str) -> list[Span]:
    spans, start = [], 0
    for stop in _STOP.finditer(words.text):
        if stop[0] not in marks or (stop[0] == "." and _goes_on(words, stop)):
            continue
        spans.append(Span(start, stop.end()))
        start = stop.end()
    if start < len(words.text):
        spans.append(Span(start, len(words.text)))
    return spans


def _goes_on(words: Folded, stop: re.Match[str]) -> bool:
    """A full stop after an abbreviation or a list number, or before a small letter."""
    if stop.end() >= len(words.text):
        return False
    following = words.raw[words.origin[min(stop.end() + 1, len(words.origin) - 1)]]
    return (
        bool(_SHORT.search(words.text[max(0, stop.start() - 12) : stop.start()]))
        or following.islower()
    )


def around(spans: list[Span], place: int) -> Span:
    return next((span for span in spans if span.holds(place)), spans[-1])
