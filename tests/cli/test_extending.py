from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from typer.testing import CliRunner

from cli.main import app
from dondoc.database import Database
from dondoc.errors import DondocError
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from tests.cast import local
from tests.migrated import own_database
from tests.office import Office

NOW = local(2024, 4, 3, 10)
ITEM = ("thi-dua", "dang-ky")
WHY = ("--reason", "đang tổ chức đại hội")


@pytest.fixture(autouse=True)
def office() -> Iterator[Database]:
    """A launched plan in the database the commands open."""
    database = own_database()
    Office(database).launch(at=local(2024, 3, 29))
    with time_machine.travel(NOW, tick=False):
        yield database
    database.close()


def run(*arguments: str) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def refused(*arguments: str) -> str:
    error = CliRunner().invoke(app, list(arguments)).exception
    assert isinstance(error, DondocError)
    return type(error).__name__


def due(database: Database, unit: str = "p-1") -> date:
    with database.reading() as session:
        milestone = milestone_by_code(session, plan_by_code(session, ITEM[0]), ITEM[1])
        return obligation_of(session, milestone, unit_by_code(session, unit)).due_on


def test_asked_for_listed_granted_and_revoked(office: Database) -> None:
    assert run("extension", "list") == "Không có đề nghị nào đang chờ.\n"
    asked = run("extension", "ask", *ITEM, "p-1", "--until", "6/5/2024", *WHY)
    assert asked == "Đề nghị số 1: p-1, đến hết T2 06/05/2024.\n"
    assert "đang tổ chức đại hội" in run("extension", "list", "--plan", "thi-dua")
    granted = run("extension", "grant", "1", "--until", "2024-04-24", "--reason", "đồng ý")
    assert granted == "Đề nghị số 1: đã gia hạn đến hết T4 24/04/2024.\n"
    assert due(office) == date(2024, 4, 24)
    assert run("extension", "list") == "Không có đề nghị nào đang chờ.\n"
    revoked = run("extension", "revoke", *ITEM, "p-1", *WHY)
    assert revoked == "Đã thu hồi gia hạn của p-1; hạn trở lại là T2 15/04/2024.\n"
    assert "đã thu hồi" in run("extension", "list", "--all")


def test_denied_and_withdrawn(office: Database) -> None:
    for unit in ("p-1", "p-2"):
        run("extension", "ask", *ITEM, unit, "--until", "2024-05-06", *WHY)
    assert "đơn vị sẽ được báo" in run("extension", "deny", "1", *WHY)
    assert run("extension", "withdraw", "2", *WHY) == "Đề nghị số 2: đã rút.\n"
    assert refused("extension", "grant", "1", *WHY) == "NotAsked"
    assert due(office) == date(2024, 4, 15)


def test_one_a_group_or_all_pending(office: Database) -> None:
    one = run("extend", *ITEM, "p-1", "--until", "2024-04-22", *WHY)
    assert one == "Đã gia hạn đến hết T2 22/04/2024 cho 1 đơn vị: p-1\n"
    group = run("extend", *ITEM, "--group", "cum-1", "--until", "2024-04-22", *WHY)
    assert group == "Đã gia hạn đến hết T2 22/04/2024 cho 1 đơn vị: p-2\n"
    everybody = run("extend", *ITEM, "--all-pending", "--until", "2024-04-23", *WHY)
    assert everybody == "Đã gia hạn đến hết T3 23/04/2024 cho 2 đơn vị: p-1, p-2\n"
    nobody = run("extend", *ITEM, "--all-pending", "--until", "2024-04-23", *WHY)
    assert nobody.startswith("Không đơn vị nào còn phải nộp trước T3 23/04/2024")


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("extend", *ITEM, "--until", "2024-04-22", *WHY), "WhoseDate"),
        (("extend", *ITEM, "p-1", "--all-pending", "--until", "2024-04-22", *WHY), "WhoseDate"),
        (("extend", *ITEM, "p-1", "--until", "2024-04-12", *WHY), "NotLater"),
        (("extend", *ITEM, "p-1", "--until", "2024-04-22", "--reason", " "), "ReasonMissing"),
        (("extend", *ITEM, "p-9", "--until", "2024-04-22", *WHY), "NotFound"),
        (("extend", *ITEM, "p-1", "--until", "ngày mai", *WHY), "DateWrong"),
        (("extension", "ask", *ITEM, "p-1", "--until", "2024-04-15", *WHY), "NotLater"),
        (("extension", "grant", "9", *WHY), "NotFound"),
        (("extension", "revoke", *ITEM, "p-1", *WHY), "NotExtended"),
    ],
)
def test_what_cannot_be_is_refused(
    office: Database, arguments: tuple[str, ...], wrong: str
) -> None:
    assert refused(*arguments) == wrong
    assert due(office) == date(2024, 4, 15)


def test_overdue_item_is_promised(office: Database) -> None:
    promise = ("acknowledge", *ITEM, "p-1", "--until", "2024-04-24", *WHY)
    assert refused(*promise) == "NotOverdue"
    with time_machine.travel(local(2024, 4, 17, 10), tick=False):
        assert run(*promise).startswith("Đơn vị hẹn nộp của p-1 đến hết T4 24/04/2024")
        assert refused(*promise, "--level", "0") == "PromisedBefore"
        assert "hẹn nộp ngày: – → 24/04/2024" in run("why", "p-1")
        assert "… quá hạn, đã hẹn nộp" in run("status", "thi-dua")
