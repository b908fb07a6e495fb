"""An account gets another password; what guessers know is loaded here alone."""

from datetime import datetime

from sqlalchemy.orm import Session

from dondoc.access.accounts import note, sign_out
from dondoc.access.guessing import refuse_easy
from dondoc.access.passwords import hashed
from dondoc.tables import Account


def set_password(
    session: Session, account: Account, password: str, *, actor: str, now: datetime
) -> None:
    """Signs it out everywhere. Raises PasswordUnfit, PasswordEasy."""
    kept = hashed(password)
    office = account.office
    known = () if office is None else (office.name, office.code)
    refuse_easy(password, (account.email, account.name, *known))
    account.password = kept
    sign_out(session, account)
    note(session, "password_set", account.email, actor=actor, now=now)
