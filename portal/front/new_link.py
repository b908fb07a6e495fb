"""A new link by letter. The answer is the same whether or not the address is known."""

from fastapi import APIRouter, Request, Response

from dondoc.access.asking import ask_for_link
from portal.forms import Form
from portal.refusals import refusable
from portal.rendering import page
from portal.visitors import Context, asked_by

router = APIRouter()


@router.get("/link")
def ask(request: Request) -> Response:
    return page(request, "front/new_link.html")


@router.post("/link")
def asked(request: Request, form: Form, portal: Context) -> Response:
    with refusable("link", form) as outcome, portal.database.writing() as session:
        ask_for_link(session, portal.signer, asked_by(request, form.text("address")))
    if outcome.tried is not None:
        facts = {"tried": outcome.tried}
        return page(request, "front/new_link.html", outcome.tried.status, **facts)
    return page(request, "front/link_asked.html")
