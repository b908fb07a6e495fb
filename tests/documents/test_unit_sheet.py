import csv
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from documents.sheet_errors import SheetWrong
from documents.unit_sheet import read_sheet, read_units, write_template, write_units
from dondoc.units.rows import Person, UnitRow
from dondoc.words import Language

TITLES = ["Mã đơn vị", "Tên đơn vị", "Loại"]
FULL = UnitRow(
    number=2,
    code="p-tan-phu",
    name="UBND phường Tân Phú",
    kind="phường",
    parent="q7",
    groups={"cum-1": "Cụm thi đua số 1", "khoi-a": "Khối A"},
    heads={"cum-1": (2024, 2025)},
    officers=(Person("Bình", "b@x.vn"), Person(), Person("Dung", "d@x.vn")),
    head=Person("Lê Văn Cường", "c@x.vn"),
    deputy=Person("", "e@x.vn"),
    language=Language.EN,
    valid_from=date(1997, 4, 1),
    valid_to=date(2025, 6, 30),
)
BARE = UnitRow(
    number=3,
    code="q7",
    name="Quận 7",
    kind="quận",
    parent=None,
    groups={},
    heads={},
    officers=(),
    head=Person(),
    deputy=Person(),
    language=Language.VI,
    valid_from=None,
    valid_to=None,
)


def book(path: Path, *rows: Sequence[object], groups: tuple[list[str], ...] = ()) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if groups:
        second = workbook.create_sheet("Cụm, khối")
        for group in groups:
            second.append(group)
    workbook.save(path)
    return path


def why(path: Path) -> str:
    with pytest.raises(SheetWrong) as caught:
        read_units(path)
    return str(caught.value)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_was_written_is_read_the_same(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"units.{ending}"
    write_units(path, [FULL, BARE])

    assert read_units(path) == [FULL, BARE]
    assert [child.name for child in tmp_path.iterdir()] == [path.name]


NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=30,
).filter(str.strip)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=NAMES, person=NAMES.filter(lambda name: ";" not in name))
def test_any_name_survives(tmp_path: Path, ending: str, name: str, person: str) -> None:
    path = tmp_path / f"units.{ending}"
    row = FULL.model_copy(update={"name": name, "head": Person(person, None)})
    row = UnitRow(**{field: getattr(row, field) for field in UnitRow.model_fields})
    write_units(path, [row])

    assert read_units(path)[0].model_dump() == row.model_dump()


def test_headers_without_case_diacritics_order_or_in_english(tmp_path: Path) -> None:
    path = book(
        tmp_path / "units.xlsx",
        ["DANH SÁCH ĐƠN VỊ"],
        [],
        ["STT", "LOAI", "Officer_Email", "don vi", "mã  ĐƠN VỊ", "Ghi chú"],
        [1, "phường", "a@x.vn; b@x.vn", "Phường 1", 7, "x"],
    )

    assert read_units(path) == [
        UnitRow(
            number=4,
            code="7",
            name="Phường 1",
            kind="phường",
            officers=(Person("", "a@x.vn"), Person("", "b@x.vn")),
        )
    ]


def test_columns_the_file_lacks_are_not_given(tmp_path: Path) -> None:
    row = read_units(book(tmp_path / "u.xlsx", TITLES, ["a", "A", "x"]))[0]

    assert row.model_fields_set == {"number", "code", "name", "kind", "mistakes"}


def test_group_names_come_from_the_second_sheet(tmp_path: Path) -> None:
    path = book(
        tmp_path / "u.xlsx",
        [*TITLES, "Cụm, khối"],
        ["a", "A", "x", "cum-1; cum-9"],
        groups=(["Mã", "Tên"], ["cum-1", "Cụm 1"]),
    )

    assert read_units(path)[0].groups == {"cum-1": "Cụm 1", "cum-9": ""}


@pytest.mark.parametrize("cell", ["01/7/2025", "1-7-2025", "2025-07-01", date(2025, 7, 1)])
def test_dates_as_officials_write_them(tmp_path: Path, cell: object) -> None:
    path = book(tmp_path / "u.xlsx", [*TITLES, "Hiệu lực từ"], ["a", "A", "x", cell])

    assert read_units(path)[0].valid_from == date(2025, 7, 1)


