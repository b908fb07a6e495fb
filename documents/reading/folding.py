"""Text without diacritics, capitals, markup and line breaks, that remembers where each letter stood.

Rules are written against the folded text; quotes are cut from the raw one.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

_ALIKE = {
    "đ": "d", "Đ": "d", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "“": '"', "”": '"',
    "«": '"', "»": '"', "„": '"', "‘": "'", "’": "'", "…": ".", "：": ":", "；": ";", "／": "/",
    "\u00a0": " ", "⁄": "/", "∕": "/",
}  # fmt: skip
_MARKUP = frozenset("*#`\u200b\ufeff\u00ad")


@cache
def fold_letter(letter: str) -> str:
    """One letter or none."""
    if letter in _MARKUP or unicodedata.combining(letter):
        return ""
    if letter in _ALIKE:
        return _ALIKE[letter]
    if letter.isspace() or unicodedata.category(letter) in {"Cc", "Cf"}:
        return " "
    base = unicodedata.normalize("NFKD", letter)[0]
    lowered = base.lower()
    return lowered if len(lowered) == 1 else letter


def fold(text: str) -> str:
    """Folded words with single spaces between them."""
    return " ".join("".join(map(fold_letter, text)).split())


@dataclass(frozen=True, kw_only=True)
class Folded:
    """`text[i]` was made from `raw[origin[i]]`."""

    raw: str
    text: str
    origin: array[int] = field(repr=False)
    mended: bool = False

    def source(self, start: int, end: int) -> str:
        """The raw words behind text[start:end], line breaks as spaces."""
        if start >= end or not self.text:
            return ""
        stop = self.origin[min(end, len(self.origin)) - 1] + 1
        words = self.raw[self.origin[start] : stop].replace("**", "").replace("_ _", "")
        return " ".join(words.split())


def folded(raw: str) -> Folded:
    letters: list[str] = []
    origin = array("I")
    for place, letter in enumerate(raw):
        plain = fold_letter(letter)
        if not plain or (plain == " " and (not letters or letters[-1] == " ")):
            continue
        letters.append(plain)
        origin.append(place)
    if letters and letters[-1] == " ":
        letters.pop()
        origin.pop()
    return Folded(raw=raw, text="".join(letters), origin=origin)


def respelled(
    before: Folded, changes: Iterable[tuple[int, int, str]], *, mended: bool = True
) -> Folded:
    """`changes` are (start, end, new words), in order and apart; their letters point to the old start.
    `mended` says that words were guessed, so a reading is shown beside the source."""
    pieces: list[str] = []
    origin = array("I")
    done = 0
    for start, end, words in changes:
        pieces += before.text[done:start], words
        origin.extend(before.origin[done:start])
        if words:
            width = end - start
            places = [before.origin[start + min(i, width - 1)] for i in range(len(words))]
            origin.extend([*places[:-1], before.origin[end - 1]])
        done = end
    pieces.append(before.text[done:])
    origin.extend(before.origin[done:])
    return Folded(
        raw=before.raw, text="".join(pieces), origin=origin, mended=mended or before.mended
    )
