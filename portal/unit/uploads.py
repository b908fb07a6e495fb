"""Files piece by piece: each piece begins where the last one ended, however that ended."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from dondoc.access.links import Caller
from dondoc.drafts import Announced, begin_file, finish_file, working_draft
from dondoc.tables import DraftFile
from portal.context import Portal
from portal.forms import HEADER, Form, refuse_foreign
from portal.unit.own import draft_file_for, own, own_draft_file
from portal.visitors import Context, Visitor

router = APIRouter()
PATH = "/unit/obligations/{obligation}/uploads"
LARGER = {r"/unit/obligations/\d+/uploads/[0-9a-f]{32}": 9_000_000}
"""Bytes of one piece; ours send less."""


@router.post(PATH)
def begin(obligation: int, visitor: Visitor, form: Form, portal: Context) -> Response:
    size = form.text("size")
    announced = Announced(
        component=form.text("component"),
        name=form.raw("name"),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
        modified=form.text("modified")[:40],
    )
    with portal.database.writing() as session:
        owed = own(session, visitor, obligation)
        draft = working_draft(session, owed, actor=visitor.seat.address, now=portal.now())
        file = begin_file(session, draft, announced)
        return JSONResponse(_state(portal, file), status_code=201)


@router.get(PATH + "/{key}")
def state(obligation: int, key: str, visitor: Visitor, portal: Context) -> Response:
    with portal.database.reading() as session:
        file = own_draft_file(session, own(session, visitor, obligation), key)
        return JSONResponse(_state(portal, file))


@router.put(PATH + "/{key}")
async def piece(
    request: Request,
    obligation: int,
    key: str,
    offset: int,
    visitor: Visitor,
    portal: Context,
) -> Response:
    file = await portal.aside(_owned, portal, visitor, (obligation, key))
    refuse_foreign(request, request.headers.get(HEADER, ""))
    with portal.uploads.appending(key) as target:
        if offset != target.tell() or file.sha256 is not None:
            return JSONResponse(_state(portal, file), status_code=409)
        room = file.size - offset
        async for chunk in request.stream():
            if len(chunk) > room:
                return JSONResponse(_state(portal, file), status_code=400)
            room -= await portal.aside(target.write, chunk)
    if room == 0:
        await portal.aside(_finish, portal, visitor, (obligation, key))
        file = await portal.aside(_owned, portal, visitor, (obligation, key))
    return JSONResponse(_state(portal, file))


def _owned(portal: Portal, visitor: Caller, where: tuple[int, str]) -> DraftFile:
    with portal.database.reading() as session:
        return draft_file_for(session, visitor=visitor, where=where)


def _finish(portal: Portal, visitor: Caller, where: tuple[int, str]) -> None:
    find = partial(draft_file_for, visitor=visitor, where=where)
    finish_file(portal.database, find, portal.store, portal.uploads)


def _state(portal: Portal, file: DraftFile) -> dict[str, Any]:
    whole = file.sha256 is not None
    return {
        "key": file.key,
        "size": file.size,
        "received": file.size if whole else portal.uploads.received(file.key),
        "whole": whole,
    }
