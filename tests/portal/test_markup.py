"""Names that could be read as markup, formulas, header lines or paths are only names, wherever they
are shown."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from tests.portal.house import House
from tests.portal.test_access import ACCESS, EVERY, IN, addressed, places

SLY = "=1+1<script>x</script>\"'{{7*7}}/../../x"
SLY_FILE = SLY + "\r\nSet-Cookie: a=b"
NAMED = {
    "units": ("name", SLY),
    "groups": ("name", SLY),
    "plans": ("title", SLY),
    "milestones": ("name", SLY),
    "contacts": ("name", SLY),
    "accounts": ("name", SLY),
    "submitted_files": ("name", SLY_FILE),
    "draft_files": ("name", SLY_FILE),
}
TO_PREFECT = ("GET /office/plans/{plan}/runs", "GET /office/prefect")
"""say so where it does not run"""
SHOWN = [name for name in EVERY if name.startswith("GET ")]


@pytest.fixture
def misnamed(house: House) -> dict[str, str]:
    """What stands for the variable parts of a path."""
    found = places(house)
    with house.database.engine.execution_options(writes=True).begin() as connection:
        for table, (column, name) in NAMED.items():
            connection.execute(text(f"UPDATE {table} SET {column} = :name"), {"name": name})
    return found


@pytest.mark.parametrize("who", ["unit", "administrator"])
def test_no_name_becomes_markup_or_a_header(
    house: House, misnamed: dict[str, str], who: str
) -> None:
    browser, pages = house.visitor(who), 0
    for name in SHOWN:
        if ACCESS[name][who] is not IN:
            continue
        answer = browser.get(addressed(name, misnamed))
        assert answer.status_code < 500 or name in TO_PREFECT, name
        assert "a=b" not in answer.headers.get("set-cookie", ""), name
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "<script>x" not in answer.text, name
            assert "=1+149" not in answer.text, name
            pages += "&lt;script&gt;x" in answer.text
    assert pages > 3


def test_no_name_becomes_a_formula_or_a_path(house: House, misnamed: dict[str, str]) -> None:
    browser = house.visitor("administrator")
    for path in ("/office/plans/thi-dua/report.xlsx", "/office/units-export"):
        book = load_workbook(BytesIO(browser.get(path).content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert any("<script>" in str(cell.value) for cell in cells)
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    csv = browser.get("/office/plans/thi-dua/status.csv").content.decode("utf-8-sig")
    assert ",=1+1" not in csv.replace('"', "")
    zipped = browser.get("/office/plans/thi-dua/milestones/dang-ky/submissions.zip").content
    names = ZipFile(BytesIO(zipped)).namelist()
    assert len(names) == 4
    assert not [name for name in names if ".." in name.split("/") or "\\" in name or "\n" in name]
