from datetime import date
from pathlib import Path

import pytest

from schedules.calendar import Override
from schedules.overrides import CalendarFileWrong, read_overrides

EXPECTED = [
    Override(date(2027, 2, 8), works=False, name="Nghỉ Tết"),
    Override(date(2027, 2, 13), works=True, name="Làm bù"),
]


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "lich.csv"
    path.write_text(
        "# ngày,loại,tên\n2027-02-08,nghỉ,Nghỉ Tết\n\n2027-02-13,work,Làm bù\n", "utf-8"
    )
    assert read_overrides(path) == EXPECTED


def test_ics(tmp_path: Path) -> None:
    path = tmp_path / "lich.ics"
    path.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20270208\r\nSUMMARY:Nghỉ Tết\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20270213\r\nSUMMARY:Làm bù\r\n"
        "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "utf-8",
    )
    assert read_overrides(path) == EXPECTED


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"2027-02-08,off\n2027-02-30,off,x\n", "2"),
        (b"2027-02-08\n", "1"),
        (b"2027-02-08,perhaps,x\n", "1"),
        ("2027-02-08,nghỉ,x".encode("utf-16"), "byte"),
    ],
)
def test_wrong_line_is_named(tmp_path: Path, content: bytes, place: str) -> None:
    path = tmp_path / "lich.csv"
    path.write_bytes(content)
    with pytest.raises(CalendarFileWrong) as wrong:
        read_overrides(path)
    assert place in str(wrong.value)
    assert "lich.csv" in str(wrong.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileWrong):
        read_overrides(tmp_path / "none.csv")
