"""What was handed in: each version as it is kept, with its receipt."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import NotHere
from dondoc.receipts import receipt_text
from dondoc.submissions import hand_in
from portal.downloads import text_file
from portal.receipts import printed
from portal.rendering import page
from portal.unit.own import own, own_version
from portal.visitors import Context, Visitor

router = APIRouter()
PATH = "/unit/obligations/{obligation}/versions/{version}"


@router.get(PATH)
def show(
    request: Request,
    obligation: int,
    version: int,
    visitor: Visitor,
    portal: Context,
    new: bool = False,
) -> Response:
    with portal.database.reading() as session:
        submission = own_version(session, own(session, visitor, obligation), version)
        facts = {
            "submission": submission,
            "asked": hand_in(submission.obligation),
            "receipt": printed(submission),
            "new": new,
            "receipts_at": f"{portal.settings.portal_address}/receipts",
        }
        return page(request, "unit/version.html", **facts)


@router.get(PATH + "/receipt")
def receipt_file(obligation: int, version: int, visitor: Visitor, portal: Context) -> Response:
    with portal.database.reading() as session:
        submission = own_version(session, own(session, visitor, obligation), version)
        if submission.receipt is None:
            raise NotHere
        text = receipt_text(submission.receipt, portal.signer)
        return text_file(text, f"bien-nhan-{submission.receipt.number}.json")
