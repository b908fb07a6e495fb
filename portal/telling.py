"""An account is told by letter what was done with it."""

from fastapi import Request
from sqlalchemy.orm import Session

from dondoc.access.asking import tell
from dondoc.access.news import News
from dondoc.tables import Account
from portal.context import portal_of
from portal.visitors import asked_by


def tell_account(
    request: Request,
    session: Session,
    account: Account,
    what: str,
    *,
    by: Account,
    detail: str = "",
) -> None:
    """In the transaction that decided it; `what` is the verb of the record."""
    portal = portal_of(request)
    at = portal.now().astimezone(portal.settings.zone).isoformat(timespec="minutes")
    news = News(what=what, by=by.email, at=at, detail=detail)
    tell(session, portal.signer, account, news, asked_by(request, account.email))
