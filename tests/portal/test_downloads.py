"""What an office takes away."""

import csv
import subprocess
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from dondoc.filenames import LONGEST, plain
from dondoc.tables import SubmittedFile
from tests.portal.house import House
from tests.portal.test_hand_in import pdf, whole

PLAN = "/office/plans/thi-dua"
ZIP = f"{PLAN}/milestones/dang-ky/submissions.zip"


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_the_report_is_a_workbook_to_keep(house: House) -> None:
    answer = house.visitor("reader").get(f"{PLAN}/report.xlsx")

    assert answer.headers["content-disposition"].startswith('attachment; filename="thi-dua.xlsx"')
    assert answer.headers["content-type"] == "application/octet-stream"
    summary, detail = load_workbook(BytesIO(answer.content))
    listed = [row[1].value for row in detail.iter_rows(min_row=2)]
    assert (summary.max_row > 10, len(listed), set(listed)) == (True, 2, {"p-1", "p-2"})


def test_a_file_that_was_written_for_an_answer_is_gone_after_it(house: House) -> None:
    answer = house.visitor("official").get("/office/units-export")

    assert load_workbook(BytesIO(answer.content)).active is not None
    assert list((house.settings.data / "files").glob("*.xlsx")) == []


def test_the_lines_are_one_for_each_obligation(house: House) -> None:
    answer = house.visitor("reader").get(f"{PLAN}/status.csv?milestone=dang-ky")

    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="thi-dua-dang-ky.csv"'
    )
    found = _rows(answer.content.decode("utf-8"))
    assert [one["Unit code"] for one in found] == ["p-1", "p-2"]
    assert {one["State"] for one in found} == {"open"}


def test_everything_handed_in_comes_with_a_manifest(house: House, tmp_path: Path) -> None:
    whole(house.visitor("unit"))

    answer = house.visitor("reader").get(ZIP)

    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        (line,) = _rows(archive.read("manifest.csv").decode("utf-8"))
        assert archive.read(line["path"]) == pdf()
        archive.extractall(tmp_path)
    assert (line["unit"], line["state"], line["complete"]) == ("p-1", "ok", "yes")
    assert "content-length" not in answer.headers
    checked = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path, check=False
    )
    assert checked.returncode == 0


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_a_file_that_is_not_what_it_was_is_named(house: House, state: str) -> None:
    whole(house.visitor("unit"))
    with house.database.reading() as session:
        stored = session.scalars(select(SubmittedFile.sha256)).one()
    place = house.portal.store.path(stored)
    if state == "missing":
        place.unlink()
    else:
        place.write_bytes(b"%PDF-1.4 another")

    with ZipFile(BytesIO(house.visitor("reader").get(ZIP).content)) as archive:
        (line,) = _rows(archive.read("manifest.csv").decode("utf-8"))
        there = line["path"] in archive.namelist()

    assert line["state"] == state
    assert there == (state == "damaged")


def test_nothing_handed_in_is_an_empty_manifest(house: House) -> None:
    with ZipFile(BytesIO(house.visitor("reader").get(ZIP).content)) as archive:
        assert sorted(archive.namelist()) == ["SHA256SUMS", "manifest.csv"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Báo cáo Đợt 1.pdf", "Bao cao Dot 1.pdf"),
        ("../../etc/passwd", "etcpasswd"),
        ("..", "file"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie x"),
        ("報告.docx", "docx"),
        ("", "file"),
        ("x" * 400 + ".pdf", "x" * (LONGEST - 4) + ".pdf"),
    ],
)
def test_names_are_such_as_every_program_takes(name: str, kept: str) -> None:
    assert plain(name) == kept
