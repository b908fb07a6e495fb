"""`dondoc event`, and how the other commands show what waits for one."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from cli.main import app
from dondoc.decision import ReasonMissing
from dondoc.errors import DondocError, NotFound
from schedules.happening.refusing import BeforePlan, OneForEachUnit
from tests.cast import local, make_units
from tests.hanging import PLAN
from tests.migrated import own_database

LAUNCH = local(2024, 3, 29)
SET = ("event", "set", "dot-thi-dua")

WAITING = [
    "Chờ sự kiện, chưa có hạn",
    "bao-cao: 03 ngày làm việc sau «Kết thúc đợt thi đua» (2 đơn vị)",
    "tong-hop: 05 ngày làm việc sau «Báo cáo kết quả đợt thi đua» (1 đơn vị)",
    "dai-hoi-xong: 10 ngày sau «Đại hội của đơn vị» (3 đơn vị)",
    "ghi ngày bằng: dondoc event set dot-thi-dua ket-thuc NGÀY",
    "ghi ngày bằng: dondoc event set dot-thi-dua dai-hoi NGÀY --unit …",
]


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """In the database the commands open: the cast."""
    database = own_database()
    with database.writing() as session:
        make_units(session)
    database.close()
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def dondoc(*arguments: object, on: datetime = LAUNCH) -> list[str]:
    """The lines a command prints at that time."""
    with time_machine.travel(on, tick=False):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return [" ".join(line.split()) for line in result.output.splitlines()]


def refused(*arguments: object, on: datetime = LAUNCH) -> DondocError:
    with time_machine.travel(on, tick=False):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert isinstance(result.exception, DondocError)
    return result.exception


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
    assert dondoc("status", "dot-thi-dua")[-6:] == WAITING
    (line,) = dondoc("status", "dot-thi-dua", "--json")
    assert [one["milestone"] for one in json.loads(line)["waiting"]] == [
        "bao-cao",
        "tong-hop",
        "dai-hoi-xong",
    ]


def test_why_tells_a_unit_what_it_waits_for(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    found = dondoc("why", "p-3")
    assert found == ["p-3 · Ủy ban nhân dân phường Ba", "", *WAITING[:1], *WAITING[3:4], WAITING[5]]
    assert dondoc("why", "p-1", "bao-cao")[2:4] == WAITING[:2]
    assert dondoc("why", "p-1", "ca-nam", "--plan", "dot-thi-dua")[0].startswith("p-1")
    (line,) = dondoc("why", "p-3", "--json")
    assert json.loads(line)["what"] == "waiting"
    assert json.loads(line)["rule"] == "10 ngày sau «Đại hội của đơn vị»"


def test_day_is_set_and_what_it_makes_is_told(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    head, _, *told = dondoc(*SET, "ket-thuc", "10/9/2024", "--dry-run")[1:]
    assert head == "Mốc ┃ Kỳ ┃ Hạn cũ ┃ Hạn mới ┃ Đơn vị ┃ Lưu ý"
    assert told[:3] == [
        "bao-cao │ tính từ 10/09/2024 │ mới │ T6 13/09/2024 │ +2 │",
        "tong-hop │ tính từ 10/09/2024 │ mới │ T6 20/09/2024 │ +1 │",
        "Lần nhắc: hủy 0, lập 37.",
    ]
    assert told[-2:] == [
        "bao-cao │ tính từ 10/09/2024 │ thông báo │ 2: p-1, p-2",
        "tong-hop │ tính từ 10/09/2024 │ thông báo │ 1: tai-chinh",
    ]
    assert dondoc("status", "dot-thi-dua")[-6:] == WAITING
    done = dondoc(*SET, "ket-thuc", "10/9/2024")
    assert (done[0], done[3:]) == ("Đã ghi ket-thuc: T3 10/09/2024.", told)
    waits = dondoc("status", "dot-thi-dua")
    assert waits[-3:] == [WAITING[0], WAITING[3], WAITING[5]]


def test_days_are_listed(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    dondoc(*SET, "ket-thuc", "2024-09-10")
    dondoc(*SET, "dai-hoi", "2024-06-03", "--unit", "p-3", "--unit", "p-1")
    dondoc(*SET, "dai-hoi", "2024-05-06", "--unit", "p-2")
    found = dondoc("event", "list", "dot-thi-dua")
    assert found == [
        "Mã │ Sự kiện │ Ngày │ Đơn vị".replace("│", "┃"),
        found[1],
        "ket-thuc │ Kết thúc đợt thi đua │ T3 10/09/2024 │",
        "dai-hoi │ Đại hội của đơn vị │ T2 03/06/2024 │ p-1",
        "│ │ T2 06/05/2024 │ p-2",
        "│ │ T2 03/06/2024 │ p-3",
    ]
    lines = dondoc("event", "list", "dot-thi-dua", "--json")
    assert [json.loads(line) for line in lines] == [
        {"event": "ket-thuc", "name": "Kết thúc đợt thi đua", "per": "plan", "day": "2024-09-10"},
        {
            "event": "dai-hoi",
            "name": "Đại hội của đơn vị",
            "per": "unit",
            "days": {"p-1": "2024-06-03", "p-2": "2024-05-06", "p-3": "2024-06-03"},
        },
    ]


def test_day_is_moved_and_taken_back(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    dondoc(*SET, "ket-thuc", "2024-09-10")
    moved = dondoc(*SET, "ket-thuc", "2024-09-17", "--reason", "Kéo dài")
    assert moved[3:6] == [
        "bao-cao │ tính từ 10/09/2024 │ T6 13/09/2024 │ T6 20/09/2024 │ 2 │",
        "tong-hop │ tính từ 10/09/2024 │ T6 20/09/2024 │ T6 27/09/2024 │ 1 │",
        "Lần nhắc: hủy 37, lập 37.",
    ]
    back = dondoc("event", "unset", "dot-thi-dua", "ket-thuc", "--reason", "Hoãn")
    assert (back[0], back[3:5]) == (
        "Đã rút lại ngày của ket-thuc.",
        [
            "bao-cao │ tính từ 17/09/2024 │ T6 20/09/2024 │ bỏ │ -2 │",
            "tong-hop │ tính từ 17/09/2024 │ T6 27/09/2024 │ bỏ │ -1 │",
        ],
    )
    assert dondoc("event", "list", "dot-thi-dua")[2] == (
        "ket-thuc │ Kết thúc đợt thi đua │ chưa có ngày │"
    )


def test_history_tells_each_day(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    dondoc(*SET, "ket-thuc", "2024-09-10", "--reason", "Thông báo 12")
    assert dondoc("history", "dot-thi-dua")[1:] == [
        next(line for line in dondoc("history", "dot-thi-dua") if "Phiên bản 2" in line),
        "Lý do: «Kết thúc đợt thi đua»: ngày 10/09/2024. Thông báo 12",
    ]


def test_why_tells_when_and_why_the_day_was_set(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    dondoc(*SET, "ket-thuc", "2024-09-10", "--reason", "Thông báo 12")
    dondoc(*SET, "dai-hoi", "2024-06-03", "--unit", "p-2")
    found = [line for line in dondoc("why", "p-1") if "ghi ngày sự kiện" in line]
    assert len(found) == 1
    (line,) = (
        json.loads(line) for line in dondoc("why", "p-2", "bao-cao", "--json") if "event_" in line
    )
    assert (line["action"], line["facts"]["event"], line["reason"]) == (
        "event_set",
        "ket-thuc",
        "Thông báo 12",
    )
    assert "ghi ngày sự kiện" not in "".join(dondoc("why", "tai-chinh", "dai-hoi-xong"))


def test_clone_of_a_launched_plan_shows_the_dates_it_had(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    dondoc(*SET, "ket-thuc", "2024-09-10")
    found = json.loads(dondoc("clone", "dot-thi-dua", "--year", 2025, "--json")[0])
    assert [(one["old"], one["new"], one["waits"]) for one in found["dates"][:2]] == [
        ("2024-09-13", None, "03 ngày làm việc sau «Kết thúc đợt thi đua»"),
        ("2024-09-20", None, "05 ngày làm việc sau «Báo cáo kết quả đợt thi đua»"),
    ]


def test_rehearsal_of_a_launched_plan_knows_its_days(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    dondoc(*SET, "ket-thuc", "2024-09-10")
    dondoc(*SET, "dai-hoi", "2024-06-03", "--unit", "p-2")
    found = dondoc("rehearse", "dot-thi-dua")
    assert any("[T-1] bao-cao" in line and "p-1@" in line for line in found)
    assert any("dai-hoi-xong" in line and "p-2@" in line for line in found)
    assert not any("dai-hoi-xong" in line and "p-3@" in line for line in found)
    assert "Chờ sự kiện nên chưa diễn tập: dai-hoi-xong" in found[-2]


def test_refusals_end_in_a_sentence(plan_file: Path) -> None:
    dondoc("launch", plan_file)
    assert isinstance(refused(*SET, "ket-thuc", "2024-03-28"), BeforePlan)
    assert isinstance(refused(*SET, "dai-hoi", "2024-09-10"), OneForEachUnit)
    assert isinstance(refused(*SET, "ket-thuk", "2024-09-10"), NotFound)
    assert isinstance(refused("event", "list", "dot-thi-du"), NotFound)
    dondoc(*SET, "ket-thuc", "2024-09-10")
    assert isinstance(refused(*SET, "ket-thuc", "2024-09-11"), ReasonMissing)


def test_plan_without_events(plan_file: Path) -> None:
    text = plan_file.read_text("utf-8")
    start, end = text.index("events:"), text.index("  - code: ca-nam")
    plan_file.write_text(text[:start] + "milestones:\n" + text[end:], "utf-8")
    dondoc("launch", plan_file)
    assert dondoc("event", "list", "dot-thi-dua") == ["Kế hoạch dot-thi-dua không có sự kiện nào."]
