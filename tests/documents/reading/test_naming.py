"""Names and codes as an official would write them."""

import pytest

from documents.reading.casing import cased
from documents.reading.naming import code, title


@pytest.mark.parametrize(
    ("what", "recipient", "name"),
    [
        ("gửi báo cáo sơ kết về Phòng Nội vụ", "Phòng Nội vụ", "Gửi báo cáo sơ kết"),
        (
            "Hồ sơ tặng Cờ thi đua: các đơn vị gửi về Sở Nội vụ",
            "Sở Nội vụ",
            "Hồ sơ tặng Cờ thi đua",
        ),
        ("dự thảo Kế hoạch Đại hội, trình UBND tỉnh", "UBND tỉnh", "Dự thảo Kế hoạch Đại hội"),
        ("hồ sơ đề nghị khen thưởng gửi", None, "Hồ sơ đề nghị khen thưởng"),
        ('danh hiệu "Tập thể lao động', None, "Danh hiệu Tập thể lao động"),
        ("báo cáo (trước", None, "Báo cáo"),
        ("", None, "?"),
    ],
)
def test_title_is_what_is_due(what: str, recipient: str | None, name: str) -> None:
    assert title(what, recipient) == name


def test_long_title_ends_at_a_comma() -> None:
    long = (
        "Tổng hợp kết quả thực hiện các chỉ tiêu phát triển kinh tế - xã hội của địa phương, " * 3
    )

    assert title(long) == long.split(",", maxsplit=1)[0]


def test_codes_are_numbered_where_taken() -> None:
    used: set[str] = set()

    assert [code("Báo cáo về kết quả", used, fallback="report") for _ in range(2)] == [
        "bao-cao-ket-qua",
        "bao-cao-ket-qua-2",
    ]
    assert code("…", used, fallback="report") == "report"


@pytest.mark.parametrize(
    "name",
    [
        "Ủy ban nhân dân huyện Bình Chánh",
        "Ủy ban nhân dân thành phố Hồ Chí Minh",
        "Sở Giáo dục và Đào tạo Khánh Sơn",
        "Hội đồng Thi đua - Khen thưởng tỉnh Hải An",
        "Phòng Công tác đảng và Công tác chính trị",
        "Trường THPT Lê Thánh Tông",
        "Liên minh Hợp tác xã tỉnh",
        "Khối thi đua số 7 các doanh nghiệp",
        "UBND tỉnh Trà Bồng",
    ],
)
def test_capitals_become_a_name(name: str) -> None:
    assert cased(name.upper()) == name
