"""Officials sign in: with a password, or with a link that works once.

Refusals are returned, not raised, so that what was tried stays on record.
"""

import re
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from dondoc.access import attempts
from dondoc.access.accounts import account_of, has_administrator, make_account, note
from dondoc.access.passwords import fits
from dondoc.access.seal import Seal, fingerprint
from dondoc.errors import DondocError
from dondoc.tables import Account, AccountRole, SignedIn, SignInLink

LASTS = timedelta(hours=12)
IDLE = timedelta(minutes=30)
FRESH = timedelta(minutes=15)
"""after signing in, for what needs to be sure of who it is"""
SEEN_EVERY = timedelta(minutes=5)
LINK_LASTS = timedelta(minutes=10)
"""a server that first refuses strangers takes longer, once: the second letter comes at once"""
FIRST_LINK_LASTS = timedelta(days=1)
"""of the first administrator's, and of an invitation: nobody sits waiting for it"""
PASSWORD, LINK, CODE = "password", "sign_in_link", "sign_in_code"

_TOKEN = re.compile(r"(\d{1,12})-([A-Za-z0-9_-]{27})", re.ASCII)


class SignInLinkWrong(DondocError):
    """This sign-in link is not complete, was used already, or is too old; ask for a new one."""

    vi = "Liên kết đăng nhập bị chép thiếu, đã dùng rồi hoặc đã hết hạn; hãy xin liên kết mới."


def with_password(session: Session, email: str, password: str) -> Account | None:
    """Only looks. None for a wrong password and for an unknown address alike."""
    account = account_of(session, email)
    kept = None if account is None else account.password
    return account if fits(password, kept) else None


def failed(session: Session, kind: str, *, email: str, origin: str, now: datetime) -> None:
    """In the record; it was counted before, see `attempts.take`."""
    whom = email.strip().lower()[:200]
    note(session, "sign_in_failed", whom, actor=whom, now=now, kind=kind, origin=origin)


def enter(session: Session, account: Account, *, kind: str, origin: str, now: datetime) -> str:
    """What the browser keeps."""
    token = token_urlsafe(32)
    for tried in (PASSWORD, CODE):
        attempts.forget(session, tried, account.email)
    session.execute(delete(SignedIn).where(SignedIn.expires_at < now))
    session.add(
        SignedIn(
            token=fingerprint(token),
            account_id=account.id,
            created_at=now,
            seen_at=now,
            sure_at=now,
            by_letter=kind == LINK,
            expires_at=now + LASTS,
        )
    )
    email = account.email
    note(session, "sign_in", email, actor=email, now=now, kind=kind, origin=origin)
    return token


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """None where it ran out or nothing was asked for too long."""
    found = session.scalar(
        select(SignedIn)
        .where(SignedIn.token == fingerprint(token))
        .options(joinedload(SignedIn.account).joinedload(Account.office))
    )
    if found is None or found.account.closed_at is not None:
        return None
    return found if now < found.expires_at and now - found.seen_at < IDLE else None


def sessions_of(session: Session, account: Account, now: datetime) -> list[SignedIn]:
    """Where it is signed in, the latest first."""
    standing = select(SignedIn).where(
        SignedIn.account_id == account.id, SignedIn.expires_at > now, SignedIn.seen_at > now - IDLE
    )
    return list(session.scalars(standing.order_by(SignedIn.created_at.desc())))


def asks_for_code(account: Account, kind: str) -> bool:
    """A letter proves its reader's mailbox; where a second factor is required that is not enough
    either."""
    return account.factor_since is not None and (kind == PASSWORD or account.factor_required)


def is_fresh(session: Session, token: str, now: datetime) -> bool:
    """Whether it proved who it is a moment ago."""
    found = session.get(SignedIn, fingerprint(token))
    return found is not None and now - found.sure_at < FRESH


def came_by_letter(session: Session, token: str, now: datetime) -> bool:
    """A moment ago; a password said since then does not make it newer."""
    found = session.get(SignedIn, fingerprint(token))
    return found is not None and found.by_letter and now - found.created_at < FRESH


def prove(session: Session, token: str, now: datetime) -> None:
    """It said its password once more."""
    session.execute(
        update(SignedIn).where(SignedIn.token == fingerprint(token)).values(sure_at=now)
    )


def is_sure(session: Session, account: Account, token: str, password: str, now: datetime) -> bool:
    """Whether it is still the one who signed in: knows the password, or where there is none, came
    in a moment ago."""
    if account.password is not None:
        return fits(password, account.password)
    return is_fresh(session, token, now)


def seen(session: Session, token: str, now: datetime) -> None:
    """Worth a row only every few minutes; see `SEEN_EVERY`."""
    session.execute(
        update(SignedIn).where(SignedIn.token == fingerprint(token)).values(seen_at=now)
    )


def leave(session: Session, token: str, now: datetime) -> None:
    found = session.get(SignedIn, fingerprint(token))
    if found is None:
        return
    note(session, "sign_out", found.account.email, actor=found.account.email, now=now)
    session.delete(found)


def make_link(
    session: Session, account: Account | None, now: datetime, *, first: bool = False
) -> SignInLink:
    """For the first administrator where there is no account; `first`: an invitation."""
    lasts = FIRST_LINK_LASTS if account is None or first else LINK_LASTS
    link = SignInLink(account=account, created_at=now, expires_at=now + lasts)
    session.add(link)
    session.flush()
    return link


def sign_in_token(seal: Seal, link_id: int) -> str:
    return f"{link_id}-{seal.proof('sign in', link_id)}"


def usable_link(session: Session, seal: Seal, token: str, now: datetime) -> SignInLink:
    """Only looks. Raises SignInLinkWrong."""
    match = _TOKEN.fullmatch(token)
    if match is None or not seal.fits(match[2], "sign in", int(match[1])):
        raise SignInLinkWrong
    link = session.get(SignInLink, int(match[1]))
    if link is None or link.used_at is not None or now >= link.expires_at:
        raise SignInLinkWrong
    gone = link.account is not None and link.account.closed_at is not None
    if gone or (link.account is None and has_administrator(session)):
        raise SignInLinkWrong
    return link


def use_link(session: Session, link: SignInLink, now: datetime) -> None:
    """It works once. Raises SignInLinkWrong."""
    won = session.execute(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise SignInLinkWrong


def make_first(session: Session, *, email: str, name: str, now: datetime) -> Account:
    """The first administrator; who may make one is decided by the link. Raises EmailWrong,
    AccountThere."""
    return make_account(
        session,
        email=email,
        name=name,
        role=AccountRole.ADMINISTRATOR,
        office=None,
        actor=email.strip().lower(),
        now=now,
    )
