"""What the official should decide is told, and nothing is corrected."""

import pytest

from documents.reading.formats.text import lines_of
from documents.reading.reader import read
from documents.reading.source import Source
from schedules.calendar import OfficeCalendar
from tests.documents.reading.test_grammar import read_text

HEAD = (
    "Số: 12/KH-UBND",
    "An Bình, ngày 02 tháng 05 năm 2024",
    "KẾ HOẠCH",
    "Phong trào thi đua năm 2024",
)


def told(*clauses: str) -> list[str]:
    return [oddity.why.vi for oddity in read_text(*HEAD, *clauses).oddities]


@pytest.mark.parametrize(
    ("clause", "why"),
    [
        (
            "Các đơn vị gửi hồ sơ trước ngày 10/01/2024.",
            "hạn 10/01/2024 trước ngày ban hành 02/05/2024",
        ),
        ("Các đơn vị gửi hồ sơ trước ngày 19/5/2024.", "hạn 19/05/2024 là Chủ nhật"),
        ("Các đơn vị gửi hồ sơ chậm nhất ngày 02/9/2024.", "hạn 02/09/2024 là ngày lễ"),
        ("Các đơn vị gửi hồ sơ trước ngày 15/11/2027.", "hạn năm 2027 ngoài thời kỳ của kế hoạch"),
        (
            "Các đơn vị gửi báo cáo năm 2023 trước ngày 15/11/2024.",
            "nói về năm 2023 mà kế hoạch là của năm 2024",
        ),
        (
            "Các đơn vị nộp hồ sơ từ ngày 01/10 đến ngày 15/11/2024.",
            "ngày bắt đầu không ghi năm; hiểu là 01/10/2024",
        ),
        ("Các đơn vị gửi hồ sơ trước ngày 15/11.", "ngày không ghi năm; hiểu là 2024-11-15"),
    ],
)
def test_oddity_is_told(clause: str, why: str) -> None:
    assert told(clause) == [why]


def test_one_thing_with_two_dates() -> None:
    said = told(
        "Các đơn vị gửi báo cáo tổng kết trước ngày 15/11/2024.",
        "Các đơn vị gửi báo cáo tổng kết trước ngày 20/11/2024.",
    )

    assert said == ["cùng một việc có hai hạn: 15/11/2024 (dòng 9) và 20/11/2024"]


def test_district_after_the_reorganisation() -> None:
    reading = read_text(
        "KẾ HOẠCH",
        "Phong trào thi đua năm 2025",
        "Ủy ban nhân dân các huyện gửi báo cáo trước ngày 14/11/2025.",
    )

    assert [oddity.why.en for oddity in reading.oddities][1:] == [
        "names a district or township, which ceased on 2025-07-01"
    ]


def test_plain_deadline_is_not_odd() -> None:
    assert told("Các đơn vị gửi hồ sơ trước ngày 15/11/2024.") == []


def test_movable_holiday_is_told_by_the_offices_calendar() -> None:
    source = Source(
        name="x.txt", format="text",
        lines=lines_of("\n\n".join((*HEAD, "Các đơn vị gửi hồ sơ trước ngày 18/4/2024."))),
    )  # fmt: skip

    off = read(source, day_off=OfficeCalendar().why_off).milestones[0].doubts

    assert [doubt.vi for doubt in off] == [
        "hạn 18/04/2024 trước ngày ban hành 02/05/2024",
        "hạn 18/04/2024 là Ngày Giỗ Tổ Hùng Vương",
    ]
