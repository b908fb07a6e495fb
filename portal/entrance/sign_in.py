"""An official's password, and the way out."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.asking import ask_to_sign_in
from dondoc.access.attempts import take
from dondoc.access.signing_in import PASSWORD, enter, failed, leave, with_password
from dondoc.errors import DondocError
from portal import cookies
from portal.back import own_path
from portal.context import Portal
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
    return _page(request, _office(next))


def _page(request: Request, path: str, tried: Tried | None = None) -> Response:
    code = 200 if tried is None else tried.status
    return page(request, "entrance/sign_in.html", code, next=path, tried=tried)


@router.post("/sign-in")
def sign_in(request: Request, form: Form, portal: Context) -> Response:
    path = _office(form.text("next"))
    with refusable("password", form) as outcome:
        return let_in(request, _entered(request, form, portal), path)
    return _page(request, path, outcome.tried)


def _entered(request: Request, form: Posted, portal: Portal) -> str:
    """What the browser keeps. Raises TooMany, PasswordWrong."""
    now, origin, email = portal.now(), origin_of(request), form.text("email")
    whom = email.strip().lower()[:200]
    with portal.database.writing() as session:
        take(session, PASSWORD, whom=whom, origin=origin, now=now)
    with portal.database.reading() as session:
        account = with_password(session, email, form.text("password"))
    if account is None:
        with portal.database.writing() as session:
            failed(session, PASSWORD, email=email, origin=origin, now=now)
        raise PasswordWrong
    with portal.database.writing() as session:
        return enter(session, account, kind=PASSWORD, origin=origin, now=now)


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
    cookies.forget(request, response, cookies.FORM)
    return response


def _office(path: str) -> str:
    return own_path(path, below="/office", otherwise="/office")
