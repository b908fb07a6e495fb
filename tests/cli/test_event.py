"""How commands show what waits for an event."""

import json
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from cli.main import app
from dondoc.database import open_database
from dondoc.migration import migrate
from dondoc.settings import load
from tests.cast import local, make_units
from tests.hanging import PLAN

WAITING = [
    "Chờ sự kiện, chưa có hạn",
    "bao-cao: 03 ngày làm việc sau «Kết thúc đợt thi đua» (2 đơn vị)",
    "tong-hop: 05 ngày làm việc sau «Báo cáo kết quả đợt thi đua» (1 đơn vị)",
    "dai-hoi-xong: 10 ngày sau «Đại hội của đơn vị» (3 đơn vị)",
]


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """In the database the commands open: the cast."""
    database = open_database(load().url)
    migrate(database)
    with database.writing() as session:
        make_units(session)
    database.close()
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def dondoc(*arguments: object, status: int = 0) -> list[str]:
    """The lines a command prints, at nine on the day of the launch."""
    with time_machine.travel(local(2024, 3, 29), tick=False):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == status, result.output
    return [" ".join(line.split()) for line in result.output.splitlines()]


def test_launch_tells_what_waits(plan_file: Path) -> None:
    for arguments in (("--dry-run",), ()):
        found = dondoc("launch", plan_file, *arguments)
        assert found[5:8] == [
            "Báo cáo kết quả đợt thi đua │ │ chờ sự kiện │ 2 "
            "│ 03 ngày làm việc sau «Kết thúc đợt thi đua»",
            "Tổng hợp kết quả đợt thi đua │ │ chờ sự kiện │ 1 "
            "│ 05 ngày làm việc sau «Báo cáo kết quả đợt thi đua»",
            "Báo cáo kết quả đại hội │ │ chờ sự kiện │ 3 │ 10 ngày sau «Đại hội của đơn vị»",
        ]


def test_status_tells_what_waits(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    assert dondoc("status", "dot-thi-dua")[-4:] == WAITING
    (line,) = dondoc("status", "dot-thi-dua", "--json")
    assert [one["milestone"] for one in json.loads(line)["waiting"]] == [
        "bao-cao",
        "tong-hop",
        "dai-hoi-xong",
    ]


def test_why_tells_a_unit_what_it_waits_for(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    found = dondoc("why", "p-3")
    assert found == ["p-3 · Ủy ban nhân dân phường Ba", "", WAITING[0], WAITING[3]]
    assert dondoc("why", "p-1", "bao-cao")[2:4] == WAITING[:2]
    assert dondoc("why", "p-1", "ca-nam", "--plan", "dot-thi-dua")[0].startswith("p-1")
    (line,) = dondoc("why", "p-3", "--json")
    assert json.loads(line)["what"] == "waiting"
    assert json.loads(line)["rule"] == "10 ngày sau «Đại hội của đơn vị»"
