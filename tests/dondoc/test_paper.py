"""Paper originals: two sets of three have come."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.consolidation import consolidated
from dondoc.database import Database
from dondoc.decision import DecisionRefused
from dondoc.dossier import offer
from dondoc.history import EventLine, history
from dondoc.paper import Counted, Sets, counted
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.receiving_paper import (
    DayOutOfBounds,
    NoPaperAsked,
    NotOwed,
    SetsOutOfBounds,
    receive_paper,
)
from dondoc.signing import open_signer
from dondoc.store import FileStore
from dondoc.submissions import exempt, submit
from dondoc.tables import Letter
from notifications.content import content_from
from tests.cast import local
from tests.office import PLAN, Office, owed

LAUNCH = local(2024, 3, 29)
NOW = local(2024, 4, 10)
ASKED = PLAN.replace(
    "    clause:",
    "    hand_in:\n"
    "      components:\n"
    "        - {code: to-trinh, name: Tờ trình, paper: 3}\n"
    "        - {code: phu-luc, name: Phụ lục, paper: 5, min_files: 0, only: {units: [p-2]}}\n"
    "    clause:",
)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(ASKED, at=LAUNCH)
    return office


def enter(office: Office, sets: int, on: date = date(2024, 4, 9), unit: str = "p-1") -> Sets:
    with office.database.writing() as session:
        return receive_paper(session, owed(session, unit), sets, on, actor="an", now=NOW)


def test_how_many_came_and_when_is_said_everywhere(office: Office) -> None:
    assert enter(office, 1, date(2024, 4, 8)).said.vi == "đã nhận 01/03 bộ ngày 08/04/2024"
    assert enter(office, 2).said.vi == "đã nhận 02/03 bộ ngày 09/04/2024"
    assert enter(office, 5, unit="p-2").said.en == "5/5 sets by 09/04/2024", "it owes more"
    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        report = consolidated(session, plan, now=NOW)
        assert {row.unit: row.paper for row in report.rows} == {
            "p-1": Sets(2, 3, date(2024, 4, 9)),
            "p-2": Sets(5, 5, date(2024, 4, 9)),
        }
        assert counted(session, plan) == [Counted("dang-ky", "", whole=1, some=1, none=0)]
        lines = history(session, unit_by_code(session, "p-1"))
    said = [line for line in lines if isinstance(line, EventLine)]
    assert [line.said.vi for line in said] == ["nhận bản giấy"] * 2
    assert [one.vi for one in said[1].told] == [
        "số bộ đã nhận: 1 → 2",
        "ngày: 08/04/2024 → 09/04/2024",
        "số bộ yêu cầu: 3",
    ]


def test_receipts_made_afterwards_say_so(office: Office, tmp_path: Path) -> None:
    enter(office, 2)
    path = tmp_path / "to-trinh.txt"
    path.write_text("nội dung", encoding="utf-8")
    with office.database.writing() as session:
        submit(
            session,
            FileStore(tmp_path / "files"),
            open_signer(tmp_path),
            owed(session),
            files=[offer("to-trinh", path)],
            fields={},
            actor="p-1",
            now=NOW,
        )
    with office.database.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.name == "receipt")).one()
        receipt = content_from(letter.payload or {}).receipt
    assert receipt is not None
    assert receipt.paper == "đã nhận 02/03 bộ ngày 09/04/2024"
    assert r"\"paper\":{\"asked\":3,\"on\":\"2024-04-09\",\"received\":2}" in receipt.file


def test_it_decides_nothing_about_timeliness(office: Office) -> None:
    enter(office, 3)
    with office.database.reading() as session:
        assert owed(session).first_complete_at is None
        assert owed(session).state.value == "open"


@pytest.mark.parametrize(
    ("sets", "on", "wrong"),
    [
        (4, date(2024, 4, 9), SetsOutOfBounds),
        (-1, date(2024, 4, 9), SetsOutOfBounds),
        (3, date(2024, 4, 11), DayOutOfBounds),
        (3, date(2024, 3, 28), DayOutOfBounds),
    ],
)
def test_what_cannot_be_is_refused(
    office: Office, sets: int, on: date, wrong: type[DecisionRefused]
) -> None:
    enter(office, 0)
    with pytest.raises(wrong):
        enter(office, sets, on)
    with office.database.reading() as session:
        assert owed(session).paper_sets == 0


def test_nobody_waits_for_paper_of_the_exempt(office: Office) -> None:
    with office.database.writing() as session:
        exempt(session, owed(session), "mới thành lập", actor="an", now=NOW)
    with pytest.raises(NotOwed):
        enter(office, 1)


def test_where_no_paper_is_asked_none_is_entered(database: Database) -> None:
    office = Office(database)
    office.launch(at=LAUNCH)
    with pytest.raises(NoPaperAsked):
        enter(office, 1)
    with office.database.reading() as session:
        assert counted(session, plan_by_code(session, "thi-dua")) == []
