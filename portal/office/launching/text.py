"""The whole plan file as text, for what has no form; a text with mistakes is kept too."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import plan_draft_for
from dondoc.plan.reading import LARGEST
from dondoc.plan_drafts import change_plan
from portal.downloads import text_file
from portal.forms import Form
from portal.numbers import Number
from portal.office.launching.own import PATH, by, mistakes_in, seen_revision, to_draft
from portal.refusals import refusable
from portal.rendering import page
from portal.visitors import Context, Official

router = APIRouter()


@router.get(PATH + "/text")
def show(request: Request, draft: Number, account: Official, portal: Context) -> Response:
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        mistakes = mistakes_in(found.source, found.name)
        facts = {"draft": found, "text": found.source, "mistakes": mistakes}
        return page(request, "office/launching/text.html", **facts)


@router.post(PATH + "/text")
def save(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    """What is refused stays in the field: whoever saves it again has been told of the other's."""
    text = form.text("text")[:LARGEST]
    with refusable("", form) as outcome, portal.database.writing() as session:
        found = plan_draft_for(session, account, draft)
        change_plan(found, text, revision=seen_revision(form), by=by(account, portal))
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        mistakes = mistakes_in(text, found.name)
        if not mistakes and outcome.tried is None:
            return to_draft(draft)
        facts = {"draft": found, "text": text, "mistakes": mistakes, "tried": outcome.tried}
        return page(request, "office/launching/text.html", outcome.status, **facts)


@router.get(PATH + "/file")
def download(draft: Number, account: Official, portal: Context) -> Response:
    """The plan file, to go on with the command line."""
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        stem = found.name.rpartition(".")[0] or found.name
        return text_file(found.source, f"{stem}.yaml")
