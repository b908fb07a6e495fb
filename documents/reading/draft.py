"""A reading as a plan file with comments: what to check first stands above each milestone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from documents.reading.annotating import Notes, annotated, marks_of, opening
from documents.reading.asking import hand_in
from documents.reading.dues import Anchors, opens, plan_dues
from documents.reading.folding import fold
from documents.reading.matching import Directory
from documents.reading.naming import code, line, slug, title
from documents.reading.result import Found, Reading, Undated
from dondoc.plan.model import (
    Audience,
    Clause,
    Kind,
    Milestone,
    ParentPlan,
    PlanFile,
    UndatedDuty,
)
from dondoc.plan.writing import dump_plan

UNKNOWN = "can-dien"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`text` passes `dondoc check`; `to_check` counts what a person must decide; `origins` tells by
    a milestone's code what it was made of."""

    text: str
    milestones: int
    to_check: int
    origins: dict[str, Found] = field(default_factory=dict)


def draft(reading: Reading, *, directory: Directory | None, year: int) -> Draft:
    """`year` is the plan's where the document names none."""
    making = _Making(reading, directory)
    left = [found for found in reading.milestones if not making.add(found)]
    undated = [
        *(_duty(duty, reading) for duty in reading.undated),
        *(_unscheduled(found, reading) for found in left),
    ]
    plan = _plan(making, tuple(undated), year)
    text = annotated(dump_plan(plan), making.notes, opening(reading, directory, plan, making.notes))
    return Draft(
        text=text,
        milestones=len(making.milestones),
        to_check=marks_of(text),
        origins=making.origins,
    )


class _Making:
    """The milestones made so far, with their notes and the events they hang on."""

    def __init__(self, reading: Reading, directory: Directory | None) -> None:
        self.reading = reading
        self.directory = directory
        self.used: set[str] = set()
        self.anchors = Anchors(self.used)
        self.milestones: list[Milestone] = []
        self.notes: dict[str, Notes] = {}
        self.origins: dict[str, Found] = {}
        self.told: set[str] = set()
        self.office = _office_name(reading.header.standing_office or self.receives_most)
        unit = directory.unit(self.office) if directory is not None else None
        self.office_code = unit.code if unit is not None else slug(self.office) or UNKNOWN

    def add(self, found: Found) -> bool:
        """False where the day depends on something a plan file cannot name."""
        dues = plan_dues(found, self.anchors)
        for due in dues:
            name = title(found.what, found.recipient)
            if " " not in name and found.responsible:
                name = title(f"{found.responsible} {name.lower()}")
            made = code(name, self.used, fallback=found.kind)
            notes = Notes(found)
            self.milestones.append(self._milestone(found, made, name, due, notes))
            self.notes[made] = notes
            self.origins[made] = found
        return bool(dues)

    def _milestone(
        self, found: Found, made: str, name: str, due: object, notes: Notes
    ) -> Milestone:
        asked, more = hand_in(found, self.directory)
        for words in more:
            if words not in self.told:
                notes.add(words)
            self.told.add(words)
        return Milestone.model_validate({
            "code": made, "name": name, "kind": Kind(found.kind), "due": due, "inclusive": found.inclusive,
            "opens": opens(found, due), "audience": self._audience(found, notes), "hand_in": asked,
            "collector": self._collector(found, notes), "clause": clause(found, self.reading),
        })  # fmt: skip

    def _audience(self, found: Found, notes: Notes) -> Audience:
        everyone = Audience.model_validate("all")
        said = line(found.responsible or ", ".join(self.reading.header.addressees))
        if said and self.office and fold(said) == fold(self.office):
            return Audience.model_validate({"units": [self.office_code]})
        if not said:
            notes.flag(
                "ai phải nộp: câu này không nêu; tạm để mọi đơn vị", "who owes is not said here"
            )
            return everyone
        if self.directory is None:
            notes.tell(f"ai phải nộp: «{said}»")
            return everyone
        matched = self.directory.match(said)
        if matched.audience is None:
            near = ", ".join(f"{c.code} ({c.name})" for c in matched.near)
            notes.flag(
                f"ai phải nộp: «{said}» không khớp danh bạ{f'; gần nhất: {near}' if near else ''}; tạm để mọi đơn vị",
                "who owes is not in the list of units",
            )
            return everyone
        notes.tell(f"ai phải nộp: «{said}»")
        if matched.leftover:
            notes.flag(
                "không khớp danh bạ: " + ", ".join(matched.leftover), "not in the list of units"
            )
        return matched.audience

    def _collector(self, found: Found, notes: Notes) -> str | None:
        said = line(found.recipient or "")
        if not said:
            return None
        unit = self.directory.unit(said) if self.directory is not None else None
        notes.tell(
            f"nơi nhận: «{said}»"
            + (" (chưa có trong danh bạ)" if self.directory and unit is None else "")
        )
        return unit.code if unit is not None else None

    @property
    def receives_most(self) -> str | None:
        """The body the paper sends most of it to, in its words."""
        named = Counter(line(one.recipient) for one in self.reading.milestones if one.recipient)
        return next((name for name, _ in named.most_common(1)), None)


