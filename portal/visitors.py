"""Who asks. A view names the visitor it is for, and its first line fetches what it shows for that
visitor or stops."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from dondoc.access.asking import Asked
from dondoc.access.links import Caller
from dondoc.access.scope import NotAllowed, may_decide
from dondoc.access.signing_in import SEEN_EVERY, seen, signed_in
from dondoc.access.visits import visitor
from dondoc.errors import DondocError
from dondoc.tables import Account, AccountRole
from portal import cookies
from portal.context import Portal, portal_of

OWN_ACCOUNT = "/office/own-account"
SECOND_FACTOR = f"{OWN_ACCOUNT}/second-factor"


class LinkNeeded(DondocError):
    """Open the link in your unit's letter again, or ask for a new one here. A visit ends after
    twelve hours."""

    vi = (
        "Hãy mở lại liên kết trong thư gửi đơn vị, hoặc xin liên kết mới ở đây. "
        "Mỗi lần mở có hiệu lực mười hai giờ."
    )


class SignInNeeded(DondocError):
    """Please sign in first."""

    vi = "Hãy đăng nhập trước."


class FactorNeeded(DondocError):
    """Your account requires a second factor: set it up first."""

    vi = "Tài khoản này phải xác thực hai bước: hãy thiết lập trước."


class ForAdministrators(DondocError):
    """This page is for administrators."""

    vi = "Trang này chỉ dành cho người quản trị."


def unit_visitor(request: Request) -> Caller:
    """Raises LinkNeeded."""
    portal = portal_of(request)
    token = cookies.read(request, cookies.VISIT)
    found = None
    if token:
        with portal.database.reading() as session:
            found = visitor(session, portal.seal, token, portal.now())
    if found is None:
        raise LinkNeeded
    request.state.visitor = found
    request.state.who = f"contact/{found.seat.contact_id}"
    return found


def official(request: Request) -> Account:
    """Whoever is signed in, readers too. Raises SignInNeeded, FactorNeeded."""
    portal, now = portal_of(request), portal_of(request).now()
    token = cookies.read(request, cookies.OFFICE)
    account = _account(portal, token, now) if token else None
    if account is None:
        raise SignInNeeded
    request.state.visitor = request.state.official = account
    request.state.who = f"account/{account.id}"
    if account.factor_required and account.factor_since is None and not _sets_up(request):
        raise FactorNeeded
    return account


def _sets_up(request: Request) -> bool:
    return request.url.path.startswith(OWN_ACCOUNT) or request.url.path == "/sign-out"


def _account(portal: Portal, token: str, now: datetime) -> Account | None:
    with portal.database.reading() as session:
        found = signed_in(session, token, now)
    if found is not None and now - found.seen_at > SEEN_EVERY:
        with portal.database.writing() as session:
            seen(session, token, now)
    return None if found is None else found.account


def decider(account: Annotated[Account, Depends(official)]) -> Account:
    """Raises NotAllowed for readers."""
    if not may_decide(account):
        raise NotAllowed
    return account


def administrator(account: Annotated[Account, Depends(official)]) -> Account:
    """Raises ForAdministrators."""
    if account.role is not AccountRole.ADMINISTRATOR:
        raise ForAdministrators
    return account


Visitor = Annotated[Caller, Depends(unit_visitor)]
"""Of a unit: opened the link of a letter."""
Reader = Annotated[Account, Depends(official)]
"""Anybody signed in."""
Official = Annotated[Account, Depends(decider)]
"""Signed in, and may decide."""
Administrator = Annotated[Account, Depends(administrator)]
Context = Annotated[Portal, Depends(portal_of)]


def origin_of(request: Request) -> str:
    """The network address it came from."""
    return request.client.host if request.client is not None else ""


def asked_by(request: Request, address: str) -> Asked:
    """For a link by letter."""
    portal = portal_of(request)
    now = portal.now()
    today = portal.hours.today(now)
    return Asked(address=address[:254], origin=origin_of(request), today=today, now=now)
