"""A duty for which the document names no date: an official dates it, or leaves it as it is."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import NotHere, plan_draft_for
from dondoc.plan.editing import UNDATED, without_item
from dondoc.plan.model import UndatedDuty
from dondoc.plan.source import Source, parse_source
from portal.forms import Form
from portal.numbers import Number
from portal.office.launching.milestones import FORM, added, form_facts, typed_and_edited
from portal.office.launching.own import PATH, parsed, to_draft
from portal.office.launching.typing_in import Typed, fresh
from portal.rendering import page
from portal.visitors import Context, Official

router = APIRouter()


@router.get(PATH + "/undated/{number}")
def show(
    request: Request, draft: Number, number: Number, account: Official, portal: Context
) -> Response:
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        source = parsed(found)
        if source is None:
            return to_draft(draft)
        duty = _duty(source, number)
        typed = fresh(duty.name, duty.clause.text, duty.clause.where)
        facts = form_facts(session, found, typed) | {"duty": number}
        return page(request, FORM, number=0, **facts)


@router.post(PATH + "/undated/{number}")
def save(
    request: Request, draft: Number, number: Number, account: Official, form: Form, portal: Context
) -> Response:
    """It becomes a milestone."""
    typed, told = typed_and_edited(
        portal, account, draft, form, lambda source, typed: _dated(source, number, typed)
    )
    if told.saved:
        return to_draft(draft)
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        facts = form_facts(session, found, typed, told.tried)
        facts |= {"duty": number} | told._asdict()
        return page(request, FORM, told.status, number=0, **facts)


def _dated(source: Source, number: int, typed: Typed) -> str:
    """Raises PlanWrong where what was typed makes no milestone: the duty stays then."""
    _duty(source, number)
    left = parse_source(without_item(source, UNDATED, number - 1), source.name)
    return added(left, typed)


def _duty(source: Source, number: int) -> UndatedDuty:
    """`number` counts from 1. Raises NotHere."""
    if not 1 <= number <= len(source.plan.undated):
        raise NotHere
    return source.plan.undated[number - 1]
