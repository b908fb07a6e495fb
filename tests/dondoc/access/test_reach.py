"""Whose units an account may change."""

import pytest

from dondoc.access.accounts import make_account
from dondoc.access.reach import beyond_reach, unit_for
from dondoc.access.scope import NotHere
from dondoc.database import Database
from dondoc.queries import unit_by_code
from dondoc.tables import AccountRole
from tests.cast import local
from tests.office import PLAN, Office

NOW = local(2024, 4, 8)
CODES = ("noi-vu", "tai-chinh", "p-1", "p-2", "p-3", "mới")


def beyond(database: Database, office: str | None) -> list[str]:
    """After p-1 and p-2 owe something to noi-vu."""
    role = AccountRole.OFFICIAL if office else AccountRole.ADMINISTRATOR
    with database.writing() as session:
        account = make_account(
            session,
            email="hoa@quan.example",
            name="",
            role=role,
            office=unit_by_code(session, office) if office else None,
            actor="test",
            now=NOW,
        )
        return beyond_reach(session, account, CODES)


@pytest.mark.parametrize(
    ("office", "not_theirs"), [("noi-vu", []), ("tai-chinh", ["p-1", "p-2"]), (None, [])]
)
def test_what_owes_to_another_office_alone_is_not_theirs(
    database: Database, office: str | None, not_theirs: list[str]
) -> None:
    Office(database).launch(PLAN, at=NOW)
    assert beyond(database, office) == not_theirs


def test_before_any_plan_every_unit_is_within_reach(database: Database) -> None:
    Office(database)
    assert beyond(database, "tai-chinh") == []


def test_what_is_not_theirs_does_not_exist(sqlite: Database) -> None:
    Office(sqlite).launch(PLAN, at=NOW)
    beyond(sqlite, "tai-chinh")
    with sqlite.writing() as session:
        account = make_account(
            session,
            email="nam@quan.example",
            name="",
            role=AccountRole.OFFICIAL,
            office=unit_by_code(session, "tai-chinh"),
            actor="test",
            now=NOW,
        )
        with pytest.raises(NotHere):
            unit_for(session, account, unit_by_code(session, "p-1").id)
        assert unit_for(session, account, unit_by_code(session, "p-3").id).code == "p-3"
