"""The list of units as a spreadsheet: .xlsx, its second sheet naming the groups, or .csv."""

from collections.abc import Callable, Iterator
from pathlib import Path

from documents.archive import Marks
from documents.csv_table import csv_lines
from documents.grid import MOST_ROWS, Line, Lines
from documents.sheet_errors import SheetWrong, wrong, wrong_rows
from documents.unit_cells import unit_row
from documents.unit_columns import TITLES, Header, folded, read_header, recognised
from documents.unit_writing import write_template, write_units
from documents.workbook import Book, open_book
from dondoc.units.checking import own_mistakes
from dondoc.units.rows import Refusal, UnitRow

__all__ = ["SheetWrong", "read_sheet", "read_units", "write_template", "write_units"]

HEADER_WITHIN = 20
EVERY = 250

Progress = Callable[[int], None]
"""Called with the rows read so far."""


def read_units(path: Path, *, progress: Progress | None = None) -> list[UnitRow]:
    """Raises SheetWrong naming every row that cannot be used, each with its reason."""
    rows = read_sheet(path, progress=progress)
    refused = [Refusal(row.number, row.code, why) for row in rows for why in own_mistakes(row)]
    if refused:
        raise wrong_rows(path, refused)
    return rows


def read_sheet(path: Path, *, progress: Progress | None = None) -> list[UnitRow]:
    """As read_units, but a row's own mistakes stay in the row, for an import to tell together
    with all others. Raises SheetWrong where the file as a whole cannot be used."""
    if not path.is_file():
        raise wrong(path, "không có tệp này", "there is no such file")
    match path.suffix.lower():
        case ".csv":
            rows = _rows(path, csv_lines(path, recognised), {}, Marks((), formulas=False))
            return _counted(path, rows, progress)
        case ".xlsx" | ".xlsm":
            with open_book(path) as book:
                names = _group_names(book)
                rows = _rows(path, book.lines(0), names, book.marks(0))
                return _counted(path, rows, progress)
        case ".xls":
            raise wrong(
                path,
                "bảng tính kiểu cũ (.xls); hãy lưu thành .xlsx",
                "this is an old .xls workbook; save it as .xlsx",
            )
        case _:
            raise wrong(path, "cần tệp .xlsx hoặc .csv", "an .xlsx or .csv file is needed")


def _counted(path: Path, rows: Iterator[UnitRow], progress: Progress | None) -> list[UnitRow]:
    found: list[UnitRow] = []
    for row in rows:
        found.append(row)
        if progress is not None and len(found) % EVERY == 0:
            progress(len(found))
        if len(found) > MOST_ROWS:
            raise wrong(path, f"quá {MOST_ROWS} dòng", f"there are more than {MOST_ROWS} rows")
    if not found:
        raise wrong(path, "không có đơn vị nào", "there is no unit in it")
    return found


def _rows(path: Path, lines: Lines, names: dict[str, str], marks: Marks) -> Iterator[UnitRow]:
    header, at = _header(path, lines)
    for merged, last_row in marks.merged:
        if last_row >= at:
            raise wrong(
                path,
                f"các ô {merged} bị gộp; hãy bỏ gộp và điền từng ô",
                f"the cells {merged} are merged; unmerge them and fill in each",
            )
    for line in lines:
        if line.blank:
            continue
        width = len(line.cells)
        cells = {
            key: line.cells[place] if place < width else None
            for key, place in header.places.items()
        }
        yield unit_row(line.number, cells, names)


def _header(path: Path, lines: Lines) -> tuple[Header, int]:
    """The first line, within reason, that has the needed columns."""
    nearest: Header | None = None
    for line in _first(lines, HEADER_WITHIN):
        header = read_header(line.cells)
        if not header.missing:
            _refuse_titles(path, header)
            return header, line.number
        if nearest is None or len(header.places) > len(nearest.places):
            nearest = header
    missing = nearest.missing if nearest is not None and nearest.places else list(TITLES)[:3]
    hints = nearest.mistakes if nearest is not None and nearest.places else ()
    raise wrong(
        path,
        "thiếu cột " + ", ".join(f"«{TITLES[key].vi}»" for key in missing)
        + "".join(f"; {hint.vi}" for hint in hints),
        "there is no column " + ", ".join(f"“{TITLES[key].en}”" for key in missing)
        + "".join(f"; {hint.en}" for hint in hints),
    )  # fmt: skip


def _refuse_titles(path: Path, header: Header) -> None:
    if header.mistakes:
        raise wrong(
            path,
            "; ".join(mistake.vi for mistake in header.mistakes),
            "; ".join(mistake.en for mistake in header.mistakes),
        )


def _first(lines: Lines, count: int) -> Iterator[Line]:
    """Unlike islice it takes no line more than it gives."""
    for _, line in zip(range(count), lines, strict=False):
        yield line


def _group_names(book: Book) -> dict[str, str]:
    """From the second sheet: code and name in its first two columns, below a header."""
    if book.sheets < 2:
        return {}
    pairs = [_pair(line) for line in book.lines(1) if not line.blank]
    return {code: name for code, name in pairs if code and folded(code) not in ("ma", "code")}


def _pair(line: Line) -> tuple[str, str]:
    code, name = (" ".join(str(cell or "").split()) for cell in (*line.cells, "", "")[:2])
    return code, name or code
