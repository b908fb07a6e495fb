"""Which lines are rows of a table, and their cells: pipes, tabs, wide gaps, or the file's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from documents.reading.folding import fold
from documents.reading.source import SourceLine

_GAPS = re.compile(r"\t+| {3,}")
_LISTED = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|[IVX]+\.|[-+*•])\s")
_RULE = re.compile(r"^[\s|:+=-]+$")
_HEAD_WORDS = re.compile(
    r"^(?:stt|tt|so tt)$|noi dung|thoi gian|thoi han|han |ngay |don vi|co quan|ghi chu|noi nh\w{1,3}\s*:|noi nhan|cong viec|nhiem vu|tien do|chu tri|phoi hop|san pham|thuc hien"
)
_FIGURES = re.compile(r"\d")
_COUNTED = re.compile(r"(?:[\divxl]{1,4}|[a-z]|\d{1,2}(?:\.\d{1,2})+)?[.)]?")


def tabled(lines: Iterable[SourceLine]) -> list[SourceLine]:
    """The same lines; a table's rows with their cells, empty ones too, its ruled lines left out.
    The row that names the columns is a heading, and so is a line alone between two rows."""
    rows = list(_split(lines))
    width = 0
    for place, line in enumerate(rows):
        after = next((one.cells for one in rows[place + 1 : place + 2]), ())
        if not line.cells:
            section = width > 2 and len(after) == width and _is_section(line.text)
            rows[place] = replace(line, cells=(line.text.strip(),)) if section else line
            width = width if section else 0
        elif not width:
            below = next((one.cells for one in rows[place + 1 : place + 3] if one.cells), ())
            named = is_head(line.cells) or _heads(line.cells, below)
            rows[place] = replace(line, heading=named)
            width = len(line.cells)
    return rows


def _split(lines: Iterable[SourceLine]) -> Iterator[SourceLine]:
    width = 0
    for line in lines:
        cells = line.cells or _piped(line.text) or _tabbed(line.text, width) or _gapped(line.text)
        if cells and _RULE.match(line.text):
            continue
        if is_head(cells) and "\t" in line.text:
            width = len(cells)
        elif line.text.strip() and not cells:
            width = 0
        yield replace(line, cells=cells)


def _heads(cells: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Names without figures, above a row that has some."""
    return (
        len(cells) == len(after) >= 3
        and all(0 < len(cell) < 60 and not _FIGURES.search(cell) for cell in cells)
        and sum(bool(_FIGURES.search(cell)) for cell in after) >= 2
    )


def _is_section(text: str) -> bool:
    """ "2. Khen thưởng ngành Giáo dục" between two rows."""
    return 0 < len(text.strip()) < 80 and not text.rstrip().endswith((".", ";", ":"))


def _piped(text: str) -> tuple[str, ...]:
    text = text.strip()
    if not (text.startswith("|") or text.count("|") >= 2):
        return ()
    inner = text.removeprefix("|").removesuffix("|")
    return tuple(cell.strip() for cell in inner.split("|"))


def _tabbed(text: str, width: int) -> tuple[str, ...]:
    """Inside a table of so many columns one tab parts two cells, of which some may be empty."""
    cells = tuple(cell.strip() for cell in text.split("\t"))
    if not 2 <= len(cells) <= width:
        return ()
    return (*cells, *("",) * (width - len(cells)))


def _gapped(text: str) -> tuple[str, ...]:
    text = text.strip()
    if not _GAPS.search(text) or _LISTED.match(text):
        return ()
    cells = tuple(cell.strip() for cell in _GAPS.split(text))
    return cells if len(cells) >= 3 else ()


def is_head(cells: tuple[str, ...]) -> bool:
    """The row that names the columns."""
    named = [fold(cell) for cell in cells if cell]
    if any(re.search(r"\d{1,2}/\d{1,2}", cell) for cell in named):
        return False
    known = sum(bool(_HEAD_WORDS.search(cell)) and len(cell) < 60 for cell in named)
    short = len(named) >= 3 and all(len(cell) < 36 and not re.search(r"\d", cell) for cell in named)
    return known >= (1 if short else 2)


def band(cells: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """The words of a row that is one heading for the rows below it ("II | TUYÊN TRUYỀN"), else empty."""
    if len(columns) < 3:
        return ""
    said = [cell for cell in cells if cell]
    words = [cell for cell in said if not _COUNTED.fullmatch(fold(cell))]
    if len(set(words)) != 1 or (len(said) > 1 and said[0] in words and len(words) == 1):
        return ""
    mark = "" if said[0] in words else f"{said[0].rstrip('.)')}. "
    return mark + words[0]
