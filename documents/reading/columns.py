"""The head's two columns, kept side by side by spaces or tabs, read one after the other."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.reading.folding import fold
from documents.reading.source import SourceLine
from documents.reading.types import TYPES

_HEAD_LINES = 15
_GAP = re.compile(r"\t+| {3,}")
_CENTRED = re.compile(r"kinh gui|can cu|thuc hien|v/v")
_OURS = re.compile(r"c[o0]ng h[o0]a|d[o0]c lap|.{2,40}ngay ?[\d.…]+ ?(?:thang|/)|dang cong san")


def one_after_the_other(lines: tuple[SourceLine, ...]) -> tuple[SourceLine, ...]:
    """The left column's lines first, then the right one's; nothing else moves."""
    start = next((i for i, line in enumerate(lines[:_HEAD_LINES]) if _sides(line)), None)
    if start is None:
        return lines
    left: list[SourceLine] = []
    right: list[SourceLine] = []
    end = start
    blank = False
    for line in lines[start : start + _HEAD_LINES]:
        sides = _sides(line)
        if sides is None and (line.cells or _closes(line, blank=blank)):
            break
        end += 1
        blank = not line.text.strip()
        a, b = sides or (line.text, "")
        left.append(replace(line, text=a))
        right += [replace(line, text=b)] if b else []
    if not any(_OURS.match(fold(line.text)) for line in right):
        return lines
    return (*lines[:start], *left, *right, *lines[end:])


def _sides(line: SourceLine) -> tuple[str, str] | None:
    """A wide gap with the nation's words, the motto or the date right of it; or nothing left of it."""
    parts = [part for part in _GAP.split(line.text.strip()) if part]
    if line.cells or len(parts) > 2 or not parts:
        return None
    ours = bool(_OURS.match(fold(parts[-1])))
    if len(parts) == 2:
        return (parts[0], parts[1]) if ours or parts[0].upper() == parts[0] else None
    return ("", parts[0]) if ours and _indented(line.text) else None


def _indented(text: str) -> bool:
    return len(text) - len(text.lstrip()) > 8


def _closes(line: SourceLine, *, blank: bool) -> bool:
    """The head is over: the paper's type, the address, a sentence, or a line after a blank one."""
    plain = fold(line.text).strip(" -_*.:")
    if not plain:
        return False
    return blank or plain in TYPES or bool(_CENTRED.match(plain)) or len(plain) > 70
