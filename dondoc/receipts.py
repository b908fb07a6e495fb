"""Receipts: signed proof of what was handed in, checked without any database.

A receipt file is JSON: `body` is the exact text that was signed, itself JSON; `signature` and
`public_key` are base64.
"""

import json
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.paper import sets_of
from dondoc.signing import Signer, fingerprint, signed_by
from dondoc.tables import Obligation, Receipt, Submission
from dondoc.timeliness import LateDays, timeliness
from dondoc.words import Words

__all__ = ["Authenticity", "NotAReceipt", "Signer", "Verified", "issue", "receipt_text", "verify"]

FORMAT = 1
INCOMPLETE = "incomplete"
WITH_REASON = "incomplete_with_reason"
LONGEST = 1_000_000
NOT_OURS = Words("tệp có nội dung khác", "the file holds something else")


class NotAReceipt(DondocError):
    """{file} is not a receipt of dondoc: {why}"""

    vi = "{file} không phải giấy biên nhận của dondoc: {why}"


class KeyReplaced(DondocError):
    """Receipt {number} was signed with another key than this installation has now; restore
    signing-key.pem from your backup."""

    vi = (
        "Giấy biên nhận {number} được ký bằng khoá khác khoá hiện có; "
        "hãy khôi phục signing-key.pem từ bản sao lưu."
    )


class Authenticity(StrEnum):
    """`intact`: unaltered, but whose key signed it was not compared with any we know."""

    GENUINE = "genuine"
    INTACT = "intact"
    FOREIGN = "foreign"
    ALTERED = "altered"


class Verified(NamedTuple):
    """`facts` is the body as it stands in the file; believe it only where it is genuine."""

    authenticity: Authenticity
    facts: dict[str, Any]
    fingerprint: str


def issue(
    session: Session, submission: Submission, signer: Signer, *, late_days: LateDays | None = None
) -> Receipt:
    """For a submission that has its id and files. Numbers are <year>-<submission>."""
    facts = _facts(submission, signer, late_days)
    body = canonical(facts)
    receipt = Receipt(
        submission=submission,
        number=facts["number"],
        body=body,
        signature=signer.sign(body),
    )
    session.add(receipt)
    return receipt


def canonical(facts: dict[str, Any]) -> str:
    """The same facts always give the same text."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Said(NamedTuple):
    verdict: str
    late_days: int


def verdict(submission: Submission, *, late_days: LateDays | None = None) -> Said:
    """Judged on the first complete version."""
    obligation = submission.obligation
    if not submission.complete:
        return Said(WITH_REASON if submission.excused else INCOMPLETE, 0)
    first = obligation.first_complete_at or submission.received_at
    return Said(*timeliness(obligation, first, late_days=late_days))


def _facts(submission: Submission, signer: Signer, late_days: LateDays | None) -> dict[str, Any]:
    obligation = submission.obligation
    occurrence = obligation.occurrence
    milestone = occurrence.milestone
    plan = milestone.plan
    received = submission.received_at.astimezone(ZoneInfo(plan.time_zone))
    said, days = verdict(submission, late_days=late_days)
    return {
        "format": FORMAT,
        "number": f"{received.year}-{submission.id:06d}",
        "plan": {"code": plan.code, "number": plan.number, "title": plan.title},
        "milestone": {"code": milestone.code, "name": milestone.name},
        "occurrence": {"key": occurrence.key, "label": occurrence.label},
        "unit": {"code": obligation.unit.code, "name": obligation.unit.name},
        "due": obligation.due_on.isoformat(),
        "printed": occurrence.due_on.isoformat(),
        "version": submission.version,
        "received_at": received.isoformat(timespec="seconds"),
        "verdict": str(said),
        "late_days": days,
        "late_days_are": "calendar" if late_days is None else "working",
        "missing": submission.missing,
        "waived": submission.waived,
        "excused": submission.excused,
        "paper": _paper(obligation),
        "fields": submission.fields,
        "files": [
            {
                "component": file.component,
                "name": file.name,
                "sha256": file.sha256,
                "size": file.size,
            }
            for file in submission.files
        ],
        "key": signer.fingerprint,
    }


def _paper(obligation: Obligation) -> dict[str, Any] | None:
    sets = sets_of(obligation)
    if sets is None:
        return None
    return {"received": sets.received, "asked": sets.asked, "on": sets.on.isoformat()}


def receipt_text(receipt: Receipt, signer: Signer) -> str:
    """The file a unit keeps. Raises KeyReplaced."""
    if json.loads(receipt.body)["key"] != signer.fingerprint:
        raise KeyReplaced(number=receipt.number)
    shown = {
        "dondoc_receipt": FORMAT,
        "body": receipt.body,
        "signature": receipt.signature,
        "public_key": signer.public_key,
    }
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def verify(text: str, *, name: str = "receipt", trusted: str | None = None) -> Verified:
    """`trusted` is the public key, or its fingerprint, of the installation that is believed.
    Raises NotAReceipt."""
    parts = _parts(text, name)
    body, signature, public_key = parts["body"], parts["signature"], parts["public_key"]
    try:
        facts = json.loads(body)
        print_ = fingerprint(public_key)
        signed = signed_by(public_key, body, signature)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt(file=name, why=str(error)) from error
    if not isinstance(facts, dict):
        raise NotAReceipt(file=name, why="body")
    if not signed or facts.get("key") != print_:
        return Verified(Authenticity.ALTERED, facts, print_)
    if trusted is None:
        return Verified(Authenticity.INTACT, facts, print_)
    known = trusted in (public_key, print_)
    return Verified(Authenticity.GENUINE if known else Authenticity.FOREIGN, facts, print_)


def _parts(text: str, name: str) -> dict[str, str]:
    if len(text) > LONGEST:
        raise NotAReceipt(file=name, why=f"> {LONGEST} B")
    try:
        shown = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt(file=name, why=str(error)) from error
    if not isinstance(shown, dict) or shown.get("dondoc_receipt") != FORMAT:
        raise NotAReceipt(file=name, why=NOT_OURS)
    parts = {key: shown.get(key) for key in ("body", "signature", "public_key")}
    for key, part in parts.items():
        if not isinstance(part, str):
            raise NotAReceipt(file=name, why=key)
    return {key: str(part) for key, part in parts.items()}
