"""An official's password, and the way out."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.asking import ask_to_sign_in
from dondoc.access.halfway import begin_halfway
from dondoc.access.signing_in import (
    PASSWORD,
    asks_for_code,
    enter,
    leave,
    with_password,
)
from dondoc.errors import DondocError
from dondoc.tables import Account
from portal import cookies
from portal.back import own_path
from portal.context import Portal
from portal.counting import counted
from portal.forms import Form, Posted
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.visitors import Context, Reader, asked_by, origin_of

router = APIRouter()


class PasswordWrong(DondocError):
    """The mail address or the password is not right."""

    vi = "Địa chỉ thư hoặc mật khẩu không đúng."


@router.get("/sign-in")
def ask(request: Request, next: str = "/office") -> Response:  # noqa: A002
    return _page(request, office_path(next))


def _page(request: Request, path: str, tried: Tried | None = None) -> Response:
    code = 200 if tried is None else tried.status
    return page(request, "entrance/sign_in.html", code, next=path, tried=tried)


@router.post("/sign-in")
def sign_in(request: Request, form: Form, portal: Context) -> Response:
    path = office_path(form.text("next"))
    with refusable("password", form) as outcome:
        return come_in(request, _known(request, form, portal), portal, path)
    return _page(request, path, outcome.tried)


def _known(request: Request, form: Posted, portal: Portal) -> Account:
    """Raises TooMany, PasswordWrong."""
    email = form.text("email")
    with (
        counted(request, PASSWORD, email, PasswordWrong),
        portal.database.reading() as session,
    ):
        account = with_password(session, email, form.text("password"))
        if account is None:
            raise PasswordWrong
        return account


def come_in(request: Request, account: Account, portal: Portal, path: str) -> Response:
    """After the password; where a second factor is set up, to the page that asks for its code."""
    now = portal.now()
    if asks_for_code(account, PASSWORD):
        return halfway_in(request, account, portal, PASSWORD, path)
    with portal.database.writing() as session:
        token = enter(session, account, kind=PASSWORD, origin=origin_of(request), now=now)
    return let_in(request, token, path)


def halfway_in(
    request: Request, account: Account, portal: Portal, kind: str, path: str
) -> Response:
    response = RedirectResponse(f"/sign-in/code?next={quote(path)}", status_code=303)
    kept = begin_halfway(portal.seal, account, kind, portal.now())
    cookies.keep(request, response, cookies.HALFWAY, kept)
    return response


@router.post("/sign-in/letter")
def send_link(request: Request, form: Form, portal: Context) -> Response:
    """The same answer whether or not there is such an account."""
    with refusable("letter", form) as outcome, portal.database.writing() as session:
        ask_to_sign_in(session, portal.signer, asked_by(request, form.text("email")))
    if outcome.tried is not None:
        return _page(request, "/office", outcome.tried)
    return page(request, "front/link_asked.html")


@router.post("/sign-out")
def sign_out(request: Request, _account: Reader, _form: Form, portal: Context) -> Response:
    with portal.database.writing() as session:
        leave(session, cookies.read(request, cookies.OFFICE), portal.now())
    response = RedirectResponse("/", status_code=303)
    cookies.forget(request, response, cookies.OFFICE)
    cookies.forget(request, response, cookies.FORM)
    return response


def let_in(request: Request, token: str, path: str) -> Response:
    """With a new form cookie, so that no page from before the sign-in can act after it."""
    response = RedirectResponse(path, status_code=303)
    cookies.keep(request, response, cookies.OFFICE, token)
    cookies.forget(request, response, cookies.HALFWAY)
    cookies.forget(request, response, cookies.FORM)
    return response


def office_path(path: str) -> str:
    return own_path(path, below="/office", otherwise="/office")
