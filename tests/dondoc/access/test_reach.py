"""Whose units an account may change."""

import pytest
from sqlalchemy.orm import Session

from dondoc.access.accounts import make_account
from dondoc.access.reach import beyond_reach, unit_for
from dondoc.access.scope import NotHere
from dondoc.database import Database
from dondoc.queries import unit_by_code
from dondoc.tables import Account, AccountRole
from tests.cast import local
from tests.office import PLAN, Office

NOW = local(2024, 4, 8)
CODES = ("ubnd-quan", "noi-vu", "tai-chinh", "p-1", "p-2", "p-3", "mới")
"""p-1 (which heads its group) and p-2 owe to noi-vu, their board is ubnd-quan"""


def official_of(session: Session, office: str | None) -> Account:
    """An administrator without one."""
    role = AccountRole.OFFICIAL if office else AccountRole.ADMINISTRATOR
    unit = unit_by_code(session, office) if office else None
    email = f"{office}@accounts.example"
    return make_account(
        session, email=email, name="", role=role, office=unit, actor="test", now=NOW
    )


def beyond(database: Database, office: str | None) -> list[str]:
    with database.writing() as session:
        return beyond_reach(session, official_of(session, office), CODES)


@pytest.mark.parametrize(
    ("office", "not_theirs"),
    [
        ("noi-vu", []),
        ("tai-chinh", ["noi-vu", "p-1", "p-2", "p-3", "ubnd-quan"]),
        (None, []),
    ],
)
def test_units_of_a_plan_are_its_offices(
    database: Database, office: str | None, not_theirs: list[str]
) -> None:
    """noi-vu is alone here, but for whoever asks."""
    Office(database).launch(PLAN, at=NOW)
    assert beyond(database, office) == not_theirs


def test_where_another_office_works_nobodys_units_are_neithers(database: Database) -> None:
    """Else an address could be put there to wait for the other's plan; the board and the heads of
    those who owe to an office are told for it and stay its own to look after."""
    Office(database).launch(PLAN, at=NOW)
    with database.writing() as session:
        official_of(session, "tai-chinh")
    assert beyond(database, "noi-vu") == ["p-3", "tai-chinh"]


def test_an_office_without_plan_or_people_is_a_unit_like_others(database: Database) -> None:
    Office(database)
    assert beyond(database, "tai-chinh") == []


def test_what_is_below_is_within_reach_however_deep(database: Database) -> None:
    Office(database).launch(PLAN, at=NOW)
    with database.writing() as session:
        unit_by_code(session, "p-3").parent = unit_by_code(session, "p-1")
        unit_by_code(session, "p-1").parent = unit_by_code(session, "tai-chinh")
    assert beyond(database, "tai-chinh") == ["noi-vu", "p-2", "ubnd-quan"]


def test_whoever_stands_above_what_is_owed_is_within_reach(database: Database) -> None:
    """But not another office, which looks after its own people."""
    Office(database).launch(PLAN, at=NOW)
    with database.writing() as session:
        official_of(session, "tai-chinh")
        unit_by_code(session, "p-3").parent = unit_by_code(session, "tai-chinh")
        unit_by_code(session, "p-2").parent = unit_by_code(session, "p-3")
    assert beyond(database, "noi-vu") == ["tai-chinh"]


def test_what_is_not_theirs_does_not_exist(sqlite: Database) -> None:
    Office(sqlite).launch(PLAN, at=NOW)
    with sqlite.writing() as session:
        account = official_of(session, "tai-chinh")
        for code in ("p-1", "p-3", "ubnd-quan"):
            with pytest.raises(NotHere):
                unit_for(session, account, unit_by_code(session, code).id)
        assert unit_for(session, account, unit_by_code(session, "tai-chinh").id).code == "tai-chinh"
