"""Anybody may check a receipt: the file, or the number and code printed on paper."""

from datetime import datetime
from hmac import compare_digest
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.attempts import note, refuse_too_many
from dondoc.receipts import Authenticity, verify
from dondoc.tables import Receipt, Submission
from dondoc.words import Words
from portal.forms import FileForm, Form
from portal.receipts import CODE, Printed, printed_receipt
from portal.rendering import page
from portal.visitors import Context, origin_of

router = APIRouter()
TRIED = "receipt"

OUTCOMES = {
    Authenticity.GENUINE: Words(
        "Đúng: do nơi này cấp, không bị sửa.", "Genuine: issued here, not altered."
    ),
    Authenticity.FOREIGN: Words("Do nơi khác cấp.", "Issued elsewhere."),
    Authenticity.ALTERED: Words(
        "Đã bị sửa: chữ ký không khớp.", "Altered: the signature does not fit."
    ),
}
UNKNOWN = Words(
    "Không có giấy biên nhận nào với số và mã này.",
    "There is no receipt with this number and code.",
)


@router.get("/receipts")
def ask(request: Request) -> Response:
    return page(request, "front/receipts.html", outcome=None, good=False, receipt=None)


@router.post("/receipts/file")
def check_file(request: Request, form: FileForm, portal: Context) -> Response:
    """Raises NotAReceipt."""
    text = form.file.decode("utf-8-sig", "replace")
    verified = verify(text, name=form.file_name, trusted=portal.signer.public_key)
    good = verified.authenticity is Authenticity.GENUINE
    with portal.database.reading() as session:
        taken = _taken_back(session, verified.facts) if good else None
    receipt = Printed(verified.facts, "", "", taken) if good else None
    facts = {"outcome": OUTCOMES[verified.authenticity], "good": good, "receipt": receipt}
    return page(request, "front/receipts.html", **facts)


@router.post("/receipts/code")
def check_code(request: Request, form: Form, portal: Context) -> Response:
    """Raises TooMany: codes are not to be guessed."""
    number, origin, now = form.text("number").strip()[:40], origin_of(request), portal.now()
    with portal.database.reading() as session:
        refuse_too_many(session, TRIED, whom=number, origin=origin, now=now)
        receipt = _with_code(session, number, form.text("code").strip())
    if receipt is None:
        with portal.database.writing() as session:
            note(session, TRIED, whom=number, origin=origin, now=now)
    outcome = UNKNOWN if receipt is None else OUTCOMES[Authenticity.GENUINE]
    facts = {"outcome": outcome, "good": receipt is not None, "receipt": receipt}
    return page(request, "front/receipts.html", 200 if receipt else 400, **facts)


def _taken_back(session: Session, facts: dict[str, Any]) -> datetime | None:
    """When the unit took back what the receipt is for."""
    of_receipt = select(Submission.withdrawn_at).join(Receipt)
    return session.scalar(of_receipt.where(Receipt.number == str(facts.get("number"))))


def _with_code(session: Session, number: str, code: str) -> Printed | None:
    found = session.scalar(select(Receipt).where(Receipt.number == number))
    if found is None or not compare_digest(found.signature[:CODE].encode(), code.encode()):
        return None
    return printed_receipt(found)
