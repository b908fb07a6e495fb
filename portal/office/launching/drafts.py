"""The drafts there are, and a new one from a document or a plan file."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from dondoc.access.scope import plan_draft_for, plan_drafts_of
from dondoc.draft_templates import forget_templates
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.reading import LARGEST, decoded
from dondoc.plan_drafts import begin_task, discard_plan_draft, new_plan_draft
from dondoc.tables import Account, Task
from portal.context import Portal
from portal.forms import NOTHING, Form
from portal.numbers import Number
from portal.office.launching.beside import draft_page
from portal.office.launching.own import PATH, by, to_draft
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.uploading import FileMissing, chosen_file, kept, shown_name
from portal.visitors import Context, Official
from portal.work.rehearsing import forget
from portal.work.workshop import Job

MOST_BYTES = 100_000_000
"""what `dondoc read` reads"""
LARGER = {r"/office/drafts": MOST_BYTES + 1_000_000}
PLAN_FILES = (".yaml", ".yml")

router = APIRouter()


@router.get("/office/drafts")
def show(request: Request, account: Official, portal: Context) -> Response:
    return _page(request, account, portal)


def _page(
    request: Request, account: Account, portal: Portal, tried: Tried | None = None
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        facts = {"drafts": plan_drafts_of(session, account), "tried": tried}
        return page(request, "office/launching/drafts.html", code, **facts)


@router.post("/office/drafts")
async def upload(request: Request, account: Official, portal: Context) -> Response:
    """Raises StoreFull, FormForeign."""
    with refusable("upload", NOTHING, {FileMissing: "file", PlanWrong: "file"}) as outcome:
        async with chosen_file(request) as file:
            draft = await run_in_threadpool(_take, portal, account, file)
        return to_draft(draft)
    return await run_in_threadpool(_page, request, account, portal, outcome.tried)


def _take(portal: Portal, account: Account, file: UploadFile) -> int:
    name = shown_name(file)
    if name.lower().endswith(PLAN_FILES):
        text = decoded(file.file.read(LARGEST + 1), name)
        with portal.database.writing() as session:
            made = new_plan_draft(
                session, name=name, office=account.office, by=by(account, portal), source=text
            )
            return made.id
    stored = portal.store.take(portal.uploads.path(kept(file, portal))).sha256
    with portal.database.writing() as session:
        made = new_plan_draft(
            session, name=name, office=account.office, by=by(account, portal), document=stored
        )
        begin_task(session, made, Task.READ, now=portal.now())
        draft = made.id
    _read(portal, account, draft)
    return draft


def _read(portal: Portal, account: Account, draft: int) -> None:
    portal.workshop.start(Job(task=Task.READ, draft=draft, by=by(account, portal)))


@router.post(PATH + "/reading")
def read_again(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    """After it was broken off."""
    again = False
    with refusable("", form) as outcome, portal.database.writing() as session:
        found = plan_draft_for(session, account, draft)
        again = found.document is not None and not found.source
        if again:
            begin_task(session, found, Task.READ, now=portal.now())
    if outcome.tried is not None:
        return draft_page(request, account, draft, portal, tried=outcome.tried)
    if again:
        _read(portal, account, draft)
    return to_draft(draft)


@router.post(PATH + "/discard")
def discard(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    with refusable("", form) as outcome, portal.database.writing() as session:
        found = plan_draft_for(session, account, draft)
        discard_plan_draft(found, by=by(account, portal))
        forget_templates(session, found)
    if outcome.tried is not None:
        return draft_page(request, account, draft, portal, tried=outcome.tried)
    forget(portal, draft)
    return to_draft(draft)
