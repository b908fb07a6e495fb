from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from documents import consolidated as module
from documents.consolidated import write_consolidated
from documents.printed import due_format, long_date, long_moment
from dondoc.consolidation import Consolidated, consolidated
from dondoc.database import Database
from dondoc.plan.due import Granularity
from dondoc.queries import obligation_of
from dondoc.tables import ObligationState
from dondoc.words import Language
from tests.cast import hand_in, local, make_plan, make_units

EVIL = '=HYPERLINK("http://x.example";"y")'


@pytest.fixture
def report(sqlite: Database) -> Consolidated:
    with sqlite.writing() as session:
        units = make_units(session)
        units["p-2"].name = EVIL
        units["p-3"].name = "+ phường\x07 Ba"
        plan = make_plan(session, units)
        late = obligation_of(session, plan.milestones[0], units["p-1"])
        late.state = ObligationState.SUBMITTED
        session.add(hand_in(late, local(2024, 4, 18, 14, 5), files=3))
        session.flush()
        return consolidated(session, plan, now=local(2024, 5, 5))


def sheets(report: Consolidated, path: Path, language: Language = Language.VI) -> Any:
    write_consolidated(path, report, report.rows, language)
    return load_workbook(path)


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_title_block(report: Consolidated, tmp_path: Path) -> None:
    summary = sheets(report, tmp_path / "a.xlsx")["Tổng hợp"]
    assert (summary["A1"].value, summary["I1"].value) == (
        "ỦY BAN NHÂN DÂN QUẬN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    )
    assert summary["I2"].value == "Độc lập - Tự do - Hạnh phúc"
    assert summary["A5"].value == (
        "Kế hoạch thi đua năm 2024 (Kế hoạch số 08/KH-UBND ngày 08 tháng 3 năm 2024)"
    )
    assert summary["A6"].value == "Số liệu tính đến 9 giờ 00, ngày 05 tháng 5 năm 2024"


def test_summary_has_rates_per_milestone_and_group(report: Consolidated, tmp_path: Path) -> None:
    summary = sheets(report, tmp_path / "a.xlsx")["Tổng hợp"]
    rows = {row[1]: row[4:] for row in values(summary) if row[1]}
    assert rows["Đăng ký thi đua"] == [4, 0, 1, 1, 0, 0, 0, 1, 3, 0.25, 0, 3, 3]
    assert rows["Cộng các mốc đã đến hạn"] == rows["Đăng ký thi đua"]
    assert rows["Cụm thi đua số 1"] == [2, 0, 1, 1, 0, 0, 0, 1, 1, 0.5, 0, 3, 3]
    assert summary["N10"].number_format == "0.0%"


def test_detail_has_a_line_per_obligation(report: Consolidated, tmp_path: Path) -> None:
    detail = sheets(report, tmp_path / "a.xlsx")["Chi tiết"]
    lines = values(detail)
    assert len(lines) == 17
    assert lines[1] == [
        1,
        "p-1",
        "Ủy ban nhân dân phường Một",
        "Cụm thi đua số 1",
        "dang-ky",
        "Đăng ký thi đua",
        None,
        "Mục 1",
        "Các đơn vị gửi Đăng ký thi đua",
        datetime(2024, 4, 15),  # noqa: DTZ001
        None,
        datetime(2024, 4, 18, 14, 5),  # noqa: DTZ001
        1,
        "nộp muộn, chờ xét",
        "muộn",
        3,
        3,
        None,
        None,
    ]
    assert detail["J2"].number_format == "dd/mm/yyyy"
    assert detail["J6"].number_format == '"trước "dd/mm/yyyy'
    assert detail["L2"].number_format == "dd/mm/yyyy hh:mm"


def test_nothing_runs_as_a_formula(report: Consolidated, tmp_path: Path) -> None:
    book = sheets(report, tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    names = {cell.value: cell.quotePrefix for cell in book["Chi tiết"]["C"]}
    assert (names[EVIL], names["+ phường  Ba"]) == (True, True)


def test_it_prints_and_filters(report: Consolidated, tmp_path: Path) -> None:
    book = sheets(report, tmp_path / "a.xlsx")
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    detail = book["Chi tiết"]
    assert (detail.freeze_panes, detail.auto_filter.ref) == ("D2", "A1:S17")
    assert detail.print_title_rows == "$1:$1"


def test_in_english(report: Consolidated, tmp_path: Path) -> None:
    book = sheets(report, tmp_path / "a.xlsx", Language.EN)
    assert book.sheetnames == ["Summary", "Detail"]
    assert book["Summary"]["A6"].value == "Counted at 09:00, 5 May 2024"


def test_more_rows_than_a_sheet_holds(
    report: Consolidated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHEET_ROWS", 10)
    book = sheets(report, tmp_path / "a.xlsx")
    assert [sheet.max_row for sheet in book] == [book["Tổng hợp"].max_row, 11, 7]
    assert book["Chi tiết 2"]["A2"].value == 11


def test_a_failure_leaves_nothing_half_written(report: Consolidated, tmp_path: Path) -> None:
    taken = tmp_path / "a.xlsx"
    taken.mkdir()
    with pytest.raises(IsADirectoryError):
        write_consolidated(taken, report, report.rows, Language.VI)
    assert [path.name for path in tmp_path.glob(".*.part")] == []
    with pytest.raises(FileNotFoundError):
        write_consolidated(tmp_path / "missing" / "a.xlsx", report, report.rows, Language.VI)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 2, 5), "ngày 05 tháng 02 năm 2024"),
        (date(2024, 3, 10), "ngày 10 tháng 3 năm 2024"),
        (date(2024, 11, 1), "ngày 01 tháng 11 năm 2024"),
    ],
)
def test_long_date(day: date, said: str) -> None:
    assert long_date(day, Language.VI) == said


def test_long_moment() -> None:
    at = local(2024, 2, 5, 16, 30)
    assert long_moment(at, Language.EN) == f"{at:%H:%M}, 5 February 2024"


@pytest.mark.parametrize(
    ("granularity", "inclusive", "shown"),
    [
        (Granularity.DAY, True, "dd/mm/yyyy"),
        (Granularity.DAY, False, '"trước "dd/mm/yyyy'),
        (Granularity.MONTH, True, '"tháng "mm/yyyy'),
        (Granularity.QUARTER, True, '"quý I/2025"'),
        (Granularity.YEAR, False, '"trước ""năm 2025"'),
    ],
)
def test_due_is_shown_as_printed(granularity: Granularity, inclusive: bool, shown: str) -> None:
    due_on = date(2025, 3, 31)
    assert due_format(due_on, granularity, Language.VI, inclusive=inclusive) == shown
