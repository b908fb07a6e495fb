"""The word: a draft becomes a launched plan."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from dondoc.access.scope import NotYourOffice, may_launch, plan_draft_for
from dondoc.draft_templates import kept_templates
from dondoc.plan.addressees import check_against_units
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan_drafts import PlanDraftChanged, begin_task
from dondoc.tables import Account, Task
from dondoc.templates import not_among
from portal.context import Portal
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.office.launching.own import PATH, by, seen_revision, sound, to_draft
from portal.office.launching.preview import preview_page
from portal.refusals import refusable
from portal.visitors import Context, Official
from portal.work.workshop import Job

router = APIRouter()


@router.post(PATH + "/launch")
def launch(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    """Raises NotYourOffice."""
    with refusable("launch", form) as outcome, portal.database.writing() as session:
        _begin(session, account, draft, form, portal)
    if outcome.tried is not None:
        return preview_page(request, account, draft, portal, tried=outcome.tried)
    portal.workshop.start(Job(task=Task.LAUNCH, draft=draft, by=by(account, portal)))
    return to_draft(draft)


def _begin(session: Session, account: Account, draft: int, form: Posted, portal: Portal) -> None:
    """Raises PlanWrong, NotYourOffice, PlanDraftChanged, PlanDraftBusy, PlanDraftOver."""
    found = plan_draft_for(session, account, draft)
    source = sound(found)
    if not may_launch(account, source.plan.standing_office):
        raise NotYourOffice(office=source.plan.standing_office)
    if found.revision != seen_revision(form):
        raise PlanDraftChanged(who=found.changed_by)
    mistakes = check_against_units(source.plan, source.tree, session)
    mistakes += not_among(source, kept_templates(session, found))
    if mistakes:
        raise PlanWrong(found.name, mistakes)
    begin_task(session, found, Task.LAUNCH, now=portal.now())
