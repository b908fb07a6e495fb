"""Units merge, split, end, get another name: looked at, chosen, decided."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.reach import beyond_reach, of_others, owing_others, reachable
from dondoc.access.scope import NotHere
from dondoc.decision import DecisionRefused
from dondoc.errors import NotFound
from dondoc.explaining import ACTIONS, OBLIGATIONS
from dondoc.tables import Account, AccountRole, ChangeKind, Group, Unit, UnitChange
from dondoc.units.choices import Choice, Owed, read_choice
from dondoc.units.lineage import changes
from dondoc.units.reorganisation import Reorganisation
from dondoc.words import Words
from portal.context import Portal
from portal.days import day_in
from portal.decisions import decision_of
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.refusals import Tried, in_words, refusable
from portal.rendering import page
from portal.unit_field import Named, names_of, resolved, ticked, typed_field
from portal.visitors import Context, Official
from schedules.reorganising.drawing import Outcome
from schedules.reorganising.reorganise import (
    Preview,
    StillOpen,
    apply,
    change_numbered,
    open_of,
    preview,
    settle,
    withdraw,
)

PATH = "/office/unit-changes"
CHOICE = "open:"
KINDS = {
    ChangeKind.MERGE: Words("Sáp nhập", "Merge"),
    ChangeKind.SPLIT: Words("Tách", "Split"),
    ChangeKind.DISSOLVE: Words("Giải thể", "Dissolve"),
    ChangeKind.RENAME: Words("Đổi tên", "Rename"),
}
OUTCOMES = {
    Outcome.MOVED: Words("chuyển cho", "goes to"),
    Outcome.MERGED: Words("gộp vào một việc của", "is owed once by"),
    Outcome.CLOSED: Words("đóng", "is closed"),
}

router = APIRouter()


class KindMissing(DecisionRefused):
    """Say what changes: merge, split, dissolve or rename."""

    vi = "Hãy nêu thay đổi gì: sáp nhập, tách, giải thể hay đổi tên."


class OthersUnits(DecisionRefused):
    """{units}: another office's, or still owing to another office's plan. An administrator decides
    on that."""

    vi = (
        "{units}: thuộc cơ quan khác, hoặc còn việc phải nộp cho kế hoạch của cơ quan khác. "
        "Việc này do người quản trị quyết định."
    )


@router.get(PATH)
def show(request: Request, account: Official, portal: Context, unit: str = "") -> Response:
    """`unit` is a code to begin with."""
    return _page(request, account, portal, unit=unit[:100])


def _page(
    request: Request,
    account: Account,
    portal: Portal,
    *,
    unit: str = "",
    tried: Tried | None = None,
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        facts = _facts(session, account, portal) | {"tried": tried}
        facts["asked"] = {"kind": "merge", "on": "", "name": ""}
        facts |= _fields(session, Posted({"units": [unit]}))
        if tried is not None:
            facts["said"] = partial(_said, tried)
            if tried.form == "change":
                facts["asked"] = {name: tried.typed.text(name) for name in facts["asked"]}
                facts |= _fields(session, tried.typed)
        return page(request, "office/units/changes.html", code, **facts)


@router.post(PATH)
def decide(request: Request, account: Official, form: Form, portal: Context) -> Response:
    """`do` is look or apply. What is refused changes nothing, and the page says why."""
    with refusable("change", form) as outcome, portal.database.reading() as session:
        form = resolved(session, form, many=("units", "into"))
    if outcome.tried is not None:
        return _page(request, account, portal, tried=outcome.tried)
    typed = {name: form.text(name).strip() for name in ("kind", "on", "name")}
    typed |= {name: ", ".join(ticked(form, name)) for name in ("units", "into")}
    try:
        asked, choices = _asked(typed), _choices(form)
        if form.text("do") == "apply":
            with portal.database.writing() as session:
                _refuse_beyond(session, account, asked)
                decision = decision_of(account, form, portal)
                apply(session, asked, choices, decision, hours=portal.hours)
            return RedirectResponse(PATH, status_code=303)
        refused = None
    except (DecisionRefused, NotFound) as error:
        refused = None if isinstance(error, StillOpen) else in_words(error)
    with portal.database.reading() as session:
        facts = _facts(session, account, portal) | {"grounds": form.text("reason")}
        facts |= _fields(session, form)
        if refused is None:
            facts |= _seen(session, account, typed, form, portal)
        else:
            facts["refused"] = refused
        code = 200 if facts["refused"] is None else 400
        return page(request, "office/units/changes.html", code, asked=typed, **facts)


@router.post(PATH + "/{change}/withdraw")
def take_back(
    request: Request, change: Number, account: Official, form: Form, portal: Context
) -> Response:
    """Before its day. Raises NotHere."""
    with refusable(f"withdraw-{change}", form) as outcome, portal.database.writing() as session:
        _own(session, account, change)
        withdraw(session, change, decision_of(account, form, portal))
    if outcome.tried is not None:
        return _page(request, account, portal, tried=outcome.tried)
    return RedirectResponse(PATH, status_code=303)


@router.post(PATH + "/{change}/settle")
def settle_open(
    request: Request, change: Number, account: Official, form: Form, portal: Context
) -> Response:
    """What an ended unit still owes. Raises NotHere."""
    with refusable(f"settle-{change}", form) as outcome, portal.database.writing() as session:
        _own(session, account, change)
        decision = decision_of(account, form, portal)
        settle(session, change, _choices(form), decision, hours=portal.hours)
    if outcome.tried is not None:
        return _page(request, account, portal, tried=outcome.tried)
    return RedirectResponse(PATH, status_code=303)


def _seen(
    session: Session, account: Account, typed: dict[str, str], form: Posted, portal: Portal
) -> dict[str, Any]:
    """What would happen, or why it cannot."""
    try:
        asked = _asked(typed)
        _refuse_beyond(session, account, asked)
        found = preview(session, asked, _choices(form), hours=portal.hours, now=portal.now())
        return {
            "preview": found,
            "chosen": {one.owed: _chosen(form, one.owed) for one in found.open},
            "names": _names(session, found),
        }
    except (DecisionRefused, NotFound) as error:
        return {"refused": in_words(error)}


def _names(session: Session, seen: Preview) -> dict[str, str]:
    """Of the units and groups it speaks of, by code."""
    drawn = seen.structure
    codes = {*seen.ending, *seen.told, *(to for one in seen.open for to in one.to)}
    codes |= {code or "" for one in drawn.parents for code in (one.unit, one.before, one.parent)}
    codes |= {code or "" for one in drawn.heads for code in (one.before, one.head)}
    codes |= {one.unit for one in drawn.groups}
    groups = session.execute(select(Group.code, Group.name)).tuples().all()
    return dict(groups) | names_of(session, sorted(codes))


def _facts(session: Session, account: Account, portal: Portal) -> dict[str, Any]:
    mine = [one for one in changes(session) if _is_own(session, account, one)]
    now = portal.now()
    opens = {
        one.id: open_of(session, one, hours=portal.hours, now=now).lines
        for one in mine
        if one.withdrawn_at is None and one.applied_at is not None
    }
    return {
        "changes": mine,
        "opens": opens,
        "successors": {one.id: _successors(one) for one in mine},
        "said": partial(_said, None),
        "kinds": KINDS,
        "outcomes": OUTCOMES,
        "states": OBLIGATIONS,
        "actions": ACTIONS,
        "preview": None,
        "chosen": {},
        "refused": None,
        "grounds": "",
        "field": field,
    }


def _asked(typed: dict[str, str]) -> Reorganisation:
    """Raises KindMissing, DayMissing."""
    if typed["kind"] not in list(ChangeKind):
        raise KindMissing
    kind = ChangeKind(typed["kind"])
    return Reorganisation(
        kind=kind,
        units=_codes(typed["units"]),
        into=_codes(typed["into"]) if kind in (ChangeKind.MERGE, ChangeKind.SPLIT) else (),
        on=day_in(typed["on"]),
        name=typed["name"] or None,
    )


def field(owed: Owed) -> str:
    """The name of the form's field for one open obligation."""
    plan, milestone, occurrence, unit = owed
    return f"{CHOICE}{plan}/{milestone}/{occurrence}@{unit}"


