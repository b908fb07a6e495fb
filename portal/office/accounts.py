"""Administrators: who may sign in and do what; links that must no longer work."""

from functools import partial
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from dondoc.access.accounts import (
    ROLES,
    AccountThere,
    EmailWrong,
    OfficeMissing,
    change_account,
    close_account,
    end_sessions,
    make_account,
)
from dondoc.access.asking import invite
from dondoc.access.links import NoSeats, end_links_of
from dondoc.access.scope import NotHere
from dondoc.access.second_factor import require, reset
from dondoc.errors import DondocError
from dondoc.queries import UNIT, unit_by_code
from dondoc.tables import Account, AccountRole, SignedIn, Unit
from dondoc.words import Language, Words
from portal.context import Portal
from portal.decisions import decision_of
from portal.forms import NOTHING, Form, Posted
from portal.numbers import Number
from portal.refusals import Outcome, Tried, refusable
from portal.rendering import page
from portal.sureness import SureAdministrator
from portal.telling import tell_account
from portal.unit_field import Named, UnitField, UnitMissing, typed_field, unit_in
from portal.visitors import Administrator, Context, asked_by

LONGEST = 100
DONE = {
    "invited": Words(
        "Đã tạo tài khoản; thư có liên kết đăng nhập đi ngay.",
        "The account is made; a letter with a sign-in link leaves at once.",
    ),
    "changed": Words("Đã đổi; tài khoản phải đăng nhập lại.", "Changed; it has to sign in again."),
    "closed": Words("Đã khóa tài khoản.", "The account is closed."),
    "out": Words("Đã buộc đăng xuất ở mọi nơi.", "Signed out everywhere."),
    "reset": Words(
        "Đã hủy xác thực hai bước; tài khoản phải đăng nhập lại.",
        "The second factor is reset; the account has to sign in again.",
    ),
    "required": Words("Từ nay phải xác thực hai bước.", "A second factor is required from now on."),
    "free": Words("Không còn buộc xác thực hai bước.", "A second factor is no longer required."),
    "links": Words(
        "Mọi liên kết cũ của đơn vị hết hiệu lực; thư sau có liên kết mới.",
        "No earlier link of the unit works; the next letters carry new ones.",
    ),
}


class RoleUnknown(DondocError):
    """Choose a role: administrator, official or reader."""

    vi = "Hãy chọn vai trò: quản trị, cán bộ hoặc người xem."


class Line(NamedTuple):
    account: Account
    sessions: int


BLAME = {
    EmailWrong: "email",
    AccountThere: "email",
    RoleUnknown: "role",
    OfficeMissing: "office",
    UNIT: "office",
}
"""the field of a form that an error is about"""

router = APIRouter()


@router.get("/office/accounts")
def show(request: Request, _account: Administrator, portal: Context, done: str = "") -> Response:
    return _page(request, portal, done=done)


