"""The own second factor: set up with an app, confirmed with its first code, switched off."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from io import BytesIO

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.accounts import account_named
from dondoc.access.scope import NotHere
from dondoc.access.second_factor import (
    CodeWrong,
    address,
    begin,
    codes_left,
    confirm,
    renew_codes,
    spelled,
    switch_off,
    take_code,
)
from dondoc.access.signing_in import CODE, came_by_letter
from dondoc.tables import Account
from dondoc.words import Words
from portal import cookies
from portal.context import Portal
from portal.counting import counted
from portal.forms import Form
from portal.headers import HEADERS
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.sureness import Sure
from portal.telling import tell_account
from portal.visitors import SECOND_FACTOR, Context, Reader

SCALE = 6
"""pixels of a dot of the picture"""
OFF = Words("Đã tắt xác thực hai bước.", "The second factor is switched off.")
BLAME = {CodeWrong: "code"}

router = APIRouter()


@router.get(SECOND_FACTOR)
def show(request: Request, account: Reader, portal: Context, off: bool = False) -> Response:
    return _page(request, account, portal, done=OFF if off else None)


def _page(
    request: Request,
    account: Account,
    portal: Portal,
    *,
    codes: Sequence[str] = (),
    done: Words | None = None,
    tried: Tried | None = None,
) -> Response:
    """`codes` are recovery codes, shown this once."""
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        own = account_named(session, account.email)
        pending = own.factor_since is None and own.factor_secret is not None
        facts = {
            "own": own,
            "key": spelled(own, portal.vault) if pending else "",
            "left": codes_left(session, own),
            "by_letter": came_by_letter(session, _token(request), portal.now()),
            "codes": codes,
            "done": done,
            "tried": tried,
        }
        return page(request, "office/second_factor.html", code, **facts)


def _token(request: Request) -> str:
    return cookies.read(request, cookies.OFFICE)


@router.get(SECOND_FACTOR + "/key.svg")
def picture(account: Reader, portal: Context) -> Response:
    """While it is being set up. Raises NotHere."""
    with portal.database.reading() as session:
        own = account_named(session, account.email)
        if own.factor_since is not None or own.factor_secret is None:
            raise NotHere
        said = address(own, portal.vault)
    drawn = BytesIO()
    segno.make(said, micro=False).save(drawn, kind="svg", scale=SCALE, light="white")
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers=HEADERS)


@router.post(SECOND_FACTOR + "/begin")
def set_up(account: Sure, portal: Context) -> Response:
    with portal.database.writing() as session:
        begin(session, account_named(session, account.email), portal.vault)
    return RedirectResponse(SECOND_FACTOR, status_code=303)


@router.post(SECOND_FACTOR + "/confirm")
def switch_on(request: Request, account: Sure, form: Form, portal: Context) -> Response:
    """The answer shows the recovery codes; they are never shown again."""
    codes: list[str] = []
    with (
        refusable("confirm", form, BLAME) as outcome,
        _code_of(request, account),
        portal.database.writing() as session,
    ):
        own = account_named(session, account.email)
        codes = confirm(session, own, portal.vault, form.text("code"), now=portal.now())
        tell_account(request, session, own, "factor_on", by=own)
    return _page(request, account, portal, codes=codes, tried=outcome.tried)


@router.post(SECOND_FACTOR + "/codes")
def make_codes(request: Request, account: Sure, portal: Context) -> Response:
    with portal.database.writing() as session:
        own = account_named(session, account.email)
        codes = renew_codes(session, own, portal.vault, now=portal.now())
        tell_account(request, session, own, "recovery_codes", by=own)
    return _page(request, account, portal, codes=codes)


@router.post(SECOND_FACTOR + "/off")
def switch_it_off(request: Request, account: Sure, form: Form, portal: Context) -> Response:
    """With a code, or a moment after signing in by letter: the telephone may be gone."""
    with refusable("off", form, BLAME) as outcome:
        with _code_of(request, account), portal.database.writing() as session:
            own = account_named(session, account.email)
            by_letter = came_by_letter(session, _token(request), portal.now())
            code = form.text("code")
            if not by_letter and not take_code(session, own, portal.vault, code, now=portal.now()):
                raise CodeWrong
            switch_off(session, own, now=portal.now())
            tell_account(request, session, own, "factor_off", by=own)
        return RedirectResponse(f"{SECOND_FACTOR}?off=true", status_code=303)
    return _page(request, account, portal, tried=outcome.tried)


def _code_of(request: Request, account: Account) -> AbstractContextManager[None]:
    return counted(request, CODE, account.email, CodeWrong)
