"""The document on the left, the milestones on the right."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from dondoc.access.scope import plan_draft_for
from dondoc.draft_templates import lacking_templates
from dondoc.plan.editing import without_line
from dondoc.plan.mistakes import Mistake
from dondoc.plan_drafts import change_plan, under_way
from dondoc.tables import Account, PlanDraft, PlanDraftState, Task
from portal.context import Portal
from portal.forms import Form
from portal.numbers import Few, Number
from portal.office.launching.own import PATH, by, mistakes_in, parsed, seen_revision, to_draft
from portal.office.launching.view import Document, for_the_whole, milestones, spans_of, undated
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.visitors import Context, Official

router = APIRouter()
FOLDER = "office/launching"


@router.get(PATH)
def show(
    request: Request,
    draft: Number,
    account: Official,
    portal: Context,
    sheet: Few = 0,
    at: str = "",
) -> Response:
    """`at` is the milestone (m-3) or duty (u-1) whose words are to be shown."""
    return draft_page(request, account, draft, portal, sheet=sheet, at=at)


def draft_page(
    request: Request,
    account: Account,
    draft: int,
    portal: Portal,
    *,
    sheet: int = 0,
    at: str = "",
    mistakes: tuple[Mistake, ...] = (),
    tried: Tried | None = None,
) -> Response:
    """With what was refused of it, if anything was."""
    code = 400 if mistakes else 200
    code = code if tried is None else tried.status
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        task = under_way(found, portal.now())
        if task in (Task.READ, Task.LAUNCH):
            return waiting(request, found, task, portal)
        if waited(request):
            return done()
        if found.state is not PlanDraftState.OPEN or not found.source:
            return page(request, f"{FOLDER}/over.html", code, draft=found, tried=tried)
        facts = facts_of(session, found, portal, sheet=sheet, at=at) | {"tried": tried}
        facts["mistakes"] = mistakes or facts["mistakes"]
        if request.headers.get("hx-target") == "document":
            if facts["sheet"] is None:  # changed meanwhile so that it cannot be read
                return done()
            return page(request, f"{FOLDER}/_document.html", **facts)
        return page(request, f"{FOLDER}/beside.html", code, **facts)


def waiting(request: Request, draft: PlanDraft, task: Task, portal: Portal) -> Response:
    since = draft.task_since or portal.now()
    seconds = max(0, int((portal.now() - since).total_seconds()))
    facts = {"draft": draft, "task": task, "seconds": seconds}
    template = "_waiting.html" if waited(request) else "waiting.html"
    return page(request, f"{FOLDER}/{template}", **facts)


def waited(request: Request) -> bool:
    """The page that waits asks again."""
    return request.headers.get("hx-target") == "waiting"


def done() -> Response:
    """What was waited for is there: the whole page is loaded anew."""
    return Response(status_code=204, headers={"HX-Refresh": "true"})


def facts_of(
    session: Session, draft: PlanDraft, portal: Portal, *, sheet: int, at: str
) -> dict[str, Any]:
    source = parsed(draft)
    facts: dict[str, Any] = {"draft": draft, "source": source, "at": at}
    if source is None:
        return facts | {"mistakes": mistakes_in(draft.source, draft.name), "sheet": None}
    today = portal.hours.today(portal.now())
    found = milestones(session, draft, source, portal.hours.calendar, today)
    duties = undated(draft, source)
    places = {f"m-{one.number}": one.place for one in found.lines}
    places |= {f"u-{one.number}": one.place for one in duties}
    document = Document(draft)
    number = sheet or document.sheet_of(places.get(at))
    shown = document.sheet(number, spans_of(draft, found.lines, duties)) if draft.text else None
    return facts | {
        "plan": source.plan,
        "mistakes": found.mistakes,
        "whole": for_the_whole(source),
        "milestones": found.lines,
        "unsettled": sum(one.unsettled for one in found.lines),
        "duties": duties,
        "sheet": shown,
        "lacking": lacking_templates(session, draft, source.plan),
    }


@router.post(PATH + "/settle")
def settle(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    """A flag is taken off: the comment line goes."""
    with refusable("", form) as outcome, portal.database.writing() as session:
        found = plan_draft_for(session, account, draft)
        text = form.text("line")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
        lines = found.source.splitlines()
        if 0 < number <= len(lines) and lines[number - 1].lstrip().startswith("#"):
            change_plan(
                found,
                without_line(found.source, number),
                revision=seen_revision(form),
                by=by(account, portal),
            )
    where = form.text("at")
    known = where[:2] in ("m-", "u-") and where[2:].isdigit()
    if outcome.tried is not None:
        return draft_page(request, account, draft, portal, at=where, tried=outcome.tried)
    return to_draft(draft, at=f"#{where}" if known else "")
