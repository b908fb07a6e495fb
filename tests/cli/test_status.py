import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from openpyxl import load_workbook
from rich.cells import cell_len
from typer.testing import CliRunner

from cli.main import app
from cli.matrix import SIGNS, legend, matrix
from dondoc.errors import DondocError, NotFound
from dondoc.queries import milestone_by_code, obligation_of, seats
from dondoc.standing import UnitLine
from dondoc.tables import (
    Cause,
    Heartbeat,
    Incident,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    ObligationState,
    Problem,
    Reason,
    Role,
    Stage,
)
from dondoc.verdicts import WORDS, Verdict
from dondoc.words import Language
from tests.cast import hand_in, local, make_plan, make_units
from tests.migrated import own_database

NOW = local(2024, 4, 20)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast's plan in the database the commands open: p-1 late, p-2 overdue and not reached."""
    monkeypatch.setenv("COLUMNS", "100")
    database = own_database()
    with database.writing() as session:
        units = make_units(session)
        plan = make_plan(session, units)
        late = obligation_of(session, milestone_by_code(session, plan, "dang-ky"), units["p-1"])
        late.state = ObligationState.SUBMITTED
        session.add(hand_in(late, local(2024, 4, 18)))
        overdue = obligation_of(session, milestone_by_code(session, plan, "dang-ky"), units["p-2"])
        session.add_all(
            [
                Problem(
                    unit=units["p-2"],
                    contact=seats(session, units["p-2"], Role.OFFICER)[0],
                    opened_at=NOW,
                    cause=Cause.NOT_TOLD,
                ),
                Incident(at=NOW - timedelta(days=1), kind="missed_beat", text="clock: 9 min"),
                Incident(at=NOW - timedelta(days=9), kind="missed_beat", text="clock: 8 min"),
                Heartbeat(name="clock", beat_at=NOW - timedelta(minutes=1)),
                _failed(NOW),
                Notice(
                    plan_id=plan.id,
                    obligation=overdue,
                    contact=seats(session, units["p-2"], Role.HEAD)[0],
                    stage=Stage.ESCALATE,
                    step="L1",
                    level=1,
                    planned_at=local(2024, 4, 18, 8),
                    state=NoticeState.SKIPPED,
                    reason=Reason.CONTACT_PROBLEM,
                ),
            ]
        )
    database.close()


def _failed(at: datetime) -> Letter:
    return Letter(
        key="day:x",
        day=at.date(),
        name="reminder",
        address="p-2@quan.example",
        language=Language.VI,
        state=LetterState.FAILED,
        message_id="<1@quan.example>",
        created_at=at,
        retry_at=at,
        answer="550 no such user",
    )


def run(*words: str, at: datetime = NOW) -> str:
    with time_machine.travel(at, tick=False):
        result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_overview_before_any_plan() -> None:
    assert "dondoc launch plan.yaml" in run("status")


def test_overview_shows_rates_and_what_needs_a_hand(office: None) -> None:
    shown = run("status")
    assert re.search(r"ke-hoach .* 4 +1 +3 +25\.0% +0\.0%", shown)
    assert "p-2 · Ủy ban nhân dân phường Hai: cán bộ đầu mối: chưa có thư nhắc đơn vị" in shown
    assert "clock: 9 min" in shown
    assert "clock: 8 min" not in shown
    assert "p-2@quan.example: 550 no such user" in shown
    assert "Thư: folder · hỏng 1" in shown


@pytest.mark.parametrize(("seconds", "stopped"), [(59, False), (60, False), (61, True)])
def test_clock_is_called_stopped_after_two_missed_beats(
    office: None, seconds: int, stopped: bool
) -> None:
    at = NOW + timedelta(seconds=seconds)
    assert ("ĐANG DỪNG" in run("status", at=at)) is stopped
    assert json.loads(run("status", "--json", at=at))["clocks"][0]["stopped"] is stopped


def test_matrix_of_a_plan(office: None) -> None:
    shown = run("status", "ke-hoach").splitlines()
    cells = {line.split()[0]: line.split()[-4:] for line in shown if line.startswith(("p-", "tai"))}
    assert cells == {
        "p-1": ["±", "○", "○", "○"],
        "p-2": ["@", "○", "○", "○"],
        "p-3": ["✗", "○", "○", "○"],
        "tai-chinh": ["✗", "○", "○", "○"],
    }
    assert (
        shown[-2]
        == "± nộp muộn, chờ xét   ✗ quá hạn   @ quá hạn, không thư nào đến được   ○ đang mở"
    )
    assert shown[-1] == "Chờ xét: 1 bài; hạn xét gần nhất T5 25/04/2024"


def test_one_group(office: None) -> None:
    shown = run("status", "ke-hoach", "--group", "cum-2").splitlines()
    assert [line.split()[0] for line in shown if line.startswith("p-")] == ["p-3"]


