"""Workbooks with sheets of any length, made while they are sent.

openpyxl lays out the book. A long sheet has one line there, of cells that wear what the lines will
wear; the lines take its place one after the other, so that neither they nor the file are ever held
whole. Making each cell through openpyxl would take four times as long.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from documents.pipe import Pipe
from documents.sheet import RISKY, clean, plain

AT_ONCE = 200
"""lines"""
LEVEL = 3
"""of compression: lines repeat one another, and more work saves little"""
REMEMBERED = 1 << 15
"""texts; those of a unit come again with every date"""
COLUMNS = tuple(get_column_letter(number) for number in range(1, 101))

_LINES_END = b"</sheetData>"
_STYLE = re.compile(rb'<c [^>]*?s="(\d+)"')


class Shown(NamedTuple):
    """A day, or an instant that is local already, in a spreadsheet's number format."""

    value: date
    number_format: str


Cell = str | int | Shown | None
Line = Sequence[Cell]


def model(sheet: Any, number_formats: Sequence[str]) -> None:
    """The sheet's last line, for `pieces`: text that begins like a formula, and each format."""
    shown = (plain(sheet, 0, number_format=one) for one in number_formats)
    sheet.append([plain(sheet, RISKY[0]), *shown])


def pieces(
    book: Workbook, lines: Mapping[str, Iterable[Line]], number_formats: Sequence[str]
) -> Iterator[bytes]:
    """The workbook; `lines` by the titles of the sheets that have a `model` of `number_formats`,
    taken in the order of the sheets."""
    laid_out, pipe = BytesIO(), Pipe()
    long = {f"xl/worksheets/sheet{book.sheetnames.index(title) + 1}.xml": title for title in lines}
    book.save(laid_out)
    with (
        ZipFile(laid_out) as source,
        ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive,
    ):
        for name in source.namelist():
            if name not in long:
                archive.writestr(name, source.read(name))
                continue
            with archive.open(name, "w") as target:
                for piece in _sheet(source.read(name), lines[long[name]], number_formats):
                    target.write(piece)
                    yield pipe.taken()
    yield pipe.taken()


def _sheet(laid_out: bytes, lines: Iterable[Line], formats: Sequence[str]) -> Iterator[bytes]:
    begins, ends = laid_out.rindex(b"<row "), laid_out.rindex(_LINES_END)
    quoted, *shown = (found.decode() for found in _STYLE.findall(laid_out[begins:ends]))
    number = laid_out.count(b"<row ", 0, begins)
    row = _writer(quoted, dict(zip(formats, shown, strict=True)))
    yield laid_out[:begins]
    several = iter(lines)
    while chunk := list(islice(several, AT_ONCE)):
        yield "".join(row(at, line) for at, line in enumerate(chunk, number + 1)).encode()
        number += len(chunk)
    yield laid_out[ends:]


def _writer(quoted: str, styles: Mapping[str, str]) -> Callable[[int, Line], str]:
    """Of a row's XML, by its number and what stands in it."""

    @lru_cache(REMEMBERED)
    def text(value: str) -> str:
        style = f' s="{quoted}"' if value.startswith(RISKY) else ""
        kept = "" if value == value.strip() else ' xml:space="preserve"'
        return f'{style} t="inlineStr"><is><t{kept}>{escape(clean(value))}</t></is></c>'

    @lru_cache(REMEMBERED)
    def shown(value: Shown) -> str:
        at = to_excel(value.value)  # type: ignore[no-untyped-call]
        return f' s="{styles[value.number_format]}"><v>{at}</v></c>'

    def cell(value: Cell) -> str:
        if isinstance(value, str):
            return text(value)
        return shown(value) if isinstance(value, Shown) else f"><v>{value}</v></c>"

    def row(number: int, line: Line) -> str:
        cells = [
            f'<c r="{column}{number}"{cell(value)}'
            for column, value in zip(COLUMNS, line, strict=False)
            if value is not None and value != ""
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'

    return row
