"""Anybody may check a receipt: the file, or the number and code printed on paper."""

from datetime import datetime
from hmac import compare_digest
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.attempts import forget, take
from dondoc.receipts import Authenticity, verify
from dondoc.tables import Receipt, Submission
from dondoc.words import Words
from portal.forms import NOTHING, FileForm, Form, Posted
from portal.receipts import CODE, Printed, printed_receipt
from portal.refusals import Tried, refusable
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
    return _page(request)


def _page(
    request: Request,
    *,
    outcome: Words | None = None,
    receipt: Printed | None = None,
    tried: Tried | None = None,
    typed: Posted = NOTHING,
) -> Response:
    code = 200 if tried is None else tried.status
    facts = {"outcome": outcome, "good": receipt is not None, "receipt": receipt, "tried": tried}
    code = 400 if outcome is UNKNOWN else code
    return page(request, "front/receipts.html", code, typed=typed, **facts)


@router.post("/receipts/file")
def check_file(request: Request, form: FileForm, portal: Context) -> Response:
    with refusable("file", NOTHING) as refused:
        text = form.file.decode("utf-8-sig", "replace")
        verified = verify(text, name=form.file_name, trusted=portal.signer.public_key)
        good = verified.authenticity is Authenticity.GENUINE
        with portal.database.reading() as session:
            taken = _taken_back(session, verified.facts) if good else None
        receipt = Printed(verified.facts, "", "", taken) if good else None
        return _page(request, outcome=OUTCOMES[verified.authenticity], receipt=receipt)
    return _page(request, tried=refused.tried)


@router.post("/receipts/code")
def check_code(request: Request, form: Form, portal: Context) -> Response:
    """Codes are not to be guessed."""
    number, origin, now = form.text("number").strip()[:40], origin_of(request), portal.now()
    with refusable("paper", form) as refused:
        with portal.database.writing() as session:
            take(session, TRIED, whom=number, origin=origin, now=now)
        with portal.database.reading() as session:
            receipt = _with_code(session, number, form.text("code").strip())
        if receipt is not None:
            with portal.database.writing() as session:
                forget(session, TRIED, number)
        outcome = UNKNOWN if receipt is None else OUTCOMES[Authenticity.GENUINE]
        return _page(request, outcome=outcome, receipt=receipt, typed=form)
    return _page(request, tried=refused.tried, typed=form)


def _taken_back(session: Session, facts: dict[str, Any]) -> datetime | None:
    """When the unit took back what the receipt is for."""
    of_receipt = select(Submission.withdrawn_at).join(Receipt)
    return session.scalar(of_receipt.where(Receipt.number == str(facts.get("number"))))


def _with_code(session: Session, number: str, code: str) -> Printed | None:
    found = session.scalar(select(Receipt).where(Receipt.number == number))
    if found is None or not compare_digest(found.signature[:CODE].encode(), code.encode()):
        return None
    return printed_receipt(found)
