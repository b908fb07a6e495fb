from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from itertools import count, islice
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook

from documents.long_sheet import AT_ONCE, Line, Shown, model, pieces

FORMATS = ("dd/mm/yyyy", '"trước "dd/mm/yyyy')


def laid_out(*titles: str) -> Workbook:
    book = Workbook(write_only=True)
    for title in titles:
        sheet = book.create_sheet(title)
        sheet.append(["Đầu mối", "Hạn"])
        model(sheet, FORMATS)
    return book


def read(written: Iterator[bytes]) -> Any:
    return load_workbook(BytesIO(b"".join(written)))


def test_values_come_back_as_they_were_given() -> None:
    day, at = date(2024, 4, 15), datetime(2024, 4, 18, 14, 5)  # noqa: DTZ001
    line: Line = (7, ' <b> & "x" ', None, "", "=1+1", Shown(day, FORMATS[0]), Shown(at, FORMATS[1]))
    sheet = read(pieces(laid_out("A"), {"A": [line]}, FORMATS))["A"]
    found = list(sheet.iter_rows(min_row=2))
    assert [cell.value for cell in found[0]] == [
        7,
        ' <b> & "x" ',
        None,
        None,
        "=1+1",
        datetime(2024, 4, 15),  # noqa: DTZ001
        at,
    ]
    assert (found[0][4].data_type, found[0][4].quotePrefix) == ("s", True)
    assert [cell.number_format for cell in found[0][5:]] == list(FORMATS)


def test_every_line_stands_below_the_head_of_its_own_sheet() -> None:
    numbers = count(1)
    several = {
        "A": ((n, "x\x07") for n in islice(numbers, AT_ONCE + 1)),
        "B": ((n,) for n in islice(numbers, 2)),
        "C": (),
    }
    book = read(pieces(laid_out("A", "B", "C"), several, FORMATS))
    assert [sheet.max_row for sheet in book] == [AT_ONCE + 2, 3, 1]
    assert [cell.value for cell in book["B"]["A"]] == ["Đầu mối", AT_ONCE + 2, AT_ONCE + 3]
    assert book["A"]["B2"].value == "x "


def test_the_first_piece_is_there_before_the_first_line_is_asked_for() -> None:
    asked = []

    def lines() -> Iterator[Line]:
        for number in range(3 * AT_ONCE):
            asked.append(number)
            yield (number,)

    written = pieces(laid_out("A"), {"A": lines()}, FORMATS)
    begins = next(written)
    assert asked == []
    whole = begins + b"".join(written)
    assert (len(asked), ZipFile(BytesIO(whole)).testzip()) == (3 * AT_ONCE, None)