def _plan(making: _Making, undated: tuple[UndatedDuty, ...], year: int) -> PlanFile:
    reading = making.reading
    header = reading.header
    collectors = Counter(one.collector for one in making.milestones if one.collector)
    most = next((code for code, _ in collectors.most_common(1)), None)
    known = making.directory is not None and making.directory.unit(making.office) is not None
    name = line(header.title or reading.name)
    parent = _parent(header.cited)
    return PlanFile.model_validate({
        "code": slug(header.number or header.title or reading.name) or "ke-hoach",
        **({"number": line(header.number)} if header.number else {}),
        "title": name[:1].upper() + name[1:], "issuer": line(header.issuer or "?"), "issued": header.issued,
        "period": _period(reading, year), "parent": parent,
        "standing_office": making.office_code if known or most is None else most,
        "events": tuple(making.anchors.events), "milestones": tuple(making.milestones), "undated": undated,
    })  # fmt: skip


def _period(reading: Reading, year: int) -> dict[str, date]:
    """The years of the title; of a standing rule, from its issue to the end of the next year."""
    header = reading.header
    issued = header.issued
    if header.years is None and issued is not None and _standing(reading):
        return {"from": issued.replace(), "to": date(issued.year + 1, 12, 31)}
    first, last = header.years or ((issued.year, issued.year) if issued else (year, year))
    return {"from": date(first, 1, 1), "to": date(last, 12, 31)}


def _standing(reading: Reading) -> bool:
    return any(isinstance(one.due, dict) and "every" in one.due for one in reading.milestones)


_PARENTS = re.compile(r"/?(?:KH|CT|HD|CV|TB|ĐA|CTr)(?![A-Z])|UBND|SNV|-CT/", re.I)


def _parent(cited: tuple[str, ...]) -> ParentPlan | None:
    """The plan, directive or letter it carries out; a law or decree is none."""
    number = next((one for one in cited if _PARENTS.search(one) and "NĐ" not in one), None)
    return ParentPlan(number=line(number)) if number is not None else None


def _office_name(said: str | None) -> str:
    """ "Thường trực Hội đồng (Phòng Nội vụ)" is that office; "Sở Nội vụ (qua Phòng …)" is not."""
    inner = re.search(r"\((?!qua )([^)]+)\)", said or "")
    return inner[1] if inner else re.sub(r"\s*\(.*", "", said or "")


def clause(found: Found, reading: Reading) -> Clause:
    where = [found.where, f"trang {found.page}" if found.page else "", _line(found.line, reading)]
    return Clause(text=found.quote[:5000] or "?", where=", ".join(part for part in where if part))


def _line(number: int, reading: Reading) -> str:
    """A Word file has no lines."""
    return f"đoạn {number}" if reading.format == "docx" else f"dòng {number}"


def _duty(duty: Undated, reading: Reading) -> UndatedDuty:
    said = Clause(text=duty.quote[:5000] or "?", where=_line(duty.line, reading))
    return _undated(title(duty.what, duty.recipient), duty.responsible, duty.recipient, said)


def _unscheduled(found: Found, reading: Reading) -> UndatedDuty:
    name = title(found.what, found.recipient)
    return _undated(name, found.responsible, found.recipient, clause(found, reading))


def _undated(
    name: str, responsible: str | None, recipient: str | None, said: Clause
) -> UndatedDuty:
    words = {"responsible": line(responsible or ""), "recipient": line(recipient or "")}
    given = {key: value for key, value in words.items() if value}
    return UndatedDuty.model_validate({"name": name, "clause": said, **given})
