"""A reading as a plan file with comments: what to check first stands above each milestone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from documents.reading.folding import fold
from documents.reading.matching import Directory
from documents.reading.result import Found, Oddity, Reading, Undated
from dondoc.plan.due import parse_due
from dondoc.plan.model import Audience, Clause, Kind, Milestone, ParentPlan, PlanFile, UndatedDuty
from dondoc.plan.writing import dump_plan

_LONGEST_CODE = 48
UNKNOWN = "can-dien"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`text` passes `dondoc check`; `to_check` counts what a person must decide."""

    text: str
    milestones: int
    to_check: int


def draft(reading: Reading, *, directory: Directory | None, year: int) -> Draft:
    """`year` is the plan's where the document names none."""
    comments: dict[str, list[str]] = {}
    milestones: list[Milestone] = []
    undated = [_duty(duty) for duty in reading.undated]
    used: set[str] = set()
    for found in reading.milestones:
        made = _milestone(found, used, directory, comments)
        if made is None:
            undated.append(_relative(found))
        else:
            milestones += made
    plan = _plan(reading, tuple(milestones), tuple(undated), directory, year)
    text = _commented(dump_plan(plan), comments, _opening(reading, directory))
    return Draft(
        text=text,
        milestones=len(milestones),
        to_check=sum(len(lines) for lines in comments.values()),
    )


def _plan(
    reading: Reading, milestones: tuple[Milestone, ...], undated: tuple[UndatedDuty, ...],
    directory: Directory | None, year: int,
) -> PlanFile:  # fmt: skip
    header = reading.header
    first, last = (
        header.years or (header.issued.year, header.issued.year)
        if header.issued
        else header.years or (year, year)
    )
    start, end = date(first, 1, 1), date(last, 12, 31)
    office = directory.unit(header.standing_office) if directory else None
    collectors = Counter(one.collector for one in milestones if one.collector)
    code = office.code if office else next((code for code, _ in collectors.most_common(1)), None)
    parent = ParentPlan(number=_line(header.cited[0])) if header.cited else None
    return PlanFile.model_validate({
        "code": _slug(header.number or header.title or reading.name) or "ke-hoach", **({"number": _line(header.number)} if header.number else {}),
        "title": _line(header.title or reading.name), "issuer": _line(header.issuer or "?"), "issued": header.issued,
        "period": {"from": start, "to": end}, "parent": parent,
        "standing_office": code or _slug(_office_name(header.standing_office)) or UNKNOWN,
        "milestones": milestones, "undated": undated,
    })  # fmt: skip


def _office_name(said: str | None) -> str:
    inner = re.search(r"\(([^)]+)\)", said or "")
    return inner[1] if inner else said or ""


def _milestone(
    found: Found, used: set[str], directory: Directory | None, comments: dict[str, list[str]]
) -> list[Milestone] | None:
    """None where the day depends on an event; two for a half-year rule of two dates."""
    dues = _dues(found)
    if dues is None:
        return None
    audience, notes = _audience(found, directory)
    collector = directory.unit(found.recipient) if directory and found.recipient else None
    if found.recipient and collector is None:
        notes.append(
            f"nơi nhận theo văn bản: «{_line(found.recipient)}»"
            + (" (chưa có trong danh bạ)" if directory else "")
        )
    made = []
    for due in dues:
        code = _code(found, used)
        milestone = Milestone.model_validate({
            "code": code, "name": _name(found.what), "kind": Kind(found.kind), "due": parse_due(due),
            "inclusive": found.inclusive, "audience": audience, "collector": collector.code if collector else None,
            "opens": _opens(found), "clause": _clause(found),
        })  # fmt: skip
        made.append(milestone)
        comments[code] = [*_doubts(found), *notes]
    return made


def _opens(found: Found) -> date | None:
    if not isinstance(found.window_start, str) or not isinstance(found.due, str):
        return None
    start = date.fromisoformat(found.window_start)
    return start if start <= date.fromisoformat(found.due) else None


def _dues(found: Found) -> list[object] | None:
    due = found.due
    if isinstance(due, str):
        day = date.fromisoformat(due)
        named = {
            "month": f"{day:%Y-%m}",
            "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
            "year": f"{day.year}",
        }
        return [named.get(found.granularity, due)]
    every = due.get("every")
    if every is None:
        return None
    pairs = due.get("dates")
    if every == "half_year" and isinstance(pairs, list):
        return [{"every": "year", "month": month, "day": day} for month, day in pairs]
    rule: dict[str, object] = {"every": every, "day": due.get("day", "last")}
    if every == "year":
        quarter = due.get("quarter")
        month = due.get("month") or (int(str(quarter)) * 3 if quarter else 12)
        return [{**rule, "month": month, **({"year_offset": 1} if due.get("year_offset") else {})}]
    if every in {"quarter", "half_year"}:
        rule["month"] = "last" if due.get("month_of", "last") == "last" else "first"
    return [{**rule, **({"of": "after"} if due.get("month_of") == "after" else {})}]


