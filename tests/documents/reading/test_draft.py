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
from tests.documents.reading.labels import CORPUS, PAPERS
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

    nameless = [one for one in reading.milestones if "event_year" in one.due]
    assert {m.clause.text for m in plan.milestones} == {
        one.quote for one in reading.milestones if one not in nameless
    }
    assert len(plan.undated) == len(reading.undated) + len(nameless)


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


def test_what_depends_on_an_event_waits_for_it() -> None:
    plan = plan_of(
        "Các đơn vị gửi báo cáo trong thời hạn 10 ngày kể từ ngày kết thúc đợt thi đua.",
        "Các đơn vị gửi hồ sơ chậm nhất 05 ngày làm việc sau khi kết thúc đợt thi đua.",
        "Các cụm gửi tài liệu trước ngày tổ chức hội nghị ít nhất 15 ngày.",
        "Sở Nội vụ trả kết quả trong thời hạn 07 ngày làm việc kể từ ngày nhận đủ hồ sơ.",
    )

    assert [(event.code, event.name, event.per.value) for event in plan.events] == [
        ("ket-thuc-dot-thi-dua", "Kết thúc đợt thi đua", "plan"),
        ("to-chuc-hoi-nghi", "Tổ chức hội nghị", "plan"),
        ("nhan-du-ho-so", "Nhận đủ hồ sơ", "unit"),
    ]
    assert [m.due.model_dump(exclude_none=True) for m in plan.milestones] == [
        {"after": "ket-thuc-dot-thi-dua", "days": 10},
        {"after": "ket-thuc-dot-thi-dua", "working_days": 5},
        {"before": "to-chuc-hoi-nghi", "days": 15},
        {"after": "nhan-du-ho-so", "working_days": 7},
    ]


def test_yearly_window_keeps_its_start() -> None:
    plan = plan_of("Các đơn vị nộp hồ sơ từ ngày 01/3 đến ngày 30/4 hằng năm.")

    assert [m.due.model_dump(exclude_defaults=True, mode="json") for m in plan.milestones] == [
        {"every": "year", "day": 30, "month": 4, "opens_before": 60}
    ]


def test_same_day_of_both_halves_is_one_rule() -> None:
    plan = plan_of("Các đơn vị gửi báo cáo trước ngày 20/6 và ngày 20/12 hằng năm.")

    assert [m.due.model_dump(exclude_defaults=True, mode="json") for m in plan.milestones] == [
        {"every": "half_year", "day": 20, "month": "last"}
    ]


def test_day_of_an_event_year_is_listed_without_a_date() -> None:
    plan = plan_of("Các đơn vị gửi hồ sơ trước ngày 15/3 của năm tổ chức Đại hội.")

    assert (plan.milestones, plan.undated[0].name) == ((), "Gửi hồ sơ")


def test_clause_is_the_papers_own_words_with_its_line() -> None:
    clause = plan_of("Các đơn vị gửi báo cáo sơ kết trước ngày 15/6/2024.").milestones[0].clause

    assert (clause.text, clause.where) == (
        "Các đơn vị gửi báo cáo sơ kết trước ngày 15/6/2024.",
        "dòng 9",
    )


def test_comments_say_what_to_check() -> None:
    text = drafted("Các đơn vị gửi báo cáo sơ kết về Phòng Nội vụ trước ngày 15/6.").text

    above = [line.strip() for line in text.splitlines() if line.startswith("  #")]
    assert above == [
        "# KIỂM TRA năm: văn bản không ghi năm ở ngày này · the year is not written here",
        "# LƯU Ý hạn 15/06/2024 là thứ Bảy · due on 2024-06-15, Saturday",
        "# ai phải nộp: «Các đơn vị»",
        "# nơi nhận: «Phòng Nội vụ»",
        "# tin cậy 85% · trước ngày · before + day",
    ]


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
