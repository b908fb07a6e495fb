from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from cli.main import app
from dondoc.database import Database
from dondoc.decision import DecisionRefused
from dondoc.errors import DondocError
from dondoc.holds import holds
from dondoc.tables import Notice, NoticeState, Stop
from tests import pressed
from tests.migrated import own_database

SCREEN = {"COLUMNS": "200"}


@pytest.fixture
def office() -> Iterator[Database]:
    """The cast's units, reminded of one milestone tomorrow and in two days."""
    now = datetime.now(UTC)
    database = own_database()
    pressed.launch(
        database, {"T-2": now + timedelta(days=1), "T-1": now + timedelta(days=2)}, owing=["p-1"]
    )
    yield database
    database.close()


def run(*arguments: str) -> str:
    result = CliRunner(env=SCREEN).invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def refused(*arguments: str) -> DondocError:
    error = CliRunner(env=SCREEN).invoke(app, list(arguments)).exception
    assert isinstance(error, DecisionRefused)
    return error


def test_hold_is_placed_listed_and_released(office: Database) -> None:
    last = f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}"
    placed = run(
        *("hold", "place", "--plan", pressed.PLAN, "--milestone", pressed.MILESTONE),
        *("--escalations", "--until", last, "--reason", "mưa lũ"),
    )
    assert placed.startswith(
        "Lệnh tạm dừng số 1: kế hoạch ke-hoach, mốc dang-ky, chỉ báo cáo cấp trên, đến hết ngày "
    )
    assert "mưa lũ" in run("hold", "list")
    assert "Đang tạm dừng (1)" in run("status")
    assert run("hold", "release", "1", "--reason", "nước rút").startswith("Lệnh số 1 đã kết thúc")
    assert run("hold", "list") == "Không có lệnh tạm dừng nào.\n"
    assert "đã kết thúc" in run("hold", "list", "--ended")


def test_bad_holds_change_nothing(office: Database) -> None:
    assert "--all" in str(refused("hold", "place", "--reason", "?"))
    refused("hold", "place", "--milestone", "dang-ky", "--reason", "?")
    refused("hold", "place", "--all", "--until", "2024-01-01", "--reason", "?")
    refused("hold", "place", "--all", "--reason", "  ")
    with office.reading() as session:
        assert holds(session, ended=True) == []


def test_what_comes_is_listed_and_one_sending_cancelled(office: Database) -> None:
    lines = [line.split() for line in run("outbox", "ahead").splitlines()[2:]]
    assert [(words[-3], words[-1]) for words in lines] == [("T-2", "1"), ("T-1", "1")]
    with office.reading() as session:
        number = session.scalars(select(Notice.id).where(Notice.step == "T-2")).one()
    assert f"{number} " in run("outbox", "ahead", "--unit", "p-1")
    assert run("outbox", "skip", str(number), "--reason", "đã họp") == "Đã bỏ 1 lần nhắc.\n"
    step = ("--plan", pressed.PLAN, "--milestone", pressed.MILESTONE, "--step", "T-1")
    assert run("outbox", "skip", *step, "--reason", "đã họp") == "Đã bỏ 1 lần nhắc.\n"
    assert run("outbox", "ahead") == "Không có gì sắp gửi trong 14 ngày tới.\n"
    assert "đã họp" in run("why", "p-1")
    assert pressed.states(office) == {NoticeState.SKIPPED: 2}


def test_what_to_cancel_must_be_said(office: Database) -> None:
    refused("outbox", "skip", "--reason", "?")
    refused("outbox", "skip", "--plan", pressed.PLAN, "--reason", "?")
    refused(
        "outbox", "skip", "1", "--plan", "a", "--milestone", "b", "--step", "c", "--reason", "?"
    )


def test_stopped_sweep_is_told_and_confirmed(office: Database) -> None:
    refused("outbox", "confirm", "--reason", "?")
    now = datetime.now(UTC)
    with office.writing() as session:
        session.add(Stop(at=now, letters=900, usual=12, seen_at=now))
    told = run("status")
    assert "ĐANG CHẶN 900 thư (ngày nhiều nhất: 12)" in told
    assert run("outbox", "confirm", "--reason", "đúng").startswith(
        "Đã xác nhận 900 thư (ngày nhiều nhất: 12). Vừa gửi 0"
    )
    assert "ĐANG CHẶN" not in run("status")
