"""Reads and writes a table as CSV the way Vietnamese Excel does: UTF-8, and , ; or tab between."""

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from documents.grid import MOST_BYTES, Line, Lines
from documents.sheet_errors import SheetWrong, wrong

DELIMITERS = (",", ";", "\t")
LONGEST_CELL = 100_000
AT_ONCE = 500
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CALCULATED = "=+-@"


def csv_lines(path: Path, recognised: Callable[[Iterable[object]], int]) -> Lines:
    """Takes the delimiter under which `recognised` counts most columns in some early line.
    Raises SheetWrong."""
    text = _text(path)
    lines = {delimiter: _early(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: max(map(recognised, lines[delimiter]), default=0))
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=best, strict=True)
    try:
        for cells in reader:
            yield Line(reader.line_num, tuple(_plain(cell) for cell in cells))
    except csv.Error as error:
        raise wrong(
            path,
            f"dòng {reader.line_num}: dấu ngoặc kép hoặc ô không đóng đúng",
            f"line {reader.line_num}: a quotation mark or cell is not closed properly",
        ) from error


def write_csv(path: Path, rows: Iterable[Iterable[str]]) -> None:
    """With the mark Excel needs to see UTF-8; nothing in it is run as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([guarded(cell) for cell in row] for row in rows)


def csv_pieces(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """As `write_csv` writes, some lines at a time."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    begins = BOM_UTF8
    lines = iter(rows)
    while chunk := list(islice(lines, AT_ONCE)):
        writer.writerows([guarded(cell) for cell in row] for row in chunk)
        yield begins + text.getvalue().encode("utf-8")
        begins = b""
        text.seek(0)
        text.truncate()


def _early(text: str, delimiter: str) -> list[list[str]]:
    return [line.split(delimiter) for line in text[:20_000].splitlines()[:20]]


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise wrong(
            path,
            f"tệp lớn hơn {MOST_BYTES // 10**6} MB",
            f"the file is over {MOST_BYTES // 10**6} MB",
        )
    content = path.read_bytes()
    if content.startswith(_UTF16):
        raise _encoding(path, "UTF-16")
    if b"\0" in content:
        raise wrong(path, "không phải tệp CSV", "this is not a CSV file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _encoding(path, f"dòng/line {line}") from error


def _encoding(path: Path, where: str) -> SheetWrong:
    return wrong(
        path,
        f"không phải mã UTF-8 ({where}); trong Excel hãy lưu thành «CSV UTF-8»",
        f"the text is not UTF-8 ({where}); in Excel save it as “CSV UTF-8”",
    )


def guarded(cell: str) -> str:
    """What a spreadsheet would run becomes text: the apostrophe is shown to nobody."""
    apostrophed = cell[:1] == "'" and cell[1:2] and cell[1] in _CALCULATED + "'"
    return f"'{cell}" if apostrophed or (cell and cell[0] in _CALCULATED) else cell


def _plain(cell: str) -> str:
    guarded = cell[:1] == "'" and cell[1:2] and cell[1] in _CALCULATED + "'"
    return cell[1:] if guarded else cell
