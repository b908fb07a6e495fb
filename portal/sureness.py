"""Before much depends on it somebody signed in says once more who it is, unless that was a moment
ago. What was typed goes along and is done then."""

from typing import Annotated

from fastapi import Depends, Request, Response

from dondoc.access.passwords import fits
from dondoc.access.signing_in import PASSWORD, is_fresh, prove
from dondoc.errors import DondocError
from dondoc.tables import Account
from portal import cookies
from portal.context import portal_of
from portal.counting import counted
from portal.forms import FIELD, Form, Posted
from portal.rendering import page
from portal.visitors import Administrator, Reader

SAID = "present_password"


class SureNeeded(DondocError):
    """Say once more that it is you."""

    vi = "Hãy xác nhận lại chính là bạn."

    def __init__(self, form: Posted, *, wrong: bool = False) -> None:
        self.form = form
        self.wrong = wrong
        super().__init__()


def sure(request: Request, account: Reader, form: Form) -> Account:
    """Raises SureNeeded, TooMany."""
    portal, token = portal_of(request), cookies.read(request, cookies.OFFICE)
    with portal.database.reading() as session:
        if is_fresh(session, token, portal.now()):
            return account
    if account.password is None or not form.raw(SAID):
        raise SureNeeded(form)
    with (
        counted(request, PASSWORD, account.email, SureNeeded),
        portal.database.writing() as session,
    ):
        if not fits(form.raw(SAID), account.password):
            raise SureNeeded(form, wrong=True)
        prove(session, token, portal.now())
    return account


def sure_administrator(
    _account: Administrator, sure_one: Annotated[Account, Depends(sure)]
) -> Account:
    """Raises ForAdministrators, SureNeeded, TooMany."""
    return sure_one


Sure = Annotated[Account, Depends(sure)]
"""Signed in, and sure to be who it was. For POST."""
SureAdministrator = Annotated[Account, Depends(sure_administrator)]


def ask_again(request: Request, error: SureNeeded) -> Response:
    """The page with everything that was sent, for once more."""
    form = error.form
    kept = [
        (name, value)
        for name in form.names()
        if name not in (SAID, FIELD)
        for value in form.all(name)
    ]
    facts = {"kept": kept, "wrong": error.wrong, "field": SAID}
    return page(request, "office/sure.html", 400 if error.wrong else 403, **facts)
