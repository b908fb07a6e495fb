"""Somebody's own account: where it is signed in, and its password."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.accounts import ROLES, account_named, end_sessions
from dondoc.access.new_password import set_password
from dondoc.access.passwords import PasswordEasy, PasswordUnfit
from dondoc.access.signing_in import PASSWORD, enter, is_sure, sessions_of
from dondoc.errors import DondocError
from dondoc.tables import Account
from dondoc.words import Words
from portal import cookies
from portal.context import Portal
from portal.counting import counted
from portal.entrance.sign_in import let_in
from portal.forms import Form, Posted
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.telling import tell_account
from portal.visitors import Context, Reader, origin_of

CHANGED = Words(
    "Đã đặt mật khẩu; nơi khác đã bị đăng xuất.",
    "The password is set; elsewhere you are signed out.",
)


class NotSure(DondocError):
    """The present password is not right; or, where there is none yet, sign in again and set one
    within a quarter of an hour."""

    vi = (
        "Mật khẩu hiện tại không đúng; nếu chưa có mật khẩu, hãy đăng nhập lại rồi đặt trong vòng "
        "mười lăm phút."
    )


BLAME = {NotSure: "present", PasswordUnfit: "password", PasswordEasy: "password"}

router = APIRouter()


@router.get("/office/own-account")
def show(request: Request, account: Reader, portal: Context, done: bool = False) -> Response:
    return _page(request, account, portal, done=CHANGED if done else None)


def _page(
    request: Request,
    account: Account,
    portal: Portal,
    *,
    done: Words | None = None,
    tried: Tried | None = None,
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        facts = {
            "sessions": sessions_of(session, account, portal.now()),
            "roles": ROLES,
            "has_password": account.password is not None,
            "done": done,
            "tried": tried,
        }
        return page(request, "office/own_account.html", code, **facts)


@router.post("/office/own-account/password")
def change_password(request: Request, account: Reader, form: Form, portal: Context) -> Response:
    """As dear as signing in: wrong ones are counted."""
    with refusable("change", form, BLAME) as outcome:
        entered = _changed(request, account, form, portal)
        return let_in(request, entered, "/office/own-account?done=true")
    return _page(request, account, portal, tried=outcome.tried)


def _changed(request: Request, account: Account, form: Posted, portal: Portal) -> str:
    """What the browser keeps. Raises TooMany, NotSure, PasswordUnfit, PasswordEasy."""
    now, token = portal.now(), cookies.read(request, cookies.OFFICE)
    with (
        counted(request, PASSWORD, account.email, NotSure),
        portal.database.reading() as session,
    ):
        if not is_sure(session, account, token, form.text("present"), now):
            raise NotSure
    with portal.database.writing() as session:
        own = account_named(session, account.email)
        set_password(session, own, form.text("password"), actor=own.email, now=now)
        tell_account(request, session, own, "password_set", by=own)
        return enter(session, own, kind=PASSWORD, origin=origin_of(request), now=now)


@router.post("/office/own-account/sign-out")
def sign_out_everywhere(
    request: Request, account: Reader, _form: Form, portal: Context
) -> Response:
    with portal.database.writing() as session:
        own = account_named(session, account.email)
        end_sessions(session, own, actor=own.email, now=portal.now())
    response = RedirectResponse("/sign-in", status_code=303)
    cookies.forget(request, response, cookies.OFFICE)
    return response
