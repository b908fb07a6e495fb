"""Files that came by mail and wait to be told where they belong."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.links import Caller
from dondoc.access.scope import NotHere
from dondoc.drafts import FileRefused
from dondoc.replies import (
    CAUSES,
    Settling,
    lay_aside,
    open_for_units,
    parts_to_choose,
    put_into_draft,
    settle_where_placed,
)
from dondoc.tables import Reply, ReplyFile
from dondoc.words import Language, Words
from portal.context import Portal
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.placing import FILE, belongs_to
from portal.rendering import page
from portal.unit.own import own
from portal.visitors import Context, Visitor

router = APIRouter()
ASIDE = "aside"


@router.get("/unit/replies/{reply}")
def show(request: Request, reply: Number, visitor: Visitor, portal: Context) -> Response:
    return _page(request, reply, visitor, portal)


@router.post("/unit/replies/{reply}")
def place(
    request: Request, reply: Number, visitor: Visitor, form: Form, portal: Context
) -> Response:
    """Each file by itself: what cannot be taken stays, and the page says why."""
    with portal.database.reading() as session:
        waiting = [file.id for file in own_reply(session, visitor, reply).files if file.waiting]
    refused: list[Words] = []
    into: set[int] = set()
    for file in waiting:
        try:
            with portal.database.writing() as session:
                into |= _place(session, (reply, file), form, visitor, portal)
        except FileRefused as error:
            refused.append(Words(error.text(Language.VI), error.text(Language.EN)))
    if refused:
        return _page(request, reply, visitor, portal, refused=refused)
    path = f"/unit/obligations/{into.pop()}" if len(into) == 1 else "/unit"
    return RedirectResponse(path, status_code=303)


def _place(
    session: Session, which: tuple[int, int], form: Posted, visitor: Caller, portal: Portal
) -> set[int]:
    """The obligation it went to, if any. Raises NotHere, FileRefused, NotTaken."""
    reply = own_reply(session, visitor, which[0])
    file = session.get_one(ReplyFile, which[1], with_for_update=True)
    chosen = form.text(f"{FILE}{file.id}")
    if not file.waiting or not chosen:
        return set()
    by = Settling(actor=visitor.seat.address, now=portal.now(), store=portal.store)
    if chosen == ASIDE:
        lay_aside(session, file)
        settle_where_placed(session, reply, by)
        return set()
    where = belongs_to(chosen)
    owed = own(session, visitor, where.obligation)
    put_into_draft(session, file, owed, where.component, by)
    settle_where_placed(session, reply, by)
    return {owed.id}


def own_reply(session: Session, visitor: Caller, reply: int) -> Reply:
    """Raises NotHere."""
    chosen = select(Reply).where(Reply.id == reply, Reply.unit_id.in_(visitor.units))
    found = session.scalar(chosen)
    if found is None:
        raise NotHere
    return found


def waiting(session: Session, visitor: Caller) -> list[Reply]:
    return list(session.scalars(open_for_units(visitor.units)))


def _page(
    request: Request,
    reply: int,
    visitor: Caller,
    portal: Portal,
    *,
    refused: list[Words] | None = None,
) -> Response:
    with portal.database.reading() as session:
        facts = {
            "reply": own_reply(session, visitor, reply),
            "causes": CAUSES,
            "choices": parts_to_choose(session, visitor.units),
            "refused": refused or [],
        }
        return page(request, "unit/reply.html", 400 if refused else 200, **facts)
