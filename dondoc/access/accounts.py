"""The accounts of standing offices."""

import re
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dondoc.errors import DondocError, NotFound
from dondoc.record import Entry, enter
from dondoc.tables import Account, AccountRole, SignedIn, Unit
from dondoc.words import Language, Words

ACCOUNT = Words("tài khoản", "account")
ROLES = {
    AccountRole.ADMINISTRATOR: Words("quản trị", "administrator"),
    AccountRole.OFFICIAL: Words("cán bộ", "official"),
    AccountRole.READER: Words("người xem", "reader"),
}
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}")


class EmailWrong(DondocError):
    """{email!r} is no mail address."""

    vi = "{email!r} không phải là địa chỉ thư điện tử."


class AccountThere(DondocError):
    """There already is an account for {email}."""

    vi = "Đã có tài khoản cho {email}."


class OfficeMissing(DondocError):
    """An official and a reader belong to a standing office: name its unit."""

    vi = "Cán bộ và người xem phải thuộc một cơ quan thường trực: hãy nêu đơn vị."


class LastAdministrator(DondocError):
    """This is the last administrator: make another one first."""

    vi = "Đây là người quản trị cuối cùng: hãy tạo người khác trước."


def addressed(email: str) -> str:
    """As accounts keep it. Raises EmailWrong."""
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise EmailWrong(email=email[:100])
    return email


def account_of(session: Session, email: str) -> Account | None:
    """An open one."""
    found = select(Account).where(Account.email == email.strip().lower())
    return session.scalar(found.where(Account.closed_at.is_(None)))


def account_named(session: Session, email: str) -> Account:
    """Raises NotFound."""
    account = account_of(session, email)
    if account is None:
        raise NotFound(what=ACCOUNT, name=email, near="")
    return account


def has_administrator(session: Session) -> bool:
    return _administrators(session) > 0


def make_account(
    session: Session,
    *,
    email: str,
    name: str,
    role: AccountRole,
    office: Unit | None,
    actor: str,
    now: datetime,
    language: Language = Language.VI,
) -> Account:
    """A closed account of the same address is opened again. Raises EmailWrong, AccountThere,
    OfficeMissing."""
    email = addressed(email)
    if role is not AccountRole.ADMINISTRATOR and office is None:
        raise OfficeMissing
    account = session.scalar(select(Account).where(Account.email == email).with_for_update())
    if account is not None and account.closed_at is None:
        raise AccountThere(email=email)
    if account is None:
        account = Account(email=email, created_at=now)
        session.add(account)
    account.name = name.strip() or email
    account.role = role
    account.office = office
    account.language = language
    account.password = None
    account.factor_secret = account.factor_since = None
    account.factor_required = False
    account.closed_at = None
    session.flush()
    note(session, "account_made", account.email, actor=actor, now=now, role=role.value)
    return account


def close_account(session: Session, account: Account, *, actor: str, now: datetime) -> None:
    """Signs it out everywhere. Raises LastAdministrator."""
    if account.role is AccountRole.ADMINISTRATOR and _administrators(session) == 1:
        raise LastAdministrator
    account.closed_at = now
    sign_out(session, account)
    note(session, "account_closed", account.email, actor=actor, now=now)


def change_account(
    session: Session,
    account: Account,
    *,
    role: AccountRole,
    office: Unit | None,
    actor: str,
    now: datetime,
) -> None:
    """Signs it out everywhere, so that nothing is done any more with what it may no longer do.
    Raises OfficeMissing, LastAdministrator."""
    if role is not AccountRole.ADMINISTRATOR:
        if office is None:
            raise OfficeMissing
        if account.role is AccountRole.ADMINISTRATOR and _administrators(session) == 1:
            raise LastAdministrator
    before = {"role": account.role.value, "office": account.office and account.office.code}
    account.role = role
    account.office = office
    after = {"role": role.value, "office": office and office.code}
    sign_out(session, account)
    entry = Entry(
        actor=actor,
        action="account_changed",
        subject=f"account/{account.email}",
        before=before,
        after=after,
    )
    enter(session, entry, now=now)


def end_sessions(session: Session, account: Account, *, actor: str, now: datetime) -> None:
    """Wherever it is signed in."""
    sign_out(session, account)
    note(session, "sessions_ended", account.email, actor=actor, now=now)


def note(
    session: Session,
    action: str,
    email: str,
    *,
    actor: str,
    now: datetime,
    **facts: object,
) -> None:
    """In the record; `action` is a verb of `dondoc.explaining.ACTIONS`."""
    entry = Entry(actor=actor, action=action, subject=f"account/{email}", facts=facts)
    enter(session, entry, now=now)


def sign_out(session: Session, account: Account) -> None:
    """Wherever it is signed in; see `end_sessions` for what is a decision by itself."""
    session.execute(delete(SignedIn).where(SignedIn.account_id == account.id))


def _administrators(session: Session) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Account)
            .where(Account.role == AccountRole.ADMINISTRATOR, Account.closed_at.is_(None))
        )
        or 0
    )
