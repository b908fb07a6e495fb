"""Whoever runs the server looks after accounts."""

from collections.abc import Iterator

import pyotp
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from cli.main import app
from dondoc.access.accounts import account_named, make_account
from dondoc.access.second_factor import FactorMissing, Vault, begin, confirm
from dondoc.database import Database
from dondoc.errors import DondocError, NotFound
from dondoc.settings import load
from dondoc.signing import open_signer
from dondoc.tables import AccountRole, Event, Letter
from dondoc.words import Language
from tests.cast import local
from tests.migrated import own_database

EMAIL = "binh@quan.example"
NOW = local(2024, 4, 8)


@pytest.fixture
def database() -> Iterator[Database]:
    """With one administrator."""
    database = own_database()
    with database.writing() as session:
        make_account(
            session,
            email=EMAIL,
            name="Bình",
            role=AccountRole.ADMINISTRATOR,
            office=None,
            actor="test",
            now=NOW,
            language=Language.EN,
        )
    yield database
    database.close()


def set_up(database: Database) -> None:
    vault = Vault(open_signer(load().data))
    with database.writing() as session:
        account = account_named(session, EMAIL)
        begin(session, account, vault)
        confirm(session, account, vault, pyotp.TOTP(vault.unlock(account)).at(NOW), now=NOW)


def run(*arguments: str) -> str:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(
        app, ["account", *arguments], catch_exceptions=False
    )
    assert result.exit_code == 0
    return result.output


def refused(*arguments: str) -> BaseException | None:
    return CliRunner().invoke(app, ["account", *arguments]).exception


def test_a_second_factor_is_reset_and_told(database: Database) -> None:
    set_up(database)
    assert run("list").split()[-2:] == ["trị", "có"]

    assert EMAIL in run("reset", EMAIL.upper())

    assert run("list").split()[-1] == "không"
    with database.reading() as session:
        (letter,) = session.scalars(select(Letter))
        (entry,) = session.scalars(select(Event).where(Event.action == "factor_reset"))
    assert (letter.name, letter.address, letter.urgent) == ("account", EMAIL, True)
    assert letter.payload is not None
    assert letter.payload["news"]["what"] == "factor_reset"
    assert entry.subject == f"account/{EMAIL}"


def test_it_is_required_and_not(database: Database) -> None:
    run("require", EMAIL)
    assert "bắt buộc, chưa thiết lập" in run("list")
    run("require", EMAIL, "--off")
    assert run("list").split()[-1] == "không"
    with database.reading() as session:
        entries = session.scalars(select(Event.action).order_by(Event.id)).all()
    assert entries == ["account_made", "factor_required", "factor_free"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("reset", EMAIL), FactorMissing),
        (("reset", "ai@quan.example"), NotFound),
        (("require", "ai@quan.example"), NotFound),
    ],
)
def test_what_cannot_be_done_is_said(
    database: Database, arguments: tuple[str, str], error: type[DondocError]
) -> None:
    found = refused(*arguments)
    assert isinstance(found, error)
    assert found.exit_status == 2
    with database.reading() as session:
        assert session.scalars(select(Letter)).all() == []


def test_before_anybody_signs_in(tmp_path: object) -> None:
    assert run("list") == "Chưa có tài khoản nào.\n"
