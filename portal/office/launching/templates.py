"""Files that a draft's plan names as templates: uploaded, and taken in with the launch."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from dondoc.access.scope import plan_draft_for
from dondoc.draft_templates import TemplateRefused, keep_template, named_like, refuse_unfit
from dondoc.plan_drafts import refuse_settled
from dondoc.store import Stored
from dondoc.tables import Account
from dondoc.templates import template_names
from dondoc.words import Words
from portal.context import Portal
from portal.forms import NOTHING, form_files
from portal.numbers import Number
from portal.office.launching.own import PATH, sound
from portal.office.launching.preview import preview_page, to_preview
from portal.refusals import in_words, refusable
from portal.uploading import FileMissing, kept, shown_name
from portal.visitors import Context, Official

MOST = 50
"""files sent at once"""
MOST_BYTES = 400_000_000
LARGER = {r"/office/drafts/\d+/templates": MOST_BYTES + 1_000_000}

router = APIRouter()


@router.post(PATH + "/templates")
async def upload(
    request: Request, draft: Number, account: Official, portal: Context, name: str = ""
) -> Response:
    """Files by their own names, or one as the template `name`. Raises NotHere, FormForeign."""
    await run_in_threadpool(_names, portal, account, draft)
    async with form_files(request, most=MOST) as files:
        refused = await run_in_threadpool(_take_all, portal, account, draft, files, name)
    if not refused:
        return to_preview(draft, at="#templates")
    return await run_in_threadpool(preview_page, request, account, draft, portal, refused=refused)


def _take_all(
    portal: Portal, account: Account, draft: int, files: Sequence[UploadFile], name: str
) -> list[Words]:
    """Each that fits is kept; what is wrong with the others."""
    if not files:
        return [in_words(FileMissing())]
    told = []
    for file in files[:1] if name else files:
        with refusable("", NOTHING) as outcome:
            _take(portal, account, draft, file, name or shown_name(file))
        if outcome.tried is not None:
            told.append(outcome.tried.said)
    return told


def _take(portal: Portal, account: Account, draft: int, file: UploadFile, name: str) -> None:
    """Raises TemplateRefused, StoreFull, PlanWrong, PlanDraftOver, PlanDraftBusy."""
    wanted = named_like(name, _names(portal, account, draft))
    stored = _stored(portal, file, wanted)
    with portal.database.writing() as session:
        found = plan_draft_for(session, account, draft)
        refuse_settled(found, now=portal.now())
        keep_template(session, found, wanted, stored)


def _names(portal: Portal, account: Account, draft: int) -> list[str]:
    """Raises NotHere, PlanWrong."""
    with portal.database.reading() as session:
        return template_names(sound(plan_draft_for(session, account, draft)).plan)


def _stored(portal: Portal, file: UploadFile, name: str) -> Stored:
    """Raises TemplateRefused, StoreFull."""
    key = kept(file, portal)
    try:
        refuse_unfit(portal.uploads.path(key), name)
    except TemplateRefused:
        portal.uploads.discard(key)
        raise
    return portal.store.take(portal.uploads.path(key))
