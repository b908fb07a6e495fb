"""A campaign whose dates hang on events, rehearsed: the day is set ahead and moved, units have
congresses of their own, and every letter of the year is kept.

DONDOC_UPDATE_SNAPSHOTS=1 writes them anew.
"""

import os
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

SAMPLE = Path(__file__).parents[2] / "samples" / "dot-thi-dua-2025"
GOLDEN = Path(__file__).parent / "events.txt"
UPDATE = "DONDOC_UPDATE_SNAPSHOTS" in os.environ


def rehearse(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["rehearse", str(SAMPLE / "plan.yaml"), *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def told() -> str:
    return rehearse("--scenario", SAMPLE / "scenario.yaml")


def days(told: str, unit: str, milestone: str) -> dict[str, list[date]]:
    """When the unit's officer got which letter about the milestone."""
    found: dict[str, list[date]] = defaultdict(list)
    for line in told.splitlines():
        if f" {unit}@" in line and line.split("]")[-1].strip() == milestone:
            day = datetime.strptime(line[:10], "%d/%m/%Y").date()  # noqa: DTZ007
            found[line[53:].split("[")[0].strip()].append(day)
    return found


def test_every_letter_is_as_it_was(told: str) -> None:
    if UPDATE:
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8")


def test_nobody_hears_of_the_report_before_the_campaigns_end_is_known(told: str) -> None:
    assert days(told, "kinh-te", "bao-cao-dot") == {
        "thông báo": [date(2025, 5, 5)],
        # moved by a week: 21/5 instead of 14/5, and reminded of that alone
        "thay đổi thời hạn": [date(2025, 5, 8)],
        "nhắc hạn": [date(2025, 5, 16), date(2025, 5, 20)],
    }


def test_who_is_late_is_pressed_from_the_moved_date(told: str) -> None:
    late = days(told, "khu-pho-2", "bao-cao-dot")
    assert late["hạn hôm nay"] == [date(2025, 5, 21)]
    assert late["quá hạn"][0] == date(2025, 5, 22)


def test_each_unit_follows_its_own_congress(told: str) -> None:
    assert days(told, "hoi-phu-nu", "bao-cao-dai-hoi") == {
        "thông báo": [date(2025, 4, 15)],
        "nhắc hạn": [date(2025, 4, 18), date(2025, 4, 22)],
    }
    assert days(told, "khu-pho-1", "bao-cao-dai-hoi")["thông báo"] == [date(2025, 6, 12)]
    assert days(told, "mttq", "bao-cao-dai-hoi") == {}


def test_what_still_waits_is_said() -> None:
    last = rehearse().splitlines()[-2]
    assert last == (
        "Chờ sự kiện nên chưa diễn tập: bao-cao-dot, tong-hop-dot, bao-cao-dai-hoi, "
        "de-nghi-khen-thuong (ghi sự kiện trong --scenario)."
    )
