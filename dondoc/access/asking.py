"""Somebody asks for a link by letter. Nothing tells him whether the address is known: the letter
goes to that address only, or nowhere."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from secrets import token_hex

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.access.accounts import ROLES, account_of
from dondoc.access.attempts import take
from dondoc.access.news import News
from dondoc.access.signing_in import make_link
from dondoc.signing import Signer
from dondoc.tables import Account, Contact, Letter, Unit
from dondoc.urgent import Addressee, seated, urgent_letter

ASKED, ASKED_TO_SIGN_IN = "ask_link", "ask_sign_in"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`address` as it was typed, `origin` the network address it was asked from, `today` the
    office's date."""

    address: str
    origin: str
    today: date
    now: datetime


def ask_for_link(session: Session, signer: Signer, asked: Asked) -> None:
    """To the first seat with the address. The links before it go on working: else anybody could
    end them. Raises TooMany."""
    _count(session, ASKED, asked)
    contact = session.scalar(
        select(Contact)
        .where(func.lower(Contact.email) == asked.address.strip().lower())
        .order_by(Contact.id)
        .limit(1)
    )
    if contact is None or contact.email is None:
        return
    unit = session.get_one(Unit, contact.unit_id)
    to = seated(contact, contact.email, unit.name)
    session.add(_letter("link", to, signer, asked, epoch=contact.link_epoch))


def ask_to_sign_in(session: Session, signer: Signer, asked: Asked) -> None:
    """Raises TooMany."""
    _count(session, ASKED_TO_SIGN_IN, asked)
    account = account_of(session, asked.address)
    if account is None:
        return
    session.add(_sign_in_letter(session, signer, account, asked, first=False))


def invite(session: Session, signer: Signer, account: Account, asked: Asked) -> None:
    """A letter that lets the account in for the first time; whoever sends it is an administrator,
    so nothing is counted."""
    session.add(_sign_in_letter(session, signer, account, asked, first=True))


def _sign_in_letter(
    session: Session, signer: Signer, account: Account, asked: Asked, *, first: bool
) -> Letter:
    link = make_link(session, account, asked.now, first=first)
    lasts = int((link.expires_at - asked.now).total_seconds()) // 60
    return _letter("sign_in", _holder(account), signer, asked, sign_in=link.id, lasts=lasts)


def tell(session: Session, signer: Signer, account: Account, news: News, asked: Asked) -> None:
    """A letter says what was done with the account, so that whoever did not do it notices."""
    session.add(_letter("account", _holder(account), signer, asked, news=asdict(news)))


def _count(session: Session, kind: str, asked: Asked) -> None:
    whom = asked.address.strip().lower()[:200]
    take(session, kind, whom=whom, origin=asked.origin, now=asked.now)


def _letter(name: str, to: Addressee, signer: Signer, asked: Asked, **facts: object) -> Letter:
    token = token_hex(12)  # one asks twice in the same instant
    return urgent_letter(
        name,
        f"{name}:{token}:{to.address}",
        to,
        message_id=f"<{name}-{token}.{signer.installation}@dondoc>",
        day=asked.today,
        now=asked.now,
        **facts,
    )


def _holder(account: Account) -> Addressee:
    return Addressee(
        address=account.email,
        language=account.language,
        name=account.name,
        unit_name=_office(account),
    )


def _office(account: Account) -> str:
    if account.office is not None:
        return account.office.name
    return ROLES[account.role].text(account.language)