def test_every_bad_cell_is_told_with_its_row(tmp_path: Path) -> None:
    path = book(
        tmp_path / "u.xlsx",
        [*TITLES, "Hiệu lực từ", "Ngôn ngữ", "head_of", "Lãnh đạo: e-mail"],
        ["a", "A", "x", "31/2/2025", "lo", "cum-1", "a@x"],
        ["b", "B", "x", None, None, None, None],
        ["", "C", "x", None, None, None, "a@x.vn\n"],
    )

    assert why(path).splitlines() == [
        "u.xlsx: ",
        "  row 2 (a): head_of: 'cum-1' is not understood, expected cum-1:2024",
        "  row 2 (a): language: 'lo' is not understood, expected vi or en",
        "  row 2 (a): valid_from: '31/2/2025' is not understood, "
        "expected a date such as 2025-07-01",
        "  row 2 (a): 'a@x' is not an e-mail address",
        "  row 4 (): the code '' must have 1–60 characters, no blanks or , ; : =",
        r"  row 4 (): 'a@x.vn\n' is not an e-mail address",
    ]
    assert [row.code for row in read_sheet(path)] == ["a", "b", ""]


def test_a_formula_without_a_result_is_refused_by_its_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "u.xlsx", TITLES, ["a", "A", "x"], ['=LOWER("B")', "B", "#REF!"])

    assert why(path).splitlines()[1:3] == [
        "  row 3 (): code: cell A3 is a formula without a result; paste its value",
        "  row 3 (): kind: cell C3 shows the error #REF!",
    ]


def test_a_formula_with_its_result_is_a_value(tmp_path: Path) -> None:
    path = book(tmp_path / "u.xlsx", TITLES, ['=LOWER("B")', "B", "x"])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v />", b"<v>b</v>")
            .replace(b"<v></v>", b"<v>b</v>").replace(b"<v/>", b"<v>b</v>")
            .replace(b'<c r="A2">', b'<c r="A2" t="str">'))  # fmt: skip

    assert [row.code for row in read_units(path)] == ["b"]


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_merged_cells_below_the_header_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "u.xlsx", ["Danh sách"], TITLES, ["a", "A", "x"], ["b", "B", ""])
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    sheet.merge_cells("A1:C1")
    workbook.save(path)
    assert [row.code for row in read_sheet(path)] == ["a", "b"]

    sheet.merge_cells("C3:C4")
    workbook.save(path)
    assert why(path) == "u.xlsx: the cells C3:C4 are merged; unmerge them and fill in each"


def test_missing_and_mistyped_and_double_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "u.xlsx"
    assert why(book(path, ["Mã đơn vị", "Loại"], ["a", "x"])) == (
        "u.xlsx: there is no column “name”"
    )
    assert why(book(path, [*TITLES, "Đầu mối: emial"], ["a", "A", "x"])) == (
        "u.xlsx: there is no column “Đầu mối: emial”; did you mean “officer_email”?"
    )
    assert why(book(path, [*TITLES, "kind"], ["a", "A", "x"])) == (
        "u.xlsx: there are two columns “kind”"
    )
    assert why(book(path, ["x"])) == ("u.xlsx: there is no column “code”, “name”, “kind”")
    assert why(book(path, TITLES)) == "u.xlsx: there is no unit in it"


