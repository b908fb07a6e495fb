"""What the unit has sent, back to it; and what it is to fill in."""

from fastapi import APIRouter, Response

from dondoc.access.scope import NotHere
from portal.downloads import stored_file
from portal.unit.own import own, own_draft_file, own_file, own_template, own_version
from portal.visitors import Context, Visitor

router = APIRouter()


@router.get("/unit/obligations/{obligation}/draft/{key}")
def draft_file(obligation: int, key: str, visitor: Visitor, portal: Context) -> Response:
    with portal.database.reading() as session:
        file = own_draft_file(session, own(session, visitor, obligation), key)
        if file.sha256 is None:
            raise NotHere
        return stored_file(portal.store, file.sha256, file.name)


@router.get("/unit/obligations/{obligation}/templates/{code}")
def template(obligation: int, code: str, visitor: Visitor, portal: Context) -> Response:
    """What the office wants to be filled in."""
    with portal.database.reading() as session:
        found = own_template(session, own(session, visitor, obligation), code)
        return stored_file(portal.store, found.sha256, found.name)


@router.get("/unit/obligations/{obligation}/versions/{version}/files/{file}")
def submitted_file(
    obligation: int, version: int, file: int, visitor: Visitor, portal: Context
) -> Response:
    with portal.database.reading() as session:
        submission = own_version(session, own(session, visitor, obligation), version)
        found = own_file(submission, file)
        return stored_file(portal.store, found.sha256, found.name)