def _chosen(form: Posted, owed: Owed) -> str:
    return _way(form, field(owed))


def _way(form: Posted, name: str) -> str:
    """As `read_choice` takes it; why it is closed stands in a field of its own."""
    way, why = form.text(name).strip(), form.text(f"why:{name}").strip()
    return f"close={why}" if way == "close" and why else way


def _said(tried: Tried | None, form: str, owed: Owed) -> str:
    return _chosen(tried.typed, owed) if tried is not None and tried.form == form else ""


def _fields(session: Session, typed: Posted) -> dict[str, Any]:
    """Those in which units are named."""
    return {name: typed_field(session, name, typed) for name in ("units", "into")}


def _successors(change: UnitChange) -> list[Named]:
    found = [one.successor for one in change.successions if one.successor is not None]
    return list(dict.fromkeys(Named(one.code, one.name) for one in found))


def _choices(form: Posted) -> list[Choice]:
    """Raises ChoiceWrong."""
    found = []
    for name in form.names():
        what = _way(form, name)
        if name.startswith(CHOICE) and what:
            found.append(read_choice(f"{name.removeprefix(CHOICE)}: {what}"))
    return found


def _refuse_beyond(session: Session, account: Account, asked: Reorganisation) -> None:
    """What several offices have to do with is an administrator's to decide. Raises OthersUnits."""
    codes = set(beyond_reach(session, account, asked.units))
    codes |= set(of_others(session, account, asked.into))
    if asked.kind is not ChangeKind.RENAME:
        codes |= set(owing_others(session, account, asked.units))
    if codes:
        names = names_of(session, sorted(codes))
        raise OthersUnits(units="; ".join(names.values()))


def _own(session: Session, account: Account, change_id: int) -> UnitChange:
    """Raises NotHere."""
    change = session.get(UnitChange, change_id)
    if change is None or not _is_own(session, account, change):
        raise NotHere
    return change_numbered(session, change_id)


def _is_own(session: Session, account: Account, change: UnitChange) -> bool:
    """Every unit it concerns is within reach."""
    if account.role is AccountRole.ADMINISTRATOR:
        return True
    ids = {one.predecessor_id for one in change.successions}
    mine = select(Unit.id).where(Unit.id.in_(ids), reachable(account))
    return set(session.scalars(mine)) == ids


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
