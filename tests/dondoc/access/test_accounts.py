from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from dondoc.access import passwords
from dondoc.access.accounts import (
    AccountThere,
    EmailWrong,
    LastAdministrator,
    OfficeMissing,
    account_named,
    account_of,
    close_account,
    has_administrator,
    make_account,
)
from dondoc.access.new_password import set_password
from dondoc.access.signing_in import enter, signed_in, with_password
from dondoc.database import Database
from dondoc.errors import NotFound
from dondoc.tables import Account, AccountRole, Unit
from tests.cast import make_units

NOW = datetime(2024, 4, 8, 2, tzinfo=UTC)
PASSWORD = "một câu dài dễ nhớ"


def made(
    session: Session,
    email: str = "binh@quan.example",
    role: AccountRole = AccountRole.ADMINISTRATOR,
    office: Unit | None = None,
) -> Account:
    return make_account(
        session, email=email, name="Bà Bình", role=role, office=office, actor="test", now=NOW
    )


def test_an_account_is_found_however_its_address_is_written(database: Database) -> None:
    with database.writing() as session:
        account = made(session, " Binh@Quan.Example ")
        assert account.email == "binh@quan.example"
        assert account_of(session, "BINH@quan.example") is account
        with pytest.raises(NotFound):
            account_named(session, "ai@quan.example")


@pytest.mark.parametrize("email", ["", "binh", "a b@c.vn", "a@b.vn, c@d.vn", "a\r\n@b.vn", "<a@b>"])
def test_what_is_no_address_is_refused(sqlite: Database, email: str) -> None:
    with sqlite.writing() as session, pytest.raises(EmailWrong):
        made(session, email)


def test_an_address_has_one_account(database: Database) -> None:
    with database.writing() as session:
        made(session)
        with pytest.raises(AccountThere):
            made(session, "BINH@quan.example")


@pytest.mark.parametrize("role", [AccountRole.OFFICIAL, AccountRole.READER])
def test_an_official_belongs_to_an_office(sqlite: Database, role: AccountRole) -> None:
    with sqlite.writing() as session:
        with pytest.raises(OfficeMissing):
            made(session, role=role)
        office = make_units(session)["noi-vu"]
        assert made(session, role=role, office=office).office is office


def test_a_closed_account_is_out_at_once_and_may_be_opened_again(database: Database) -> None:
    with database.writing() as session:
        made(session, "other@quan.example")
        account = made(session)
        set_password(session, account, PASSWORD, actor="test", now=NOW)
        token = enter(session, account, kind="test", origin="", now=NOW)
        assert signed_in(session, token, NOW) is not None
        close_account(session, account, actor="test", now=NOW)
        session.flush()
        assert signed_in(session, token, NOW) is None
        assert with_password(session, account.email, PASSWORD) is None
        again = made(session)
        assert (again.id, again.password) == (account.id, None)


def test_the_last_administrator_stays(database: Database) -> None:
    with database.writing() as session:
        first, second = made(session), made(session, "other@quan.example")
        close_account(session, second, actor="test", now=NOW)
        session.flush()
        with pytest.raises(LastAdministrator):
            close_account(session, first, actor="test", now=NOW)
        assert has_administrator(session)


def test_a_new_password_ends_every_session(database: Database) -> None:
    with database.writing() as session:
        account = made(session)
        token = enter(session, account, kind="test", origin="", now=NOW)
        session.flush()
        set_password(session, account, PASSWORD, actor="test", now=NOW)
        assert signed_in(session, token, NOW) is None
        assert with_password(session, account.email, PASSWORD) is account
        assert with_password(session, account.email, PASSWORD + ".") is None


def test_an_account_without_password_cannot_be_entered_by_one(sqlite: Database) -> None:
    with sqlite.writing() as session:
        account = made(session)
        assert with_password(session, account.email, "nobody") is None


@pytest.mark.parametrize("length", [0, 11, 201])
def test_a_password_of_unfit_length_is_refused(length: int) -> None:
    with pytest.raises(passwords.PasswordUnfit):
        passwords.hashed("a" * length)


def test_passwords_are_kept_as_argon2id() -> None:
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.NOBODYS.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.fits("a" * 1_000_000, passwords.NOBODYS)