def _page(
    request: Request, portal: Portal, *, done: str = "", tried: Tried | None = None
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        facts = {"lines": _lines(session), "roles": ROLES, "done": DONE.get(done), "tried": tried}
        units = partial(_units, session, tried)
        return page(request, "office/accounts.html", code, units=units, **facts)


def _units(
    session: Session, tried: Tried | None, form: str, name: str, unit: Unit | None
) -> UnitField:
    if tried is not None and tried.form == form:
        return typed_field(session, name, tried.typed)
    return UnitField(name, () if unit is None else (Named(unit.code, unit.name),))


def _lines(session: Session) -> list[Line]:
    inside = select(func.count()).where(SignedIn.account_id == Account.id).scalar_subquery()
    rows = session.execute(
        select(Account, inside)
        .options(joinedload(Account.office))
        .where(Account.closed_at.is_(None))
        .order_by(Account.role, Account.name)
    )
    return [Line(*row) for row in rows]


@router.post("/office/accounts")
def make(request: Request, account: SureAdministrator, form: Form, portal: Context) -> Response:
    """The invitation leaves by letter."""
    with refusable("invite", form, BLAME) as outcome, portal.database.writing() as session:
        role = _role(form)
        made = make_account(
            session,
            email=form.text("email"),
            name=form.text("name")[:LONGEST],
            role=role,
            office=_office(session, form, role),
            actor=account.email,
            now=portal.now(),
            language=Language.EN if form.text("language") == "en" else Language.VI,
        )
        invite(session, portal.signer, made, asked_by(request, made.email))
    return _back(request, portal, "invited", outcome)


@router.post("/office/accounts/{person}/role")
def change(
    request: Request, person: Number, account: SureAdministrator, form: Form, portal: Context
) -> Response:
    named = f"role-{person}"
    with refusable(named, form, BLAME) as outcome, portal.database.writing() as session:
        found, role = _account(session, person), _role(form)
        office = _office(session, form, role)
        change_account(
            session, found, role=role, office=office, actor=account.email, now=portal.now()
        )
        now_is = ROLES[role].text(found.language)
        detail = now_is if office is None else f"{now_is}, {office.name}"
        tell_account(request, session, found, "account_changed", by=account, detail=detail)
    return _back(request, portal, "changed", outcome)


@router.post("/office/accounts/{person}/close")
def close(
    request: Request, person: Number, account: SureAdministrator, form: Form, portal: Context
) -> Response:
    with refusable(f"close-{person}", form) as outcome, portal.database.writing() as session:
        found = _account(session, person)
        close_account(session, found, actor=account.email, now=portal.now())
        tell_account(request, session, found, "account_closed", by=account)
    return _back(request, portal, "closed", outcome)


@router.post("/office/accounts/{person}/sessions")
def sign_out(person: Number, account: SureAdministrator, _form: Form, portal: Context) -> Response:
    with portal.database.writing() as session:
        found = _account(session, person)
        end_sessions(session, found, actor=account.email, now=portal.now())
    return _to("out")


@router.post("/office/accounts/{person}/factor-reset")
def reset_factor(
    request: Request, person: Number, account: SureAdministrator, _form: Form, portal: Context
) -> Response:
    """Telephone and recovery codes are gone."""
    with refusable(f"factor-{person}", NOTHING) as outcome, portal.database.writing() as session:
        found = _account(session, person)
        reset(session, found, actor=account.email, now=portal.now())
        tell_account(request, session, found, "factor_reset", by=account)
    return _back(request, portal, "reset", outcome)


@router.post("/office/accounts/{person}/factor-required")
def require_factor(
    request: Request, person: Number, account: SureAdministrator, form: Form, portal: Context
) -> Response:
    """`required`: true or false."""
    required = form.text("required") == "true"
    with portal.database.writing() as session:
        found = _account(session, person)
        require(session, found, required=required, actor=account.email, now=portal.now())
        said = "factor_required" if required else "factor_free"
        tell_account(request, session, found, said, by=account)
    return _to("required" if required else "free")


@router.post("/office/links/end")
def end_links(
    request: Request, account: SureAdministrator, form: Form, portal: Context
) -> Response:
    """A letter went astray: whoever has its link shall not get in with it."""
    blame = {UNIT: "unit", NoSeats: "unit"}
    with refusable("links", form, blame) as outcome, portal.database.writing() as session:
        code = unit_in(session, form, "unit")
        if not code:
            raise UnitMissing(field="unit")
        unit = unit_by_code(session, code[:LONGEST])
        end_links_of(session, unit, decision_of(account, form, portal))
    return _back(request, portal, "links", outcome)


def _account(session: Session, person: int) -> Account:
    """An open one. Raises NotHere."""
    found = session.get(Account, person)
    if found is None or found.closed_at is not None:
        raise NotHere
    return found


def _role(form: Posted) -> AccountRole:
    """Raises RoleUnknown."""
    if form.text("role") not in list(AccountRole):
        raise RoleUnknown
    return AccountRole(form.text("role"))


def _office(session: Session, form: Posted, role: AccountRole) -> Unit | None:
    """An administrator belongs to none. Raises NotFound, UnitUnclear,
    NoSuchUnit."""
    if role is AccountRole.ADMINISTRATOR:
        return None
    code = unit_in(session, form, "office")[:LONGEST]
    if not code:
        return None
    return unit_by_code(session, code)


def _back(request: Request, portal: Portal, done: str, outcome: Outcome) -> Response:
    """With what was done, or beside the form that was refused."""
    if outcome.tried is not None:
        return _page(request, portal, tried=outcome.tried)
    return _to(done)


def _to(done: str) -> Response:
    return RedirectResponse(f"/office/accounts?done={done}", status_code=303)