def _audience(found: Found, directory: Directory | None) -> tuple[Audience, list[str]]:
    everyone = Audience.model_validate("all")
    if not found.responsible:
        return everyone, ["KIỂM TRA ai phải nộp: văn bản không nêu ở câu này; tạm để mọi đơn vị"]
    said = _line(found.responsible)
    if directory is None:
        return everyone, [f"KIỂM TRA ai phải nộp: văn bản nêu «{said}»; tạm để mọi đơn vị"]
    matched = directory.match(found.responsible)
    if matched.audience is None:
        near = (
            "; gần nhất: " + ", ".join(f"{c.code} ({c.name})" for c in matched.near)
            if matched.near
            else ""
        )
        return everyone, [
            f"KIỂM TRA ai phải nộp: «{said}» không khớp danh bạ{near}; tạm để mọi đơn vị"
        ]
    notes = [f"ai phải nộp, theo văn bản: «{said}»"]
    if matched.leftover:
        notes.append("KIỂM TRA, không khớp danh bạ: " + ", ".join(matched.leftover))
    return matched.audience, notes


def _doubts(found: Found) -> list[str]:
    lines = [f"độ tin {found.confidence:.0%} · {found.wording} · luật: {found.rule}"]
    if found.year_inferred:
        lines.append("KIỂM TRA năm: văn bản không ghi năm ở ngày này")
    if isinstance(found.due, dict) and "day" not in found.due and "dates" not in found.due:
        lines.append("KIỂM TRA ngày: văn bản chỉ nói định kỳ, không nêu ngày; đây là ngày cuối kỳ")
    if found.clock:
        lines.append(f"giờ nêu trong văn bản: {found.clock}")
    if found.at_least:
        lines.append("số lượng tối thiểu: " + "; ".join(found.at_least))
    if found.recipient_final:
        lines.append(f"sau đó chuyển lên: {_line(found.recipient_final)}")
    if found.reading:
        lines.append(f"đọc là: {_line(found.reading)[:300]}")
    return [*lines, *(f"LƯU Ý: {doubt.vi}" for doubt in found.doubts)]


def _clause(found: Found) -> Clause:
    where = [found.where, f"trang {found.page}" if found.page else "", f"dòng {found.line}"]
    return Clause(text=found.quote[:5000] or "?", where=", ".join(part for part in where if part))


def _duty(duty: Undated) -> UndatedDuty:
    clause = Clause(text=duty.quote[:5000] or "?", where=f"dòng {duty.line}")
    return _undated(duty.what, duty.responsible, duty.recipient, clause)


def _relative(found: Found) -> UndatedDuty:
    """A day that depends on an event is listed with its own words."""
    return _undated(found.what, found.responsible, found.recipient, _clause(found))


def _undated(
    what: str, responsible: str | None, recipient: str | None, clause: Clause
) -> UndatedDuty:
    said = {"responsible": _line(responsible or ""), "recipient": _line(recipient or "")}
    given = {key: words for key, words in said.items() if words}
    return UndatedDuty.model_validate({"name": _name(what), "clause": clause, **given})


def _opening(reading: Reading, directory: Directory | None) -> list[str]:
    lines = [
        f"Bản nháp đọc từ {reading.name}; hãy kiểm tra từng mốc với lời văn bản rồi mới khởi động.",
        "A draft read from the document: check every milestone against its clause before launching.",
    ]
    if not reading.milestones:
        lines.append(
            "Văn bản không nêu hạn nào; không mốc nào được tự đặt ra. The document names no deadline."
        )
    if reading.header.years is None:
        lines.append("KIỂM TRA period: văn bản không nêu rõ thời kỳ của kế hoạch.")
    if directory is None or directory.unit(reading.header.standing_office) is None:
        lines.append(
            f"KIỂM TRA standing_office: văn bản nêu «{_line(reading.header.standing_office or 'không nêu')}»."
        )
    lines += [f"Ghi chú: {note}" for note in reading.notes]
    lines += [
        f"LƯU Ý dòng {oddity.line}: {oddity.why.vi}"
        for oddity in reading.oddities
        if not _told(oddity, reading)
    ]
    return lines


def _told(oddity: Oddity, reading: Reading) -> bool:
    return any(oddity.why in found.doubts for found in reading.milestones)


def _commented(text: str, comments: dict[str, list[str]], opening: list[str]) -> str:
    lines = [f"# {line}" for line in opening]
    for line in text.splitlines():
        code = re.match(r"^(\s*)- code: (\S+)$", line)
        if code is not None and code[2] in comments and len(code[1]) <= 2:
            lines += [f"{code[1]}# {comment}" for comment in comments.pop(code[2])]
        lines.append(line)
    return "\n".join(lines) + "\n"


def _code(found: Found, used: set[str]) -> str:
    base = _slug(found.what) or found.kind
    code, n = base, 2
    while code in used:
        code, n = f"{base}-{n}", n + 1
    used.add(code)
    return code


def _name(text: str) -> str:
    """A title of some twenty words; the clause has the rest."""
    line = _line(text)
    short = line if len(line) <= 140 else line[:140].rsplit(" ", 1)[0] + " …"
    return short[:1].upper() + short[1:] if short else "?"


def _slug(text: str) -> str:
    words = re.findall(r"[a-z0-9]+", fold(text))
    made = ""
    for word in words:
        if len(made) + len(word) > _LONGEST_CODE:
            break
        made += f"-{word}" if made else word
    return made


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:990]
