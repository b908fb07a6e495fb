"""The code of a second factor, after the password."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.accounts import account_named
from dondoc.access.halfway import Halfway, halfway
from dondoc.access.second_factor import CodeWrong, Taken, codes_left, take_code
from dondoc.access.signing_in import CODE, enter
from portal import cookies
from portal.context import Portal
from portal.counting import counted
from portal.entrance.sign_in import let_in, office_path
from portal.forms import Form, Posted
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.telling import tell_account
from portal.visitors import Context, origin_of

router = APIRouter()


@router.get("/sign-in/code")
def ask(request: Request, portal: Context, next: str = "/office") -> Response:  # noqa: A002
    if _half(request, portal) is None:
        return _from_the_start(next)
    return _page(request, office_path(next))


def _page(request: Request, path: str, tried: Tried | None = None) -> Response:
    code = 200 if tried is None else tried.status
    return page(request, "entrance/code.html", code, next=path, tried=tried)


@router.post("/sign-in/code")
def check(request: Request, form: Form, portal: Context) -> Response:
    path = office_path(form.text("next"))
    half = _half(request, portal)
    if half is None:
        return _from_the_start(path)
    with refusable("second", form, {CodeWrong: "code"}) as outcome:
        return let_in(request, _entered(request, half, form, portal), path)
    return _page(request, path, outcome.tried)


def _half(request: Request, portal: Portal) -> Halfway | None:
    token = cookies.read(request, cookies.HALFWAY)
    with portal.database.reading() as session:
        return halfway(session, portal.seal, token, portal.now())


def _from_the_start(path: str) -> Response:
    return RedirectResponse(f"/sign-in?next={office_path(path)}", status_code=303)


def _entered(request: Request, half: Halfway, form: Posted, portal: Portal) -> str:
    """What the browser keeps. Raises TooMany, CodeWrong."""
    now, email = portal.now(), half.account.email
    with counted(request, CODE, email, CodeWrong), portal.database.writing() as session:
        account = account_named(session, email)
        taken = take_code(session, account, portal.vault, form.text("code"), now=now)
        if taken is None:
            raise CodeWrong
        if taken is Taken.RECOVERY:
            left = str(codes_left(session, account))
            tell_account(request, session, account, "recovery_used", by=account, detail=left)
        kind = f"{half.kind}+{taken}"
        return enter(session, account, kind=kind, origin=origin_of(request), now=now)
