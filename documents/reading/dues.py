"""A found due date in the plan file's own form; what hangs on an event names the event."""

from __future__ import annotations

import re
from datetime import date

from documents.reading.folding import fold
from documents.reading.naming import code, title
from documents.reading.result import Found
from dondoc.plan.due import Once, Recurrence, parse_due
from dondoc.plan.relative import Per, PlanEvent, Relative

_EACH_UNIT = re.compile(
    r"(?<!\w)(?:nhan (?:du |duoc )*(?:ho so|van ban|bao cao|de nghi)|lap duoc|dat duoc|phat sinh|co thanh tich|xay ra|duoc (?:tang|cong nhan|khen)|don vi|cua minh)(?!\w)"
)
_UNITS = {"day": "days", "working_day": "working_days", "month": "months", "week": "weeks"}
_LEADING = re.compile(r"^(?:(?:ngay|khi|thời điểm|lúc|ke tu|kể từ|được|có)\s+)+", re.I)


class Anchors:
    """The events that milestones hang on, each once; their codes share the milestones' set."""

    def __init__(self, used: set[str]) -> None:
        self.used = used
        self.events: list[PlanEvent] = []
        self._known: dict[str, str] = {}

    def code_of(self, said: str) -> str:
        name = title(_LEADING.sub("", said.strip()) or said)
        key = " ".join(re.findall(r"\w+", fold(name)))
        if key not in self._known:
            made = code(name, self.used, fallback="su-kien")
            per = Per.UNIT if _EACH_UNIT.search(fold(said)) else Per.PLAN
            self.events.append(PlanEvent(code=made, name=name, per=per))
            self._known[key] = made
        return self._known[key]


def plan_dues(found: Found, anchors: Anchors) -> list[object]:
    """None where no plan file can hold it; two for a half-year rule whose dates differ."""
    due = found.due
    if isinstance(due, str):
        return [parse_due(_period_name(due, found.granularity))]
    if "after" in due or "before" in due:
        return [_relative(due, anchors)]
    every = due.get("every")
    pairs = due.get("dates")
    if every == "half_year" and isinstance(pairs, list):
        return _half_years(pairs)
    return [_recurring(found, due)] if every is not None else []


def _period_name(due: str, granularity: str) -> str:
    day = date.fromisoformat(due)
    named = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "year": f"{day.year}",
    }
    return named.get(granularity, due)


def _relative(due: dict[str, object], anchors: Anchors) -> Relative:
    way = "after" if "after" in due else "before"
    count = {_UNITS[str(due["unit"])]: int(str(due["n"]))}
    return Relative.model_validate({way: anchors.code_of(str(due[way])), **count})


def _half_years(pairs: list[list[int]]) -> list[object]:
    (first, day), (second, other) = pairs
    if day == other and second - first == 6:
        month: object = "last" if first == 6 else "first" if first == 1 else first
        return [Recurrence.model_validate({"every": "half_year", "day": day, "month": month})]
    return [
        Recurrence.model_validate({"every": "year", "month": month, "day": day})
        for month, day in pairs
    ]


def _recurring(found: Found, due: dict[str, object]) -> Recurrence:
    every = due["every"]
    rule: dict[str, object] = {"every": every, "day": due.get("day", "last")}
    if every == "year":
        quarter = due.get("quarter")
        rule["month"] = due.get("month") or (int(str(quarter)) * 3 if quarter else 12)
        if due.get("year_offset"):
            rule["year_offset"] = 1
        if (before := _opens_before(found, due)) is not None:
            rule["opens_before"] = before
    if every in {"quarter", "half_year"}:
        rule["month"] = "last" if due.get("month_of", "last") == "last" else "first"
    if due.get("month_of") == "after":
        rule["of"] = "after"
    return Recurrence.model_validate(rule)


def _opens_before(found: Found, due: dict[str, object]) -> int | None:
    """The days a yearly window is open: "từ ngày 01/3 đến ngày 30/4 hằng năm"."""
    start = found.window_start
    if not isinstance(start, list) or "day" not in due:
        return None
    first, last = (
        date(2023, start[0], start[1]),
        date(2023, int(str(due["month"])), int(str(due["day"]))),
    )
    days = (last - first).days % 365
    return days if days else None


def opens(found: Found, due: object) -> date | None:
    if not isinstance(found.window_start, str) or not isinstance(due, Once):
        return None
    start = date.fromisoformat(found.window_start)
    return start if start <= due.day else None