def damaged(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def nonsense(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7 nothing")


def nothing(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)


def bomb(path: Path) -> None:
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 300_000_000)


def entities(path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: laughs + xml[xml.index(b"<worksheet") :],
    )


def not_xml(path: Path) -> None:
    rewrite(path, "xl/workbook.xml", lambda xml: xml[: len(xml) // 2])


def no_sheet(path: Path) -> None:
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: b"")


def old(path: Path) -> None:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)


def locked(path: Path) -> None:
    old(path)
    path.write_bytes(path.read_bytes() + "EncryptedPackage".encode("utf-16-le"))


def word(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")


UNREADABLE = "the workbook cannot be read; open it in Excel and save it again as .xlsx"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damaged, "the file is damaged or cut short; copy or download it again"),
        (nonsense, "this is not an Excel workbook; open it in Excel and save it as .xlsx"),
        (nothing, "the file is over 32 MB; delete empty formatted rows and columns"),
        (bomb, "the file unpacks to 300 MB and is not opened; save a clean copy"),
        (entities, UNREADABLE),
        (not_xml, UNREADABLE),
        (no_sheet, UNREADABLE),
        (old, "this is an old .xls workbook; save it as .xlsx"),
        (locked, "the workbook is encrypted; remove its password and save it again"),
        (word, "this is not an Excel workbook (.xlsx)"),
    ],
)
def test_dangerous_or_broken_workbooks_are_refused_in_one_sentence(
    tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    path = book(tmp_path / "u.xlsx", TITLES, ["a", "A", "x"])
    harm(path)

    assert why(path) == f"u.xlsx: {said}"


@pytest.mark.slow
def test_a_sheet_that_claims_every_row_and_column_is_read_quickly(tmp_path: Path) -> None:
    path = book(tmp_path / "u.xlsx", TITLES, ["a", "A", "x"])
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"A1:C2", b"A1:XFD1048576").replace(
            b"</sheetData>", b'<row r="99999999999"><c r="XFD99999999999"/></row></sheetData>'
        ),
    )

    assert [row.code for row in read_units(path)] == ["a"]


@pytest.mark.parametrize("name", ["units.xls", "units.pdf", "none.xlsx"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "units.xls").write_bytes(b"x")
    (tmp_path / "units.pdf").write_bytes(b"x")

    assert why(tmp_path / name) in {
        "units.xls: this is an old .xls workbook; save it as .xlsx",
        "units.pdf: an .xlsx or .csv file is needed",
        "none.xlsx: there is no such file",
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_with_any_usual_delimiter(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([[*TITLES, "Cụm, khối"], ["a", "Phòng A; và, B", "phòng", "c-1=Cụm 1; c-2"]])
    path = tmp_path / "u.csv"
    path.write_text(text.getvalue(), encoding=encoding, newline="")

    row = read_units(path)[0]

    assert (row.name, row.groups) == ("Phòng A; và, B", {"c-1": "Cụm 1", "c-2": ""})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "Mã đơn vị,Tên đơn vị,Loại\na,A,x\n".encode("utf-16"),
            "the text is not UTF-8 (UTF-16); in Excel save it as “CSV UTF-8”",
        ),
        (
            b"code,name,kind\na,Ph\xd0\xf4,x\n",
            "the text is not UTF-8 (dòng/line 2); in Excel save it as “CSV UTF-8”",
        ),
        (b"code,name,kind\na,\0,x\n", "this is not a CSV file"),
        (
            b'code,name,kind\na,"A"b,x\n',
            "line 2: a quotation mark or cell is not closed properly",
        ),
        (b"", "there is no column “code”, “name”, “kind”"),
        (b"\n" * 1000, "there is no column “code”, “name”, “kind”"),
    ],
)
def test_broken_csv_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "u.csv"
    path.write_bytes(content)

    assert why(path) == f"u.csv: {said}"


def test_what_looks_like_a_formula_is_guarded_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    write_units(path, [BARE.model_copy(update={"name": "=HYPERLINK(1)"})])

    assert ",'=HYPERLINK(1)," in path.read_text(encoding="utf-8-sig").replace('"', "")
    assert read_units(path)[0].name == "=HYPERLINK(1)"


def test_the_template_explains_every_column_and_holds_no_unit(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path)

    assert why(path) == "t.xlsx: there is no unit in it"
    workbook = load_workbook(path)
    assert workbook.sheetnames == ["Đơn vị", "Cụm, khối", "Hướng dẫn"]
    header = [cell.value for cell in workbook.worksheets[0][1]]
    guide = [row[0].value for row in workbook.worksheets[2].iter_rows(min_row=2)]
    assert guide == header
