"""30 June and 1 July 2025: districts are abolished in the middle of a plan's year. District 7 and
its ten wards end, four wards begin; a ward may go to two, four may become one. The whole year is
told with the commands an official types, and kept.

DONDOC_UPDATE_SNAPSHOTS=1 writes it anew.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from typer.testing import CliRunner

from cli.main import app
from cli.simulation import Simulation
from dondoc.errors import DondocError
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.settings import load
from dondoc.words import Language
from schedules.overrides import open_hours
from schedules.rehearsal import rehearse
from tests.cast import ZONE
from tests.migrated import own_database

FOLDER = Path(__file__).parent / "two_tiers"
GOLDEN = FOLDER / "year.txt"
UPDATE = "DONDOC_UPDATE_SNAPSHOTS" in os.environ
REASON = ("--reason", "NQ 1685/NQ-UBTVQH15")
WARDS = ("phuong-tan-thuan", "phuong-phu-thuan", "phuong-tan-my", "phuong-tan-hung")
INTO = tuple(word for ward in WARDS for word in ("--into", ward))
ON = ("--on", "2025-07-01")
OPEN = (
    "--open",
    "move",
    "--open",
    "tphcm-2025/so-ket:move=phuong-tan-my",
    "--open",
    "tphcm-2025/guong:close=quý II Quận 7 đã giới thiệu trực tiếp",
)
MERGED = (
    ("merge", "p-binh-thuan", "p-tan-thuan-dong", "p-tan-thuan-tay", "--into", WARDS[0]),
    ("merge", "p-phu-thuan-cu", "--into", WARDS[1]),
    ("split", "p-phu-my", "--into", WARDS[1], "--into", WARDS[2]),
    ("merge", "p-tan-phu", "--into", WARDS[2]),
    ("merge", "p-tan-phong", "p-tan-quy", "p-tan-kieng", "p-tan-hung-cu", "--into", WARDS[3]),
)


class Year:
    """The office's data folder, and a clock that passes over it."""

    def __init__(self, keys: Path) -> None:
        self.told: list[str] = []
        database = own_database()
        hours = open_hours(load())
        self.simulation = Simulation(database, hours, load(), keys=keys, letters=None)
        self.now = at("2025-02-10T09:00")

    def until(self, moment: str) -> None:
        """Whatever comes due goes out; letters are told where a unit takes over."""
        end = at(moment)
        for now in rehearse(self.simulation.world(), start=self.now, end=end):
            self._letters(now)
        self.now = end

    def says(self, *arguments: str) -> str:
        with time_machine.travel(self.now, tick=False):
            result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "150"})
        shown = " ".join(f'"{word}"' if " " in word else word for word in arguments)
        self.told.append(f"{self.now:%d/%m/%Y %H:%M} $ dondoc {shown.replace(str(FOLDER), '.')}")
        self.told.append(result.stdout.rstrip())
        if result.exception is not None and result.exit_code != 0:
            assert isinstance(result.exception, DondocError)
            self.told.append(result.exception.text(Language.VI))
        return result.stdout

    def reads(self, *arguments: str) -> Any:
        with time_machine.travel(self.now, tick=False):
            result = CliRunner().invoke(app, [*arguments, "--json"])
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    def hands_in(self, unit: str, milestone: str) -> None:
        with self.simulation.database.writing() as session:
            plan = plan_by_code(session, "tphcm-2025")
            of = milestone_by_code(session, plan, milestone)
            owed = obligation_of(session, of, unit_by_code(session, unit))
            self.simulation.receive(session, [owed], self.now, {})
        self.told.append(f"{self.now:%d/%m/%Y %H:%M} {unit} nộp {milestone}")

    def _letters(self, now: datetime) -> None:
        sent, self.simulation.sent = self.simulation.sent, []
        for one in sent:
            taken = [item for item in one.content.items if item.taken_from]
            if taken:
                at_ = f"{now.astimezone(ZONE):%d/%m/%Y %H:%M}"
                self.told.append(f"{at_} → {one.letter.address} ({one.content.name})")
            for item in taken:
                whose = ", ".join(item.taken_from)
                self.told.append(f"    {item.milestone} ({item.due:%d/%m/%Y}): {whose}")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Year]:
    monkeypatch.setenv("LOGNAME", "chuyen-vien")
    found = Year(tmp_path)
    yield found
    found.simulation.database.close()


def live(year: Year) -> None:
    year.says("units", "import", str(FOLDER / "before.csv"))
    year.says("launch", str(FOLDER / "plan.yaml"))
    year.until("2025-04-10T09:00")
    for district in ("quan-1", "quan-7"):
        year.hands_in(district, "dang-ky")
    year.until("2025-06-17T09:00")
    year.hands_in("quan-1", "so-ket")
    year.says("units", "import", str(FOLDER / "after.csv"))
    year.says("units", "split", "quan-7", *INTO, *ON, *REASON)
    year.says("units", "split", "quan-7", *INTO, *ON, "--dry-run", *OPEN)
    year.says("units", "split", "quan-7", *INTO, *ON, *OPEN, *REASON)
    for change in MERGED:
        year.says("units", *change, *ON, "--open", "move", *REASON)
    year.until("2025-06-30T15:00")
    year.says("units", "changes")
    year.hands_in("quan-7", "guong")
    year.until("2025-07-01T09:00")
    year.says("units", "changes")
    year.says("status", "tphcm-2025")
    year.until("2025-07-08T09:00")
    year.hands_in("phuong-tan-my", "so-ket")
    year.hands_in("quan-1", "guong")
    year.until("2025-08-12T09:00")
    for ward in WARDS[:3]:
        year.hands_in(ward, "so-lieu")
    year.until("2025-11-12T09:00")
    for unit in ("quan-1", *WARDS[1:]):
        year.hands_in(unit, "tong-ket")
    year.until("2025-12-15T09:00")
    year.says("status", "tphcm-2025")
    year.says("history", "tphcm-2025")
    year.says("why", "quan-7", "so-ket")
    year.says("why", "phuong-phu-thuan", "so-lieu")


def test_a_district_is_abolished_in_the_middle_of_its_year(year: Year) -> None:
    live(year)

    told = "\n".join("\n".join(line.rstrip() for line in part.splitlines()) for part in year.told)
    told = re.sub(r"thư \d+", "thư", told)  # how many letters others got is not this story's
    if UPDATE:
        GOLDEN.write_text(told + "\n", encoding="utf-8")
    assert told + "\n" == GOLDEN.read_text(encoding="utf-8")

    (seen,) = year.reads("status", "tphcm-2025")
    found = {one["milestone"]: one for one in seen["occurrences"]}
    assert {code: (one["expected"], one["complete"]) for code, one in found.items()} == {
        "dang-ky": (2, 2),
        "so-ket": (2, 2),
        "guong": (2, 2),
        "so-lieu": (4, 3),
        "tong-ket": (5, 4),
    }
    assert [found["so-ket"][name] for name in ("on_time", "late")] == [1, 1]
    ended = Counter(
        cell["verdict"]
        for unit in seen["units"]
        if unit["unit"] == "quan-7"
        for cell in unit["obligations"]
    )
    assert ended == {"submitted": 2, "ended": 2, "not_owed": 1}
    assert year.reads("units", "changes")[0]["open"] == []
