"""Writes a list of units as a spreadsheet."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from documents.csv_table import write_csv
from documents.sheet_errors import wrong
from documents.unit_cells import cells_of
from documents.unit_columns import COLUMNS
from dondoc.units.rows import UnitRow
from dondoc.words import Words

UNITS = "Đơn vị"
GROUPS = "Cụm, khối"
GUIDE = "Hướng dẫn"
_HEAD = Font(bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor="1F4E78")
_WIDE = {"name": 42, "officer_email": 34, "head_email": 30, "deputy_email": 30}

Value = str | date | None


def write_units(path: Path, rows: Sequence[UnitRow]) -> None:
    """Reading the file gives the same rows. Raises SheetWrong for another ending than .xlsx
    or .csv."""
    if path.suffix.lower() == ".csv":
        _write_csv(path, rows)
    else:
        _write_book(path, rows, guide=False)


def write_template(path: Path) -> None:
    """An empty list with a page that explains the columns."""
    if path.suffix.lower() == ".csv":
        _write_csv(path, ())
    else:
        _write_book(path, (), guide=True)


def _write_csv(path: Path, rows: Sequence[UnitRow]) -> None:
    titles = [column.title.vi for column in COLUMNS]
    write_csv(path, [titles, *(_texts(row) for row in rows)])


def _texts(row: UnitRow) -> list[str]:
    """CSV has no second sheet: groups carry their names."""
    cells = cells_of(row)
    cells["groups"] = "; ".join(_named(code, name) for code, name in row.groups.items())
    return [str(cells[column.key] or "") for column in COLUMNS]


def _named(code: str, name: str) -> str:
    return f"{code}={name}" if name and ";" not in name else code


def _write_book(path: Path, rows: Sequence[UnitRow], *, guide: bool) -> None:
    if path.suffix.lower() != ".xlsx":
        raise wrong(path, "cần tệp .xlsx hoặc .csv", "an .xlsx or .csv file is needed")
    book = Workbook(write_only=True)
    units = [tuple(cells_of(row)[column.key] for column in COLUMNS) for row in rows]
    titles = [column.title for column in COLUMNS]
    widths = [_WIDE.get(column.key, 20) for column in COLUMNS]
    _write_sheet(book, UNITS, titles, units, widths)
    names = {code: name for row in rows for code, name in row.groups.items()}
    groups = sorted(names.items())
    _write_sheet(book, GROUPS, [Words("Mã", "code"), Words("Tên", "name")], groups, [20, 42])
    if guide:
        titles = [
            Words("Cột", "column"),
            Words("Column", ""),
            Words("Ghi", ""),
            Words("Fill in", ""),
        ]
        lines = [(*column.title, *column.help) for column in COLUMNS]
        _write_sheet(book, GUIDE, titles, lines, [26, 20, 50, 40])
    part = path.with_name(f".{path.name}.part")
    book.save(part)
    part.replace(path)


def _write_sheet(
    book: Workbook,
    title: str,
    titles: Sequence[Words],
    rows: Iterable[Sequence[Value]],
    widths: Sequence[int],
) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    head = [_cell(sheet, words.vi) for words in titles]
    for cell in head:
        cell.font, cell.fill = _HEAD, _FILL
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: object, value: Value) -> Cell:
    cell: Cell = WriteOnlyCell(sheet, value=value or None)  # type: ignore[arg-type]
    if isinstance(value, str) and value:
        cell.data_type = "s"  # whatever it begins with, it is no formula
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    return cell
