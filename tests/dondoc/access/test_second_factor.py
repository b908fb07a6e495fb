"""Codes from a telephone, and what stands for it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from dondoc.access.accounts import account_named, make_account
from dondoc.access.second_factor import (
    CodeWrong,
    FactorKept,
    FactorMissing,
    FactorThere,
    Taken,
    Vault,
    begin,
    codes_left,
    confirm,
    require,
    reset,
    switch_off,
    take_code,
)
from dondoc.database import Database
from dondoc.signing import open_signer
from dondoc.tables import Account, AccountRole, RecoveryCode

NOW = datetime(2024, 4, 8, 2, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)
EMAIL = "binh@quan.example"
OTHER = "an@quan.example"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(open_signer(tmp_path / "keys"))


def made(database: Database, email: str = EMAIL) -> None:
    with database.writing() as session:
        make_account(
            session,
            email=email,
            name="",
            role=AccountRole.ADMINISTRATOR,
            office=None,
            actor="test",
            now=NOW,
        )


def set_up(database: Database, vault: Vault, email: str = EMAIL) -> tuple[pyotp.TOTP, list[str]]:
    """Confirmed with the code of a minute before NOW."""
    made(database, email)
    with database.writing() as session:
        account = account_named(session, email)
        begin(session, account, vault)
        app = pyotp.TOTP(vault.unlock(account))
        codes = confirm(session, account, vault, app.at(NOW - 2 * STEP), now=NOW - 2 * STEP)
    return app, codes


def with_codes_apart(app: pyotp.TOTP, *others: str) -> datetime:
    """A time around which all codes differ: now and then two are the same."""
    times = (NOW + n * STEP for n in range(10, 100))
    around = range(-2, 3)
    return next(
        at
        for at in times
        if len({*others, *(app.at(at + n * STEP) for n in around)}) == len(others) + len(around)
    )


def taken(database: Database, vault: Vault, code: str, now: datetime = NOW) -> Taken | None:
    with database.writing() as session:
        return take_code(session, account_named(session, EMAIL), vault, code, now=now)


def test_a_code_is_taken_once(database: Database, vault: Vault) -> None:
    app, _ = set_up(database, vault)
    code = app.at(NOW)
    assert taken(database, vault, f" {code[:3]} {code[3:]} ") is Taken.APP
    assert taken(database, vault, code) is None
    assert taken(database, vault, app.at(NOW - STEP)) is None
    assert taken(database, vault, app.at(NOW + STEP), NOW + STEP) is Taken.APP


def test_a_code_that_comes_twice_at_once_lets_one_in(database: Database, vault: Vault) -> None:
    code = set_up(database, vault)[0].at(NOW)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: taken(database, vault, code), range(6)))
    assert found.count(Taken.APP) == 1


@pytest.mark.parametrize(
    ("away", "expected"), [(-2, None), (-1, Taken.APP), (0, Taken.APP), (1, Taken.APP), (2, None)]
)
def test_codes_are_taken_half_a_minute_around_now(
    sqlite: Database, vault: Vault, away: int, expected: Taken | None
) -> None:
    app, _ = set_up(sqlite, vault)
    later = with_codes_apart(app)
    assert taken(sqlite, vault, app.at(later + away * STEP), later) is expected


NO_CODES = ("", "000000", "12345", "１２３４５６", "abcdef", "9" * 5000, "\0")


@pytest.mark.parametrize("code", NO_CODES)
def test_what_is_no_code_is_refused(sqlite: Database, vault: Vault, code: str) -> None:
    app, _ = set_up(sqlite, vault)
    assert taken(sqlite, vault, code, with_codes_apart(app, "000000")) is None


def test_a_recovery_code_stands_once(database: Database, vault: Vault) -> None:
    _, codes = set_up(database, vault)
    assert len(set(codes)) == 10
    assert taken(database, vault, codes[0].lower().replace(" ", "-")) is Taken.RECOVERY
    assert taken(database, vault, codes[0]) is None
    with database.reading() as session:
        account = account_named(session, EMAIL)
        assert codes_left(session, account) == 9
        kept = session.scalars(select(RecoveryCode.proof)).all()
    assert not {code.replace(" ", "") for code in codes} & set(kept)


def test_another_accounts_codes_are_of_no_use(sqlite: Database, vault: Vault) -> None:
    set_up(sqlite, vault)
    app, codes = set_up(sqlite, vault, OTHER)
    assert taken(sqlite, vault, app.at(NOW)) is None
    assert taken(sqlite, vault, codes[0]) is None


def test_the_database_alone_shows_no_codes(sqlite: Database, vault: Vault, tmp_path: Path) -> None:
    app, _ = set_up(sqlite, vault)
    with sqlite.reading() as session:
        account = account_named(session, EMAIL)
        assert app.secret not in str(account.factor_secret)
        with pytest.raises(FactorMissing):
            Vault(open_signer(tmp_path / "elsewhere")).unlock(account)


def test_a_sealed_key_moved_to_another_account_does_not_open(
    sqlite: Database, vault: Vault
) -> None:
    set_up(sqlite, vault)
    made(sqlite, OTHER)
    with sqlite.writing() as session:
        first, second = session.scalars(select(Account).order_by(Account.id)).all()
        second.factor_secret = first.factor_secret
        with pytest.raises(FactorMissing):
            vault.unlock(second)


def test_nothing_counts_before_it_is_confirmed(sqlite: Database, vault: Vault) -> None:
    made(sqlite)
    with sqlite.writing() as session:
        account = account_named(session, EMAIL)
        begin(session, account, vault)
        app = pyotp.TOTP(vault.unlock(account))
        with pytest.raises(CodeWrong):
            confirm(session, account, vault, "abcdef", now=NOW)
        assert account.factor_since is None
    assert taken(sqlite, vault, app.at(NOW)) is None


def test_one_that_is_there_is_not_replaced_unnoticed(sqlite: Database, vault: Vault) -> None:
    app, _ = set_up(sqlite, vault)
    with sqlite.writing() as session:
        account = account_named(session, EMAIL)
        with pytest.raises(FactorThere):
            begin(session, account, vault)
        with pytest.raises(FactorThere):
            confirm(session, account, vault, app.at(NOW), now=NOW)


def test_what_is_required_its_owner_cannot_switch_off(sqlite: Database, vault: Vault) -> None:
    set_up(sqlite, vault)
    with sqlite.writing() as session:
        account = account_named(session, EMAIL)
        require(session, account, required=True, actor="test", now=NOW)
        with pytest.raises(FactorKept):
            switch_off(session, account, now=NOW)
        reset(session, account, actor="test", now=NOW)
        kept = (account.factor_secret, account.factor_since, account.factor_step)
        assert kept == (None, None, 0)
        assert session.scalars(select(RecoveryCode)).all() == []
        with pytest.raises(FactorMissing):
            reset(session, account, actor="test", now=NOW)
