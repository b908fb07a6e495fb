"""The word: a draft becomes a launched plan."""

from fastapi import APIRouter, Response

from dondoc.access.scope import NotYourOffice, may_launch, plan_draft_for
from dondoc.errors import DondocError
from dondoc.plan.addressees import check_against_units
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.model import PlanFile
from dondoc.plan_drafts import PlanDraftChanged, begin_task
from dondoc.tables import Task
from portal.forms import Form
from portal.numbers import Number
from portal.office.launching.own import PATH, by, seen_revision, sound, to_draft
from portal.visitors import Context, Official
from portal.work.workshop import Job

router = APIRouter()


class TemplatesElsewhere(DondocError):
    """This plan names templates ({names}), which the portal does not take in. Download the plan
    file and launch it with `dondoc launch` beside them, or take `template` out."""

    vi = (
        "Kế hoạch nêu tệp mẫu ({names}) mà cổng chưa nhận được. Hãy tải tệp kế hoạch về, phát động "
        "bằng `dondoc launch` cạnh các tệp mẫu, hoặc bỏ `template`."
    )


@router.post(PATH + "/launch")
def launch(draft: Number, account: Official, form: Form, portal: Context) -> Response:
    """Raises PlanWrong, NotYourOffice, TemplatesElsewhere, PlanDraftChanged, PlanDraftBusy,
    PlanDraftOver."""
    with portal.database.writing() as session:
        found = plan_draft_for(session, account, draft)
        source = sound(found)
        if not may_launch(account, source.plan.standing_office):
            raise NotYourOffice(office=source.plan.standing_office)
        if found.revision != seen_revision(form):
            raise PlanDraftChanged(who=found.changed_by)
        mistakes = check_against_units(source.plan, source.tree, session)
        if mistakes:
            raise PlanWrong(found.name, mistakes)
        names = templates_of(source.plan)
        if names:
            raise TemplatesElsewhere(names=", ".join(names))
        begin_task(session, found, Task.LAUNCH, now=portal.now())
    portal.workshop.start(Job(task=Task.LAUNCH, draft=draft, by=by(account, portal)))
    return to_draft(draft)


def templates_of(plan: PlanFile) -> list[str]:
    """File names that lie beside a plan file, and not beside a draft."""
    parts = (part for one in plan.milestones for part in one.hand_in.components)
    return [part.template for part in parts if part.template is not None]
