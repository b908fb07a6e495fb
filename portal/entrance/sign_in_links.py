"""A link that signs in once; the first one makes the first administrator. Only the button uses
it up."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from dondoc.access.accounts import EmailWrong
from dondoc.access.new_password import set_password
from dondoc.access.passwords import PasswordEasy, PasswordUnfit
from dondoc.access.signing_in import (
    LINK,
    asks_for_code,
    enter,
    make_first,
    usable_link,
    use_link,
)
from dondoc.tables import Account
from portal.context import Portal
from portal.entrance.sign_in import halfway_in, let_in
from portal.forms import Form
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.visitors import Context, origin_of

BLAME = {EmailWrong: "email", PasswordUnfit: "password", PasswordEasy: "password"}

router = APIRouter()


@router.get("/sign-in/{token}")
def look(request: Request, token: str, portal: Context) -> Response:
    return _page(request, token, portal)


def _page(request: Request, token: str, portal: Portal, tried: Tried | None = None) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        link = usable_link(session, portal.seal, token, portal.now())
        facts = {"token_": token, "account": link.account, "tried": tried}
        return page(request, "entrance/sign_in_link.html", code, **facts)


@router.post("/sign-in/{token}")
def use(request: Request, token: str, form: Form, portal: Context) -> Response:
    now, origin = portal.now(), origin_of(request)
    with refusable("first", form, BLAME) as outcome:
        with portal.database.writing() as session:
            link = usable_link(session, portal.seal, token, now)
            account = link.account or _first(session, form, now)
            use_link(session, link, now)
            half = asks_for_code(account, LINK)
            kept = "" if half else enter(session, account, kind=LINK, origin=origin, now=now)
        if half:
            return halfway_in(request, account, portal, LINK, "/office")
        return let_in(request, kept, "/office")
    return _page(request, token, portal, outcome.tried)


def _first(session: Session, form: Form, now: datetime) -> Account:
    """The first administrator, with a password."""
    account = make_first(session, email=form.text("email"), name=form.text("name"), now=now)
    set_password(session, account, form.text("password"), actor=account.email, now=now)
    return account
