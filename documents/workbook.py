"""Reads the tables of an .xlsx workbook, row by row, values only."""

import warnings
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from documents.archive import Marks, check_archive, marks
from documents.grid import MOST_COLUMNS, Line, Lines, Unusable
from documents.sheet_errors import SheetWrong, wrong

LAST_ROW = 1_048_576
"""Excel's own; a file may claim any."""

# what a damaged workbook makes openpyxl, the XML reader and zipfile raise
BROKEN = (
    BadZipFile,
    InvalidFileException,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


class Book:
    """Sheets by their place; `lines` skips nothing, also not blank rows."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        self._path = path
        self._opened = opened
        self._values = self._load(values=True)

    def _load(self, *, values: bool) -> Workbook:
        file = self._opened.enter_context(self._path.open("rb"))
        book = load_workbook(file, read_only=True, data_only=values, keep_links=False)
        self._opened.callback(book.close)
        return book

    @property
    def sheets(self) -> int:
        return len(self._values.worksheets)

    def marks(self, sheet: int) -> Marks:
        # the read-only sheet tells its part of the archive, not what is merged in it
        part: str = self._values.worksheets[sheet]._worksheet_path  # type: ignore[attr-defined]
        return marks(self._path, part)

    def lines(self, sheet: int) -> Lines:
        values = _rows(self._values, sheet, values=True)
        if not self.marks(sheet).formulas:
            yield from (Line(number, _checked(number, row)) for number, row in enumerate(values, 1))
            return
        pairs = zip(values, _rows(self._load(values=False), sheet, values=False), strict=True)
        for number, (row, typed) in enumerate(pairs, 1):
            yield Line(number, _checked(number, _calculated(number, row, typed)))


def _rows(book: Workbook, sheet: int, *, values: bool) -> Iterator[tuple[Any, ...]]:
    table = book.worksheets[sheet]
    table.reset_dimensions()
    return table.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=values)


@contextmanager
def open_book(path: Path) -> Iterator[Book]:
    """Raises SheetWrong for whatever is wrong with the file, also while it is being read."""
    check_archive(path)
    try:
        with warnings.catch_warnings(), ExitStack() as opened:
            warnings.simplefilter("ignore")  # about styles and extensions we do not use
            yield Book(path, opened)
    except SheetWrong:
        raise
    except BROKEN as error:
        raise wrong(
            path,
            "không đọc được bảng tính; hãy mở bằng Excel và lưu lại thành .xlsx",
            "the workbook cannot be read; open it in Excel and save it again as .xlsx",
        ) from error


def _checked(number: int, row: tuple[object, ...]) -> tuple[object, ...]:
    if not any(isinstance(value, str) and value in ERROR_CODES for value in row):
        return row
    return tuple(
        Unusable(_name(place, number), str(value)) if value in ERROR_CODES else value
        for place, value in enumerate(row)
    )


def _calculated(number: int, row: tuple[object, ...], typed: tuple[Any, ...]) -> tuple[object, ...]:
    return tuple(
        Unusable(_name(place, number)) if value is None and cell.data_type == "f" else value
        for place, (value, cell) in enumerate(zip(row, typed, strict=True))
    )


def _name(place: int, number: int) -> str:
    return f"{get_column_letter(place + 1)}{number}"
