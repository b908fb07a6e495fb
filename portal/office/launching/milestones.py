"""One milestone of a draft: changed, added, taken out."""

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from documents.reading.naming import code
from dondoc.access.scope import plan_draft_for
from dondoc.plan.editing import MILESTONES, with_item, with_new_milestone, without_item
from dondoc.plan.model import Milestone
from dondoc.plan.phrasing import KINDS
from dondoc.plan.source import Source
from dondoc.tables import Account, PlanDraft
from dondoc.units.audience import how_many, some
from portal.context import Portal
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.office.launching.beside import draft_page
from portal.office.launching.own import (
    PATH,
    Edited,
    edit,
    milestone_at,
    parsed,
    to_draft,
    with_units,
)
from portal.office.launching.typing_in import (
    LISTED,
    Typed,
    changes,
    choices,
    fresh,
    standing,
    typed_in,
)
from portal.refusals import Tried
from portal.rendering import page
from portal.unit_field import sought, unit_field
from portal.visitors import Context, Official
from schedules.dating import dates

router = APIRouter()
FORM = "office/launching/milestone.html"
NAMED = 30
"""units of a milestone that are named; the others are counted"""


@router.get(PATH + "/milestones/{number}")
def show(
    request: Request, draft: Number, number: Number, account: Official, portal: Context
) -> Response:
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        source = parsed(found)
        if source is None:
            return to_draft(draft)
        milestone = milestone_at(source, number)
        facts = form_facts(session, found, standing(milestone))
        facts |= _whom(session, source, milestone, portal)
        return page(request, FORM, number=number, **facts)


@router.post(PATH + "/milestones/{number}")
def save(
    request: Request, draft: Number, number: Number, account: Official, form: Form, portal: Context
) -> Response:
    def change(source: Source, typed: Typed) -> str:
        before = milestone_at(source, number)
        return with_item(source, MILESTONES, number - 1, changes(typed, before))

    typed, told = typed_and_edited(portal, account, draft, form, change)
    if told.saved:
        return to_draft(draft, at=f"#m-{number}")
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        facts = form_facts(session, found, typed, told.tried) | told._asdict()
        return page(request, FORM, told.status, number=number, **facts)


@router.post(PATH + "/milestones/{number}/drop")
def drop(
    request: Request, draft: Number, number: Number, account: Official, form: Form, portal: Context
) -> Response:
    told = edit(portal, account, draft, form, lambda source: _without(source, number))
    if told.saved:
        return to_draft(draft)
    return draft_page(request, account, draft, portal, mistakes=told.mistakes, tried=told.tried)


def _without(source: Source, number: int) -> str:
    milestone_at(source, number)
    return without_item(source, MILESTONES, number - 1)


@router.get(PATH + "/new")
def new(request: Request, draft: Number, account: Official, portal: Context) -> Response:
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        facts = form_facts(session, found, fresh())
        return page(request, FORM, number=0, **facts)


@router.post(PATH + "/new")
def add(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    typed, told = typed_and_edited(portal, account, draft, form, added)
    if told.saved:
        return to_draft(draft)
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        facts = form_facts(session, found, typed, told.tried) | told._asdict()
        return page(request, FORM, told.status, number=0, **facts)


def added(source: Source, typed: Typed) -> str:
    """The plan's text with one more milestone."""
    given = {key: value for key, value in changes(typed).items() if value is not None}
    plan = source.plan
    used = {one.code for one in plan.milestones} | {one.code for one in plan.events}
    made = code(typed.name, used, fallback=typed.kind)
    return with_new_milestone(source, {"code": made, **given})


class TypedAndEdited(NamedTuple):
    typed: Typed
    told: Edited


def typed_and_edited(
    portal: Portal,
    account: Account,
    draft: int,
    form: Posted,
    change: Callable[[Source, Typed], str],
) -> TypedAndEdited:
    """Saved once it is clear which units are meant. Raises NotHere."""
    named = with_units(portal, form, many=("units", "except"), one=("collector",))
    typed = typed_in(named.form)
    if named.tried is not None:
        return TypedAndEdited(typed, Edited(tried=named.tried))
    return TypedAndEdited(
        typed, edit(portal, account, draft, form, lambda source: change(source, typed))
    )


def form_facts(
    session: Session, draft: PlanDraft, typed: Typed, tried: Tried | None = None
) -> dict[str, Any]:
    found = choices(session)
    chosen = {
        "units": typed.units,
        "except": [one for one in typed.exceptions if one not in found.kinds],
        "collector": list(filter(None, [typed.collector])),
    }
    return {
        "units": {
            name: unit_field(
                session, name, codes, "" if tried is None else sought(tried.typed, name)
            )
            for name, codes in chosen.items()
        },
        "draft": draft,
        "typed": typed,
        "kinds": KINDS,
        "known_kinds": found.kinds if len(found.kinds) <= LISTED else None,
        "known_groups": found.groups if len(found.groups) <= LISTED else None,
        "mistakes": (),
        "whom": None,
        "duty": 0,
    }


def _whom(session: Session, source: Source, milestone: Milestone, portal: Portal) -> dict[str, Any]:
    """Who would owe it on the first of its dates."""
    dues = dates(source.plan, portal.hours.calendar)[milestone.code]
    day = dues[0].dated.due if dues else portal.hours.today(portal.now())
    count = how_many(session, milestone.audience, on=day)
    first = some(session, milestone.audience, on=day, most=NAMED)
    return {"whom": {"count": count, "first": first, "day": day}}
