import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner, Result

from cli.main import app
from dondoc.database import Database
from dondoc.errors import NotFound, Refused
from dondoc.problems import NoProblem, Trouble, open_problems, problems, reached
from dondoc.queries import unit_by_code
from dondoc.tables import Cause
from dondoc.units.leaves import LeaveRefused, NoDeputy
from dondoc.units.seats import seat_named
from tests.cast import local, make_units
from tests.migrated import own_database

NOW = local(2024, 5, 6)


@pytest.fixture(autouse=True)
def office(tmp_path: Path) -> Iterator[Database]:
    database = own_database()
    with database.writing() as session:
        make_units(session)
    with time_machine.travel(NOW, tick=False):
        yield database
    database.close()


def dondoc(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def leave(*arguments: str, start: str = "01/05/2024", end: str = "31/05/2024") -> Result:
    return dondoc("leave", "set", *arguments, "--from", start, "--to", end)


def test_leave_is_set_listed_and_ended() -> None:
    done = leave("p-1", "officer", "--deputy", "lan@quan.example", "--deputy-name", "bà Lan")
    assert done.output.strip() == (
        "p-1 officer: nghỉ từ T4 01/05/2024 đến hết T6 31/05/2024; "
        "thư gửi bà Lan <lan@quan.example>."
    )
    assert "bà Lan" in dondoc("leave", "list").output
    assert (
        "nghỉ đến hết 31/05/2024; thư đến lan@quan.example"
        in dondoc("contact", "list", "p-1").output
    )
    assert dondoc("leave", "end", "p-1", "officer").exit_code == 0
    assert dondoc("leave", "list").output.strip() == "Không có ai nghỉ."
    assert "bà Lan" in dondoc("leave", "list", "--since", "01/05/2024").output


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("p-1", "officer"), NoDeputy),
        (("p-9", "officer"), NotFound),
        (("p-1", "officers"), NotFound),
        (("p-1", "officer", "--deputy", "officer"), LeaveRefused),
    ],
)
def test_impossible_leave_exits_with_2(arguments: tuple[str, ...], error: type) -> None:
    assert isinstance(leave(*arguments).exception, error)
    assert dondoc("leave", "list").output.strip() == "Không có ai nghỉ."


def test_another_person_in_a_seat() -> None:
    done = dondoc("contact", "set", "p-1", "officer", "--email", "moi@quan.example")
    assert "Chuyên viên p-1 <moi@quan.example>" in done.output
    same = dondoc("contact", "set", "p-1", "officer", "--email", "moi@quan.example")
    assert same.output.strip() == "p-1 officer: không có gì thay đổi."
    assert "khuyết" in dondoc("contact", "set", "p-1", "officer", "--vacant").output
    assert "không có ai nhận thay" in dondoc("contact", "list", "p-1").output
    assert isinstance(dondoc("contact", "set", "p-1", "officer").exception, Refused)


def test_contact_problem_is_shown_and_mended(office: Database) -> None:
    with office.writing() as session:
        seat = seat_named(session, unit_by_code(session, "p-1"), "officer")
        trouble = Trouble(seat.id, Cause.REFUSED, seat.email, "550 no such user")
        open_problems(session, [trouble], now=NOW)
    shown = dondoc("contact", "problems").output
    assert "máy chủ thư từ chối hẳn" in shown
    (line,) = dondoc("contact", "problems", "--json").output.splitlines()
    assert {name: json.loads(line)[name] for name in ("unit", "seat", "why", "address")} == {
        "unit": "p-1",
        "seat": "officer",
        "why": "refused",
        "address": "p-1@quan.example",
    }
    mended = ("contact", "mended", "p-1", "officer", "--reason", "đã dọn hộp thư")
    assert dondoc(*mended).output.strip() == "p-1 officer: thư lại gửi đến p-1@quan.example."
    assert isinstance(dondoc(*mended).exception, NoProblem)
    assert dondoc("contact", "problems").output.strip() == "Không có vướng liên lạc nào."
    assert "máy chủ thư" in dondoc("contact", "problems", "--all").output


def test_why_tells_of_leaves_and_changes() -> None:
    leave("p-1", "officer", "--deputy", "lan@quan.example")
    shown = dondoc("why", "p-1").output
    assert "cho nghỉ, có người thay" in shown
    assert "31/05/2024" in shown


def test_a_wrong_contact_is_reported_until_somebody_else_sits_there() -> None:
    report = ("contact", "report", "p-1", "officer", "--reason")
    assert "đã ghi" in dondoc(*report, "ông Ba đã nghỉ hưu, nay là bà Tư").output
    told = dondoc("contact", "problems").output
    assert "đơn vị báo sai người nhận (ông Ba đã nghỉ hưu" in " ".join(told.split())
    dondoc("contact", "set", "p-1", "officer", "--email", "tu@quan.example")
    assert dondoc("contact", "problems").output.strip() == "Không có vướng liên lạc nào."


def test_a_letter_that_arrives_does_not_make_the_person_right(office: Database) -> None:
    dondoc("contact", "report", "p-1", "officer", "--reason", "nhầm người")
    with office.writing() as session:
        reached(session, ["p-1@quan.example"], now=NOW)
        assert len(session.scalars(problems()).all()) == 1
    assert dondoc("contact", "mended", "p-1", "officer", "--reason", "đúng rồi").exit_code == 0


def test_said_again_the_last_word_counts_and_a_servers_answer_stays(office: Database) -> None:
    for words in ("nhầm người", "nhầm, hỏi bà Tư"):
        assert dondoc("contact", "report", "p-1", "officer", "--reason", words).exit_code == 0
    with office.writing() as session:
        seat = seat_named(session, unit_by_code(session, "p-1"), "officer")
        [problem] = session.scalars(problems())
        assert (problem.cause, problem.answer) == (Cause.REPORTED, "nhầm, hỏi bà Tư")
        open_problems(session, [Trouble(seat.id, Cause.REFUSED, seat.email, "550")], now=NOW)
    dondoc("contact", "report", "p-1", "officer", "--reason", "nghỉ hưu rồi")
    with office.reading() as session:
        [problem] = session.scalars(problems())
        assert (problem.cause, problem.answer) == (Cause.REFUSED, "nghỉ hưu rồi")
