"""Between a password and the code of a second factor: nobody is signed in yet, and the browser
keeps a proof that the first half is done."""

import re
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from sqlalchemy.orm import Session

from dondoc.access.seal import Seal
from dondoc.access.signing_in import LINK, PASSWORD
from dondoc.tables import Account

LASTS = timedelta(minutes=10)
_TOKEN = re.compile(
    rf"(\d{{1,12}})\.(\d{{1,12}})\.([A-Za-z0-9_-]{{16}})\.({PASSWORD}|{LINK})\."
    r"([A-Za-z0-9_-]{27})",
    re.ASCII,
)


class Halfway(NamedTuple):
    account: Account
    kind: str
    """what the first half was: PASSWORD or LINK"""


def begin_halfway(seal: Seal, account: Account, kind: str, now: datetime) -> str:
    """What the browser keeps. Ends with another password or another second factor."""
    begun, nonce = int(now.timestamp()), token_urlsafe(12)
    proof = seal.proof("halfway", *_facts(account, kind, begun, nonce))
    return f"{account.id}.{begun}.{nonce}.{kind}.{proof}"


def halfway(session: Session, seal: Seal, token: str, now: datetime) -> Halfway | None:
    match = _TOKEN.fullmatch(token)
    account = None if match is None else session.get(Account, int(match[1]))
    if match is None or account is None or account.closed_at is not None:
        return None
    begun, nonce, kind, proof = int(match[2]), match[3], match[4], match[5]
    if not seal.fits(proof, "halfway", *_facts(account, kind, begun, nonce)):
        return None
    if not 0 <= now.timestamp() - begun < LASTS.total_seconds():
        return None
    return Halfway(account, kind)


def _facts(account: Account, kind: str, begun: int, nonce: str) -> tuple[object, ...]:
    return account.id, account.password, account.factor_since, kind, begun, nonce
