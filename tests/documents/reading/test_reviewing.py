"""Bodies that a paper names and that are no more."""

from datetime import date

import pytest

from documents.reading.matching import Directory
from documents.reading.reviewing import with_units
from dondoc.units.rows import UnitRow
from tests.documents.reading.test_grammar import read_text

HEAD = (
    "Số: 12/KH-UBND",
    "An Bình, ngày 02 tháng 5 năm 2025",
    "KẾ HOẠCH",
    "Phong trào thi đua năm 2025",
)
UNITS = [
    UnitRow(code="cu", name="Phòng Nội vụ huyện An Bình", kind="phòng", valid_to=date(2025, 6, 30)),
    UnitRow(code="moi", name="Phòng Văn hóa - Xã hội", kind="phòng", valid_from=date(2025, 7, 1)),
    UnitRow(code="so", name="Sở Nội vụ", kind="sở"),
    UnitRow(code="xa", name="Ban Dân tộc tỉnh", kind="ban", valid_to=date(2025, 2, 28)),
]


def told(clause: str) -> list[str]:
    reading = with_units(read_text(*HEAD, clause), Directory(UNITS, on=date(2025, 5, 2)))
    return [oddity.why.en for oddity in reading.oddities]


@pytest.mark.parametrize(
    ("clause", "why"),
    [
        (
            "Các đơn vị gửi báo cáo về Ban Dân tộc tỉnh trước ngày 16/5/2025.",
            ["Ban Dân tộc tỉnh is no more after 2025-02-28"],
        ),
        (
            "Các đơn vị gửi báo cáo về Phòng Nội vụ huyện An Bình trước ngày 14/11/2025.",
            [
                "names a district or township, which ceased on 2025-07-01",
                "Phòng Nội vụ huyện An Bình is no more after 2025-06-30",
            ],
        ),
        ("Các đơn vị gửi báo cáo về Phòng Nội vụ huyện An Bình trước ngày 16/5/2025.", []),
        ("Các đơn vị gửi báo cáo về Sở Nội vụ trước ngày 14/11/2025.", []),
    ],
)
def test_body_that_has_ended_is_told(clause: str, why: list[str]) -> None:
    assert told(clause) == why
