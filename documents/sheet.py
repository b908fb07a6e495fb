"""Cells and sheets of the workbooks we write: A4 landscape, and no text ever runs as a formula."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

FONT = "Times New Roman"
A4 = 9
LONGEST = 32_767
"""What a cell can hold."""
DATE, MOMENT, RATE, DAYS, COUNT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "0.0%", "0.0", "#,##0"

RISKY = ("=", "+", "-", "@", "\t")
_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FILL = PatternFill("solid", fgColor="DDE6F0")

Value = str | float | date | None


class Look(NamedTuple):
    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: int = 12
    align: str = "left"
    box: bool = False
    fill: bool = False


def open_sheet(
    book: Workbook, title: str, widths: Sequence[int], *, footer: str
) -> Any:  # openpyxl's write-only sheet has no public type
    sheet = book.create_sheet(title)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.6
    sheet.oddFooter.left.text = footer.replace("&", "&&")
    sheet.oddFooter.right.text = "&P/&N"
    return sheet


def cell(sheet: Any, value: Value, look: Look, *, number_format: str | None = None) -> Cell:
    made = plain(sheet, value, number_format=number_format)
    made.font = Font(
        name=FONT,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        underline="single" if look.underline else None,
    )
    made.alignment = Alignment(horizontal=look.align, vertical="center", wrap_text=True)
    if look.box:
        made.border = _BOX
    if look.fill:
        made.fill = _FILL
    return made


def plain(sheet: Any, value: Value, *, number_format: str | None = None) -> Cell:
    """Text stays text, whatever it begins with; an instant, local already, loses its zone."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if isinstance(value, str):
        value = clean(value)
    made: Cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
    if isinstance(value, str) and value.startswith(RISKY):
        made.data_type = "s"
        made.quotePrefix = True
    if number_format is not None:
        made.number_format = number_format
    return made


def clean(value: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub(" ", value)[:LONGEST]


def filtered(sheet: Any, first: int, last: int, columns: int) -> None:
    """A filter over the table whose head is row `first`."""
    sheet.auto_filter.ref = f"A{first}:{get_column_letter(columns)}{max(first, last)}"


def head(sheet: Any, titles: Iterable[str]) -> list[Cell]:
    look = Look(bold=True, align="center", box=True, fill=True, size=11)
    return [cell(sheet, title, look) for title in titles]
