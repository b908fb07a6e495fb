"""The file that says what recipient domains allow."""

from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.pace import HOUR, Pace, Rate, rate
from dondoc.settings import SettingWrong, load
from dondoc.words import Language
from notifications.domains import DomainsFileWrong, Paces, open_paces

FILE = """
# tên miền nhận · recipient domain
gmail.com          rate=60/h  quota=500  connections=2  messages=20   # theo thông báo của Google
*.quan7.gov.vn     connections=1
*                  connections=3
"""


def paces(tmp_path: Path, text: str) -> Paces:
    file = tmp_path / "domains.txt"
    file.write_text(text, encoding="utf-8")
    return open_paces(load(smtp_domains_file=file))


def test_the_closest_line_counts(tmp_path: Path) -> None:
    found = paces(tmp_path, FILE)

    assert found.of("gmail.com") == Pace(rate=Rate(60, HOUR), quota=500, connections=2, messages=20)
    assert found.of("phuong.tan-phu.quan7.gov.vn") == Pace(connections=1)
    assert found.of("quan7.gov.vn") == Pace(connections=3)
    assert found.of("mail.gmail.com") == Pace(connections=3)
    assert found.counted


def test_without_a_file_nothing_is_limited() -> None:
    found = open_paces(load())

    assert (bool(found), found.counted, found.of("gmail.com")) == (False, False, Pace())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("gmail.com rate=many", "line 1"),
        ("\ngmail.com quota=-1", "line 2"),
        ("gmail.com speed=3", "line 1"),
        ("gmail.com 60", "line 1"),
        ("gmail.com", "line 1"),
        ("a@gmail.com quota=1", "line 1"),
        ("gmail quota=1", "line 1"),
        ("rate=60", "line 1"),
        ("gmail.com quota=1\nGMAIL.com quota=2", "line 2"),
        ("mail.*.vn quota=1", "line 1"),
    ],
)
def test_a_line_nobody_understands_is_named(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(DomainsFileWrong) as wrong:
        paces(tmp_path, text)

    assert f"domains.txt, {place}: " in str(wrong.value)
    assert "rate=60/giờ" in wrong.value.text(Language.VI)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DomainsFileWrong, match=r"gone\.txt"):
        open_paces(load(smtp_domains_file=tmp_path / "gone.txt"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0", Rate()),
        ("30", Rate(30)),
        ("30/phút", Rate(30)),
        ("10/h", Rate(10, timedelta(hours=1))),
        (" 10 / giờ ", Rate(10, timedelta(hours=1))),
    ],
)
def test_a_rate_is_a_minutes_or_an_hours(text: str, found: Rate) -> None:
    assert rate(text) == found


@pytest.mark.parametrize("text", ["", "-1", "ten", "10/day", "1.5"])
def test_another_rate_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with pytest.raises(ValueError, match="10/h"):
        rate(text)
    if text:
        monkeypatch.setenv("DONDOC_SMTP_RATE", text)
        with pytest.raises(SettingWrong, match="DONDOC_SMTP_RATE"):
            load()
