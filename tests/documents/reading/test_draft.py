"""A reading becomes a plan file that passes every check, with what to look at said above each milestone."""

from datetime import date
from pathlib import Path

import pytest

from documents.reading.draft import Draft, draft
from documents.reading.matching import Directory
from documents.reading.opening import open_document
from documents.reading.reader import read
from documents.unit_sheet import read_units
from dondoc.plan.model import Audience, PlanFile
from dondoc.plan.source import parse_plan
from dondoc.units.rows import UnitRow
from tests.documents.reading.test_corpus import CORPUS, PAPERS
from tests.documents.reading.test_grammar import read_text

UNITS = Path(__file__).parents[3] / "samples" / "quan-7-2024" / "units.xlsx"
HEAD = (
    "Số: 12/KH-UBND",
    "Quận 7, ngày 02 tháng 01 năm 2024",
    "KẾ HOẠCH",
    "Phong trào thi đua năm 2024",
)


def drafted(*clauses: str, directory: Directory | None = None) -> Draft:
    return draft(read_text(*HEAD, *clauses), directory=directory, year=2024)


def plan_of(*clauses: str, directory: Directory | None = None) -> PlanFile:
    return parse_plan(drafted(*clauses, directory=directory).text)


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_gives_a_plan_that_passes(name: str) -> None:
    reading = read(open_document(CORPUS / f"{name}.txt"))

    plan = parse_plan(draft(reading, directory=None, year=2024).text)

    relative = [
        one for one in reading.milestones if isinstance(one.due, dict) and "every" not in one.due
    ]
    halves = [one for one in reading.milestones if isinstance(one.due, dict) and "dates" in one.due]
    assert len(plan.milestones) == len(reading.milestones) - len(relative) + len(halves)
    assert len(plan.undated) == len(reading.undated) + len(relative)


def test_dates_windows_and_rules_are_kept() -> None:
    plan = plan_of(
        "Các đơn vị gửi báo cáo sơ kết trước ngày 15/6/2024.",
        "Các đơn vị nộp hồ sơ từ ngày 01/10 đến ngày 15/11/2024.",
        "Các đơn vị gửi báo cáo quý chậm nhất ngày 10 của tháng đầu quý sau.",
        "Các đơn vị tổ chức tổng kết trong quý IV/2024.",
    )

    said = [
        (str(m.opens), m.inclusive, m.due.model_dump(exclude_defaults=True, mode="json"))
        for m in plan.milestones
    ]
    assert said == [
        ("None", False, {"day": "2024-06-15"}),
        ("2024-10-01", True, {"day": "2024-11-15"}),
        ("None", True, {"every": "quarter", "day": 10, "of": "after"}),
        ("2024-10-01", True, {"day": "2024-12-31", "granularity": "quarter"}),
    ]


def test_what_depends_on_an_event_is_listed_without_a_date() -> None:
    plan = plan_of("Các đơn vị gửi báo cáo trong thời hạn 10 ngày kể từ ngày kết thúc đợt thi đua.")

    assert plan.milestones == ()
    assert "trong thời hạn 10 ngày" in plan.undated[0].clause.text


def test_clause_is_the_papers_own_words_with_its_line() -> None:
    clause = plan_of("Các đơn vị gửi báo cáo sơ kết trước ngày 15/6/2024.").milestones[0].clause

    assert (clause.text, clause.where) == (
        "Các đơn vị gửi báo cáo sơ kết trước ngày 15/6/2024.",
        "dòng 9",
    )


def test_comments_say_what_to_check() -> None:
    text = drafted("Các đơn vị gửi báo cáo sơ kết về Phòng Nội vụ trước ngày 15/6.").text

    assert "  # KIỂM TRA năm: văn bản không ghi năm ở ngày này" in text
    assert "  # nơi nhận theo văn bản: «Phòng Nội vụ»" in text
    assert "  # LƯU Ý: hạn 15/06/2024 là thứ Bảy" in text


def test_document_without_deadline_says_so() -> None:
    assert "không nêu hạn nào" in drafted("Các đơn vị hưởng ứng phong trào thi đua.").text


def test_same_reading_gives_the_same_bytes() -> None:
    clause = "Các đơn vị gửi báo cáo sơ kết trước ngày 15/6/2024."

    assert drafted(clause) == drafted(clause)


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory(read_units(UNITS), on=date(2024, 3, 1))


@pytest.mark.parametrize(
    ("phrase", "audience"),
    [
        ("Các cơ quan, đơn vị", {"all": True}),
        (
            "các phòng, ban, đơn vị sự nghiệp thuộc Quận và Ủy ban nhân dân 10 phường",
            {"kinds": ("phòng ban", "đơn vị sự nghiệp", "phường")},
        ),
        ("các Cụm trưởng, Khối trưởng", {"heads_of": "all"}),
        ("Phòng Nội vụ", {"units": ("phong-noi-vu",)}),
    ],
)
def test_phrase_matches_the_directory(
    phrase: str, audience: dict[str, object], directory: Directory
) -> None:
    matched = directory.match(phrase).audience

    assert matched == Audience.model_validate(audience)


def test_unmatched_phrase_lists_the_nearest(directory: Directory) -> None:
    text = drafted(
        "Phòng Nội vị Quận Bảy gửi báo cáo trước ngày 14/6/2024.", directory=directory
    ).text

    assert "không khớp danh bạ; gần nhất: phong-noi-vu (Phòng Nội vụ" in text


def test_collector_is_the_body_in_brackets(directory: Directory) -> None:
    clause = "Các đơn vị gửi báo cáo về cơ quan Thường trực Hội đồng Thi đua - Khen thưởng Quận (Phòng Nội vụ) trước ngày 14/6/2024."

    assert plan_of(clause, directory=directory).milestones[0].collector == "phong-noi-vu"


def test_dissolved_unit_is_not_matched() -> None:
    rows = [
        UnitRow(code="a", name="Phòng Nội vụ", kind="phòng", valid_to=date(2025, 6, 30)),
        UnitRow(code="b", name="Phòng Văn hóa - Xã hội", kind="phòng", valid_from=date(2025, 7, 1)),
    ]

    before, after = Directory(rows, on=date(2025, 6, 30)), Directory(rows, on=date(2025, 7, 1))

    assert [
        unit and unit.code for unit in (before.unit("Phòng Nội vụ"), after.unit("Phòng Nội vụ"))
    ] == ["a", None]
