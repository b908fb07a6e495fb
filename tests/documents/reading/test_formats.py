"""One paper in every format is read the same."""

import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from documents.reading.encodings import decode, from_viqr
from documents.reading.opening import open_document
from documents.reading.reader import read
from documents.reading.result import Reading
from tests.documents.reading import papers

HEAD = ("45/KH-UBND", "2024-02-12", "Ủy ban nhân dân huyện Tân Hòa", "Tân Hòa")
TITLE = "Phát động phong trào thi đua yêu nước năm 2024"


def reads(path: Path) -> Reading:
    return read(open_document(path))


def dues(reading: Reading) -> list[object]:
    return [one.due for one in reading.milestones]


def head(reading: Reading) -> tuple[object, ...]:
    header = reading.header
    return (header.number, str(header.issued), header.issuer, header.place)


def test_word_document_with_tables_and_numbers(tmp_path: Path) -> None:
    reading = reads(papers.word(tmp_path / "plan.docx"))

    assert (dues(reading), head(reading), reading.header.title) == (papers.DUES, HEAD, TITLE)
    assert [one.where for one in reading.milestones] == ["Mục 1", "Mục 2", "Mục 2"]
    assert reading.milestones[2].responsible == "Các xã, thị trấn"


def test_web_page_without_its_scripts(tmp_path: Path) -> None:
    page = tmp_path / "plan.html"
    page.write_text(papers.html(), encoding="utf-8")

    reading = reads(page)

    assert (dues(reading), head(reading)) == (papers.DUES, HEAD)


def test_plain_text(tmp_path: Path) -> None:
    text = tmp_path / "plan.txt"
    text.write_text(papers.plain(), encoding="utf-8")

    reading = reads(text)

    assert (dues(reading), head(reading)) == (papers.DUES, HEAD)


@pytest.mark.browser
def test_pdf_with_text_gives_pages(tmp_path: Path) -> None:
    reading = reads(papers.pdf(tmp_path / "plan.pdf"))

    assert (dues(reading), head(reading)) == (papers.DUES, HEAD)
    assert [one.page for one in reading.milestones] == [1, 1, 1]


def has_vietnamese_ocr() -> bool:
    program = shutil.which("tesseract")
    if program is None:
        return False
    listed = subprocess.run([program, "--list-langs"], capture_output=True, check=False)
    return b"vie" in listed.stdout.split()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not has_vietnamese_ocr(), reason="Tesseract with Vietnamese is not installed")
@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_scan_is_recognised(kind: str, tmp_path: Path) -> None:
    printed = papers.pdf(tmp_path / "printed.pdf")
    make = papers.scan if kind == "pdf" else papers.image

    reading = reads(make(printed, tmp_path / f"scan.{kind}"))

    assert (reading.header.number, str(reading.header.issued)) == HEAD[:2]
    assert set(dues(reading)) <= set(papers.DUES)
    assert len(dues(reading)) >= 2
    assert len(reading.notes) == 1


TCVN3 = "C¸c c¬ quan, ®¬n vÞ göi b¸o c¸o vÒ Phßng Néi vô tr­íc ngµy 15/11/2024."
VNI = "Caùc cô quan, ñôn vò göûi baùo caùo veà Phoøng Noäi vuï tröôùc ngaøy 15/11/2024."
VIQR = "Ca'c co+ quan, ddo+n vi. gu+?i ba'o ca'o ve^` Pho`ng No^.i vu. tru+o+'c nga`y 15/11/2024."
UNICODE = "Các cơ quan, đơn vị gửi báo cáo về Phòng Nội vụ trước ngày 15/11/2024."


@pytest.mark.parametrize(
    ("text", "encoding"), [(TCVN3, "TCVN3"), (VNI, "VNI"), (VIQR, "VIQR"), (UNICODE, "Unicode")]
)
@pytest.mark.parametrize("stored", ["utf-8", "utf-16", "single bytes"])
def test_old_letters_are_converted(text: str, encoding: str, stored: str) -> None:
    if stored == "single bytes" and text == UNICODE:
        pytest.skip("there is no single byte for these letters")
    data = text.encode("latin-1" if stored == "single bytes" else stored)

    assert decode(data) == (UNICODE, encoding)


def test_viqr_leaves_the_end_of_a_sentence() -> None:
    assert from_viqr("Gu+?i ve^` ca'c xa~. Ai no^.p?") == "Gửi về các xã. Ai nộp?"


def test_same_document_twice_gives_the_same(tmp_path: Path) -> None:
    path = papers.word(tmp_path / "plan.docx")

    assert reads(path) == reads(path)


def test_row_across_a_table_heads_the_rows_below(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Phong trào thi đua năm 2024")
    table = document.add_table(rows=5, cols=3)
    rows = (
        ("STT", "Nội dung công việc", "Thời gian"),
        ("THÁNG 3/2024", "", ""),
        ("1", "Gửi bản đăng ký thi đua", "Trước ngày 15"),
        ("THÁNG 6/2024", "", ""),
        ("2", "Gửi báo cáo sơ kết", "Trước ngày 12"),
    )
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
        if not any(cells[1:]):
            row.cells[0].merge(row.cells[2])
    document.save(str(tmp_path / "plan.docx"))

    assert dues(reads(tmp_path / "plan.docx")) == ["2024-03-15", "2024-06-12"]


def test_table_with_single_tabs_and_empty_cells(tmp_path: Path) -> None:
    text = tmp_path / "plan.txt"
    text.write_text(
        "STT\tNội dung\tCơ quan thực hiện\tCơ quan phối hợp\tThời hạn\n"
        "I\tCHUẨN BỊ\n1\tThành lập Ban Tổ chức\tSở Nội vụ\t\t25/3/2025\n",
        encoding="utf-8",
    )

    found = reads(text).milestones

    assert [(one.due, one.what, one.responsible) for one in found] == [
        ("2025-03-25", "Thành lập Ban Tổ chức", "Sở Nội vụ")
    ]
