from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select
from typer.testing import CliRunner

from cli.main import app
from dondoc.database import Database
from dondoc.errors import DondocError
from dondoc.fulfilment import fulfil
from dondoc.tables import Obligation, Unit
from tests.cast import hand_in, local
from tests.migrated import own_database
from tests.office import PLAN, Office

ITEM = ("thi-dua", "dang-ky", "p-1")
WHY = ("--reason", "chưa đủ căn cứ")
ASKED = PLAN.replace(
    "    clause:", "    hand_in: {components: [{code: to-trinh, name: Tờ trình}]}\n    clause:"
)


@pytest.fixture(autouse=True)
def office() -> Iterator[Database]:
    """p-1 has delivered in time, in the database the commands open."""
    database = own_database()
    Office(database).launch(ASKED, at=local(2024, 3, 29))
    with database.writing() as session:
        owed = session.scalars(select(Obligation).join(Unit).where(Unit.code == "p-1")).one()
        session.add(hand_in(owed, local(2024, 4, 12)))
        fulfil(session, [owed.id], now=local(2024, 4, 12))
    with time_machine.travel(local(2024, 4, 17), tick=False):
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


def test_returned_by_part_with_the_plans_date_or_another() -> None:
    told = run("return", *ITEM, "--component", "to-trinh=thiếu con dấu", *WHY)
    assert told == "Đã trả lại p-1; nộp lại chậm nhất T5 25/04/2024.\n"
    again = run("return", *ITEM, "--until", "2024-05-06", *WHY)
    assert again == "Đã trả lại p-1; nộp lại chậm nhất T2 06/05/2024.\n"
    why = run("why", "p-1")
    assert "thành phần: Tờ trình" in why
    assert "lý do: chưa đủ căn cứ" in why


def test_returned_and_voided_at_once() -> None:
    run("return", *ITEM, "--void", *WHY)
    assert "không tính bài nộp đầu" in run("why", "p-1")
    assert refused("void", *ITEM, *WHY) == "NothingToVoid"


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("return", *ITEM, "--component", "to-trinh", *WHY), "WhichReason"),
        (("return", *ITEM, "--component", "khac=sai", *WHY), "NotFound"),
        (("return", *ITEM, "--until", "2024-04-16", *WHY), "DayPassed"),
        (("return", *ITEM, "--reason", " "), "ReasonMissing"),
        (("return", "thi-dua", "dang-ky", "p-2", *WHY), "NothingToReturn"),
        (("void", *ITEM, *WHY), "OnlyVersion"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], wrong: str) -> None:
    assert refused(*arguments) == wrong
    assert "trả lại" not in run("why", "p-1").replace("trả lại để sửa", "")


def test_what_waits_for_review_is_taken_back_once() -> None:
    told = run("withdraw", *ITEM, "--reason", "gửi nhầm tệp")
    assert told == "Đã rút bài của p-1 (lần 1); đơn vị lại phải nộp.\n"
    assert refused("withdraw", *ITEM, "--reason", "gửi nhầm tệp") == "NothingToWithdraw"
    why = run("why", "p-1")
    assert "rút bài nộp" in why
    assert "lần nộp: 1" in why


def test_paper_originals_are_counted() -> None:
    assert refused("paper", *ITEM, "--received", "1") == "NoPaperAsked"
