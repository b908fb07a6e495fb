"""What a unit handed in, for the office to keep."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from dondoc.access.scope import NotHere, obligation_for
from dondoc.tables import Submission, SubmittedFile
from portal.downloads import stored_file
from portal.numbers import Number
from portal.visitors import Context, Reader

router = APIRouter()


@router.get("/office/obligations/{obligation}/versions/{version}/files/{file}")
def submitted_file(
    obligation: Number, version: Number, file: Number, account: Reader, portal: Context
) -> Response:
    with portal.database.reading() as session:
        owed = obligation_for(session, account, obligation)
        found = session.scalar(
            select(SubmittedFile)
            .join(Submission)
            .where(
                Submission.obligation_id == owed.id,
                Submission.version == version,
                SubmittedFile.id == file,
            )
        )
        if found is None:
            raise NotHere
        return stored_file(portal.store, found.sha256, found.name)
