"""Answers to letters that somebody of the office has to look at."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.scope import NotHere, may_decide
from dondoc.replies import CAUSES, STATES, Settling, reply_for, settle
from portal.downloads import stored_file
from portal.forms import Form
from portal.numbers import Number
from portal.rendering import page
from portal.visitors import Context, Official, Reader

router = APIRouter()


@router.get("/office/replies/{reply}")
def show(request: Request, reply: Number, account: Reader, portal: Context) -> Response:
    with portal.database.reading() as session:
        facts = {
            "reply": reply_for(session, account, reply),
            "causes": CAUSES,
            "states": STATES,
            "decides": may_decide(account),
        }
        return page(request, "office/reply.html", **facts)


@router.post("/office/replies/{reply}/settle")
def done(reply: Number, account: Official, _form: Form, portal: Context) -> Response:
    with portal.database.writing() as session:
        found = reply_for(session, account, reply)
        by = Settling(actor=account.email, now=portal.now(), store=portal.store)
        settle(session, found, by)
    return RedirectResponse("/office#replies", status_code=303)


@router.get("/office/replies/{reply}/files/{reply_file}")
def file(reply: Number, reply_file: Number, account: Reader, portal: Context) -> Response:
    with portal.database.reading() as session:
        files = reply_for(session, account, reply).files
        found = next((one for one in files if one.id == reply_file), None)
        if found is None or found.sha256 is None:
            raise NotHere
        return stored_file(portal.store, found.sha256, found.name)
