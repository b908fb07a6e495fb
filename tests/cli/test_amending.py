import json
import os
import pty
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner, Result

from cli.main import app
from dondoc.decision import DecisionRefused
from dondoc.errors import NotFound
from dondoc.plan.mistakes import PlanWrong
from tests.amended import APRIL, LAUNCH, PLAN, altered, without
from tests.migrated import own_database
from tests.office import Office

LATER = altered(("due: 2024-05-15", "due: 2024-05-22"))


@pytest.fixture(autouse=True)
def launched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    database = own_database()
    Office(database).launch(PLAN, at=LAUNCH)
    database.close()


def run(*words: str, at: datetime = APRIL, status: int = 0, typed: str | None = None) -> str:
    with time_machine.travel(at, tick=False):
        result: Result = CliRunner().invoke(app, list(words), catch_exceptions=False, input=typed)
    assert result.exit_code == status, result.output
    return result.output


def amend(text: str, *options: str, status: int = 0, typed: str | None = None) -> str:
    Path("new.yaml").write_text(text, encoding="utf-8")
    return run("amend", "thi-dua", "new.yaml", *options, status=status, typed=typed)


def rows(shown: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("│")] for line in shown.splitlines()]


def test_a_dry_run_shows_everything_and_writes_nothing() -> None:
    shown = rows(amend(LATER, "--dry-run"))
    assert ["dang-ky", "hạn", "15/05/2024", "22/05/2024"] in shown
    assert ["dang-ky", "", "T4 15/05/2024", "T4 22/05/2024", "2", ""] in shown
    assert ["T4 08/05/2024", "2", "2"] in shown  # T-7 goes, T-14 comes
    assert ["2 người sẽ nhận thư:"] in shown
    assert ["dang-ky", "", "hạn cũ: 15/05/2024", "2: p-1, p-2"] in shown
    assert shown[-1] == ["Chạy thử, chưa ghi gì."]
    assert len(run("history", "thi-dua").splitlines()) == 1


def test_nobody_to_ask_is_no_approval() -> None:
    assert "hãy thêm --yes" in amend(LATER, status=1)
    assert len(run("history", "thi-dua").splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "status", "version"), [("y", 0, 2), ("n", 1, 1)])
def test_on_a_screen_approval_is_asked_for(typed: str, status: int, version: int) -> None:
    Path("new.yaml").write_text(altered(("due: 2024-11-15", "due: 2099-12-15")), "utf-8")
    screen, side = pty.openpty()
    words = ("amend", "thi-dua", "new.yaml")
    command = [sys.executable, "-c", "from cli.main import run; run()", *words]
    running = subprocess.Popen(
        command, stdin=side, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    os.write(screen, f"{typed}\n".encode())
    _, asked = running.communicate(timeout=60)
    for end in (screen, side):
        os.close(end)
    assert "Duyệt phiên bản 2 của thi-dua?" in asked.decode()
    assert running.returncode == status
    assert len(run("history", "thi-dua", "--json").splitlines()) == version


def test_approved_it_is_the_next_version_with_its_reason() -> None:
    shown = amend(LATER, "--yes", "--reason", "CV 77/UBND")
    assert shown.splitlines()[-1] == "thi-dua nay là phiên bản 2: 2 người sẽ nhận thư."
    assert "Lý do: CV 77/UBND" in run("history", "thi-dua")
    assert "điều chỉnh kế hoạch" in run("audit", "--plan", "thi-dua")
    why = rows(run("why", "p-1", "dang-ky"))
    assert any("điều chỉnh kế hoạch" in row and "lý do: CV 77/UBND" in row for row in why)
    assert any("thay đổi thời hạn (changed-2)" in row for row in why)


def test_the_impact_as_json() -> None:
    (line,) = amend(without("dang-ky"), "--dry-run", "--json").splitlines()
    found = json.loads(line)
    assert (found["version"], found["differences"]["dropped"]) == (2, ["dang-ky"])
    assert found["dropped"] == [
        {
            "milestone": "dang-ky",
            "occurrence": "",
            "due": "2024-05-15",
            "units": ["p-1", "p-2"],
            "whole": True,
            "silent": False,
        }
    ]
    assert sum(found["cancelled"].values()) == 28
    assert found["told"][0]["what"] == "không còn phải nộp"


def test_what_is_dropped_is_not_shown_as_owed() -> None:
    amend(without("dang-ky"), "--yes")
    assert "dang-ky" not in run("status", "thi-dua")
    moments = json.loads(run("status", "thi-dua", "--json"))["occurrences"]
    assert "dang-ky" not in {one["milestone"] for one in moments}


def test_the_same_file_changes_nothing() -> None:
    assert amend(PLAN, "--yes") == ("thi-dua phiên bản 1: tệp nói như cũ; không có gì thay đổi.\n")


def test_taking_back_is_pointed_out() -> None:
    amend(LATER, "--yes")
    assert "CHÚ Ý: dang-ky hạn: lấy lại thay đổi của" in amend(PLAN, "--dry-run")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (PLAN.replace("2024-05-15", "2024-02-30"), PlanWrong),
        (PLAN.replace("code: thi-dua", "code: khac"), DecisionRefused),
        (altered(("due: 2024-05-15", "due: 2024-04-05")), DecisionRefused),
    ],
)
def test_bad_input_changes_nothing(text: str, error: type[Exception]) -> None:
    with pytest.raises(error) as wrong:
        amend(text, "--yes")
    assert wrong.value.exit_status == 2  # type: ignore[attr-defined]
    assert len(run("history", "thi-dua").splitlines()) == 1


def test_an_unknown_plan_is_named() -> None:
    Path("new.yaml").write_text(PLAN, encoding="utf-8")
    with pytest.raises(NotFound):
        run("amend", "thi-du", "new.yaml", "--dry-run")


def test_launching_a_changed_file_points_to_amend() -> None:
    Path("new.yaml").write_text(LATER, encoding="utf-8")
    with pytest.raises(Exception, match="dondoc amend thi-dua FILE"):
        run("launch", "new.yaml")
