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
    letter = _letter("link", contact.email, signer, asked)
    letter.contact_id, letter.language = contact.id, contact.language
    letter.payload = _facts(letter, contact.name, unit.name) | {"epoch": contact.link_epoch}
    session.add(letter)


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
    letter = _letter("sign_in", account.email, signer, asked)
    letter.language = account.language
    facts = {"sign_in": link.id, "lasts": int((link.expires_at - asked.now).total_seconds()) // 60}
    letter.payload = _facts(letter, account.name, _office(account)) | facts
    return letter


def tell(session: Session, signer: Signer, account: Account, news: News, asked: Asked) -> None:
    """A letter says what was done with the account, so that whoever did not do it notices."""
    letter = _letter("account", account.email, signer, asked)
    letter.language = account.language
    letter.payload = _facts(letter, account.name, _office(account)) | {"news": asdict(news)}
    session.add(letter)


def _count(session: Session, kind: str, asked: Asked) -> None:
    whom = asked.address.strip().lower()[:200]
    take(session, kind, whom=whom, origin=asked.origin, now=asked.now)


def _letter(name: str, address: str, signer: Signer, asked: Asked) -> Letter:
    """Urgent: it overtakes reminders and does not wait for office hours."""
    token = token_hex(12)  # one asks twice in the same instant
    return Letter(
        key=f"{name}:{token}:{address}",
        day=asked.today,
        name=name,
        address=address,
        urgent=True,
        message_id=f"<{name}-{token}.{signer.installation}@dondoc>",
        created_at=asked.now,
        retry_at=asked.now,
    )


def _facts(letter: Letter, reader: str, unit_name: str) -> dict[str, object]:
    return {
        "name": letter.name,
        "language": letter.language.value,
        "today": letter.day.isoformat(),
        "reader": reader,
        "unit_name": unit_name,
    }


def _office(account: Account) -> str:
    if account.office is not None:
        return account.office.name
    return ROLES[account.role].text(account.language)