def test_status_as_json(office: None) -> None:
    found = json.loads(run("status", "ke-hoach", "--json"))
    assert found["counted_at"] == "2024-04-20T09:00:00+07:00"
    assert found["elapsed"]["completeness"] == 25.0
    assert [one["occurrence"] for one in found["occurrences"]] == [
        "2024-04-15",
        "2024-05-20",
        "2024-07-10",
        "2024-10-10",
    ]
    first = found["units"][0]
    assert (first["unit"], first["obligations"][0]["verdict"]) == ("p-1", "late_submitted")


def test_unknown_plan_names_the_nearest(office: None) -> None:
    with pytest.raises(NotFound) as error:
        CliRunner().invoke(app, ["status", "ke-hoac"], catch_exceptions=False)
    assert "'ke-hoach'" in error.value.text(Language.VI)


def test_why_tells_reason_and_decisions(office: None) -> None:
    line = json.loads(run("why", "p-2", "dang-ky", "--json"))
    assert (line["step"], line["verdict"], line["reason"]) == ("L1", "skipped", "contact_problem")
    assert line["to"]["address"] == "head.p-2@quan.example"
    assert line["at"] == "2024-04-18T08:00:00+07:00"
    shown = run("why", "p-2")
    assert "không gửi" in shown
    assert "nộp" in run("why", "p-1", "dang-ky", "--plan", "ke-hoach")
    assert "không có lần nhắc nào" in run("why", "p-3")


def test_why_of_an_unknown_milestone(office: None) -> None:
    with pytest.raises(NotFound) as error:
        CliRunner().invoke(app, ["why", "p-2", "dang-ki"], catch_exceptions=False)
    assert "'dang-ky'" in error.value.text(Language.VI)


def test_consolidate_writes_a_workbook(office: None, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    shown = run("consolidate", "ke-hoach", "--milestone", "dang-ky", "-o", str(path))
    assert "4 đầu việc, hoàn thành 25.0%, đúng hạn 0.0%" in shown
    assert load_workbook(path)["Chi tiết"].max_row == 5


@pytest.mark.parametrize("name", ["out.csv", f"missing{os.sep}out.xlsx"])
def test_consolidate_where_it_cannot_write(office: None, name: str) -> None:
    with pytest.raises(DondocError, match=re.escape(name)):
        CliRunner().invoke(app, ["consolidate", "ke-hoach", "-o", name], catch_exceptions=False)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_matrix_is_never_wider_than_the_screen(width: int) -> None:
    units = [
        UnitLine(
            code=f"don-vi-{n}",
            name="Ủy ban nhân dân phường Tân Thuận Đông" * n,
            kind="ward",
            groups=(),
            cells=(Verdict.OPEN,) * 30,
        )
        for n in range(3)
    ]
    lines = list(matrix(units, 30, width))
    assert max(cell_len(line.plain) for line in lines) <= width
    assert sum(line.plain.count("○") for line in lines) == 90


def test_every_verdict_has_words_and_a_sign_of_its_own() -> None:
    assert set(WORDS) == set(SIGNS) == set(Verdict)
    assert len({sign for sign, _ in SIGNS.values()}) == len(Verdict)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("words", [["status"], ["status", "ke-hoach"], ["why", "p-1"]])
def test_nothing_is_cut_short_on_80_columns(
    office: None, monkeypatch: pytest.MonkeyPatch, words: list[str], language: Language
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("DONDOC_LANGUAGE", language.value)
    shown = run(*words)
    assert max(cell_len(line.rstrip()) for line in shown.splitlines()) <= 80
    assert "…" not in shown


def test_a_name_is_whole_below_its_code_where_lines_are_short(office: None) -> None:
    shown = run("status", "ke-hoach").splitlines()
    at = next(number for number, line in enumerate(shown) if " dang-ky " in line)
    assert re.search(r" 1  dang-ky +15/04/2024 +4 +1 +3 +25\.0% +0\.0%", shown[at])
    assert "Đăng ký thi đua" in shown[at + 1]


def test_why_on_short_lines_has_no_columns(office: None) -> None:
    shown = run("why", "p-2", "dang-ky").splitlines()
    assert shown[1:4] == [
        "18/04/2024 08:00  dang-ky",
        "  báo cáo cấp trên (L1, cấp 1) → thủ trưởng p-2, head.p-2@quan.example",
        "  không gửi: chưa có thư nhắc đơn vị nào được máy chủ thư tiếp nhận",
    ]


def test_why_on_wide_lines_is_a_table(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    assert re.search(r"18/04/2024 08:00 +│ dang-ky +│", run("why", "p-2", "dang-ky"))


def test_signs_keep_their_words_on_their_line() -> None:
    said = legend(Verdict, Language.VI, 80).plain.splitlines()
    assert max(map(cell_len, said)) <= 80
    assert {sign for line in said for sign in (part[0] for part in line.split("   "))} == {
        sign for verdict, (sign, _) in SIGNS.items() if verdict is not Verdict.NOT_OWED
    }
