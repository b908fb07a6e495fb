"""The outline of a document: which mark a line begins with, and under which headings it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from documents.reading.damage import written
from documents.reading.folding import Folded, fold

# From the outermost inwards; a document uses some of them.
MARKERS: tuple[tuple[str, str], ...] = (
    ("part", r"(?:phan|chuong|phu luc)\s+(?:thu\s+)?(?:[ivxl]+|\d+|[a-z])\b[.:]?"),
    ("section", r"muc\s+(?:[ivxl]+|\d+)\b[.:]?"),
    ("letter-part", r"[A-HĐ]\.(?=\s)"),
    ("roman", r"(?:(?:[IVX]+|[il1]{1,3}(?=\.\s+[A-ZĐÀ-Ỹ]{2,}))\s?[.)/]|[IVX]+\s?[-–])(?=\s)"),
    ("article", r"dieu\s+\d+\s?[.:]"),
    ("number", r"\d{1,2}(?:\s?[.)](?=\s|[^\d\s./,])|/(?=\s+[^\s\d])|[-–](?=\s+[^\s\d]))"),
    ("number2", r"\d{1,2}\.\s?\d{1,2}[.)]?(?=\s|[^\d\s./,%])"),
    ("number3", r"\d{1,2}\.\d{1,2}\.\d{1,2}[.)]?(?=\s|[^\d\s./,])"),
    ("letter", r"[a-zđ]\d?\s?\)|[a-zđ]\.(?=\s+[A-ZĐÀ-Ỹ])"),
    ("dash", r"[-–—~](?!\s?\d{1,2}\s?[/.]\s?\d)"),
    ("plus", r"\+(?=\s?\S)"),
    ("bullet", r"[*•·●○▪■](?=\s)"),
)
_FOLDED_KINDS = frozenset({"part", "section", "article"})
_COMPILED = {
    kind: re.compile(rf"\s*(?:[*_#]+\s*)*(?P<mark>{pattern})", re.I if kind in _FOLDED_KINDS else 0)
    for kind, pattern in MARKERS
}


class Placed(NamedTuple):
    """A line of the source in a block: where it begins in the block's raw text, its number, and its
    place and length in the document's whole text."""

    raw: int
    number: int
    offset: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Block:
    """One paragraph, heading, list item or table row. `parents` from the outermost inwards."""

    index: int
    kind: str
    mark: str
    words: Folded
    line: int
    page: int | None
    parents: tuple[Block, ...] = ()
    cells: tuple[Folded, ...] = ()
    columns: tuple[str, ...] = ()
    lines: tuple[Placed, ...] = ()

    @property
    def text(self) -> str:
        return self.words.text

    def shown(self, start: int, end: int) -> str:
        """The words between two places of the folded text: the source's own, or, where a scan was
        mended, the mended ones."""
        if self.words.mended:
            return written(self.text[start:end]).strip(" -–,;:.(")
        return self.words.source(start, end).strip(" -–,;:.(")

    def line_at(self, place: int) -> int:
        """The source line that the letter at `place` of the folded text stands on."""
        raw = self.words.origin[min(place, len(self.words.origin) - 1)] if self.text else 0
        return max((line.number for line in self.lines if line.raw <= raw), default=self.line)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the words between two places of the folded text stand in the document's whole text.
        Of a table's row the whole line."""
        first, last = self.lines[0], self.lines[-1]
        if self.kind in {"row", "band"} or start >= end:
            return first.offset, last.offset + last.length
        return self._offset(self.words.origin[start]), self._offset(self.words.origin[end - 1]) + 1

    def _offset(self, raw: int) -> int:
        line = next(line for line in reversed(self.lines) if line.raw <= raw)
        return line.offset + min(raw - line.raw, line.length)


def marker(text: str) -> tuple[str, str]:
    """The kind of list or heading mark a line begins with, and the mark; both empty without one."""
    head = text[:40]
    for kind, pattern in reversed(_COMPILED.items()):
        found = pattern.match(fold(head) if kind in _FOLDED_KINDS else head)
        if found is not None:
            return kind, found["mark"]
    return "", ""


_RANK = {kind: rank for rank, (kind, _) in enumerate(MARKERS)}
_TITLE = len(MARKERS) - 3.5  # a plain line ending in a colon stands above dashes
_DATE_LINE = re.compile(
    r"(?:truoc|cham nhat|tu|den|ngay|thang|trong|quy|tuan|dot)(?!\w)[^.;]{0,70}\d[^.;]{0,20}:$"
)
"""A line that is only a date: the paragraphs below it are due then."""


def _rank(block: Block) -> float:
    if block.kind in {"row", "band"}:
        return 99 if block.kind == "row" else 98
    return _RANK.get(block.kind, _TITLE)


class Outline:
    """The headings open at this place of the document, each with its rank, the outermost first."""

    def __init__(self) -> None:
        self.open: list[tuple[float, Block]] = []

    def above(self, block: Block) -> tuple[Block, ...]:
        """Closes the headings this block does not stand under and gives the others."""
        rank = _rank(block)
        if self.open and _introduces(self.open[-1][1], block):
            self._lower(rank)
        elif block.kind != "bullet" or any(one.kind == "bullet" for _, one in self.open):
            self._close(block, rank)
        return tuple(one for _, one in self.open)

    def add(self, block: Block) -> None:
        if block.kind != "row" and (block.kind or block.text.endswith(":")):
            self.open.append((_rank(block), block))

    def _close(self, block: Block, rank: float) -> None:
        while self.open:
            own, last = self.open[-1]
            if own < rank and (block.kind or own <= _TITLE):
                return
            dated = not block.kind and _DATE_LINE.match(last.text)
            if dated and not block.text.endswith(":"):
                return
            self.open.pop()

    def _lower(self, rank: float) -> None:
        """A line that introduces a list stands just above its items, whatever their mark."""
        _, line = self.open.pop()
        while self.open and self.open[-1][0] >= rank:
            self.open.pop()
        self.open.append((rank - 0.5, line))


def _introduces(line: Block, first: Block) -> bool:
    """ "… như sau:" with the list's first item right below it."""
    item = first.kind in {"dash", "plus", "bullet"} or first.mark.strip(" .)/-").lower() in _FIRST
    return not line.kind and line.index + 1 == first.index and item and _rank(first) < _TITLE


_FIRST = frozenset({"1", "a", "i"})
