"""A receipt's facts as pages print them."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from dondoc.receipts import INCOMPLETE, WITH_REASON
from dondoc.tables import Receipt, Submission
from dondoc.timeliness import Punctual
from dondoc.words import Words

CODE = 16
"""letters of the signature that are printed to check a paper receipt by"""


class Printed(NamedTuple):
    """`facts` is the signed body; `code` proves, with the number, that one has the receipt."""

    facts: dict[str, Any]
    code: str
    signature: str
    withdrawn_at: datetime | None = None
    """when the unit took the version back"""

    @property
    def verdict(self) -> Words:
        return verdict_words(self.facts)


def printed(submission: Submission) -> Printed | None:
    return None if submission.receipt is None else printed_receipt(submission.receipt)


def printed_receipt(receipt: Receipt) -> Printed:
    code = receipt.signature[:CODE]
    taken = receipt.submission.withdrawn_at
    return Printed(json.loads(receipt.body), code, receipt.signature, taken)


def verdict_words(facts: dict[str, Any]) -> Words:
    """On time, late by so many days, or incomplete."""
    verdict, days = facts.get("verdict"), facts.get("late_days", 0)
    if verdict == INCOMPLETE:
        return Words("chưa đủ thành phần", "incomplete")
    if verdict == WITH_REASON:
        return Words("đã nhận, còn thiếu có lý do", "received, incomplete with reasons")
    if verdict == Punctual.LATE:
        kind = (
            Words("ngày làm việc", "working")
            if facts.get("late_days_are") == "working"
            else Words("ngày", "calendar")
        )
        unit = "day" if days == 1 else "days"
        return Words(f"chậm {days} {kind.vi}", f"{days} {kind.en} {unit} late")
    if verdict == Punctual.ON_TIME_EXTENDED:
        return Words("đúng hạn, trong thời gian gia hạn", "on time, within the extension")
    return Words("đúng hạn", "on time")
