"""The comments of a draft: what to settle first, then what is odd, then where it comes from."""

from __future__ import annotations

import re

from documents.reading.matching import Directory
from documents.reading.naming import line
from documents.reading.result import Found, Oddity, Reading
from dondoc.plan.model import PlanFile
from dondoc.plan.reminders import reminders

UNSURE = 0.7
TO_CHECK = "KIỂM TRA"


class Notes:
    """What stands above one milestone."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.flags: list[str] = []
        self.told: list[str] = []
        if found.confidence < UNSURE:
            self.flag("mốc này đọc chưa chắc, hãy so với lời văn bản", "read with little certainty")
        if found.year_inferred:
            self.flag("năm: văn bản không ghi năm ở ngày này", "the year is not written here")
        if _without_day(found):
            self.flag(
                "ngày: văn bản chỉ nói định kỳ; đây là ngày cuối kỳ",
                "no day is named; the period's last is taken",
            )
        if _on_an_event(found):
            self.tell("tính từ một sự kiện: khi biết ngày, ghi ngày sự kiện cho kế hoạch")

    def flag(self, vi: str, en: str) -> None:
        self.flags.append(f"{TO_CHECK} {vi} · {en}")

    def tell(self, vi: str) -> None:
        self.told.append(vi)

    def add(self, words: str) -> None:
        (self.flags if words.startswith(TO_CHECK) else self.told).append(words)

    @property
    def lines(self) -> list[str]:
        odd = [
            f"LƯU Ý {doubt.vi} · {doubt.en}"
            for doubt in self.found.doubts
            if not self._said(doubt.vi)
        ]
        return [*self.flags, *odd, *self.told, *self._evidence()]

    def _said(self, doubt: str) -> bool:
        """The year that is not written is told once."""
        return self.found.year_inferred and doubt.startswith("ngày không ghi năm")

    def _evidence(self) -> list[str]:
        found = self.found
        lines = []
        if found.clock:
            lines.append(f"giờ nêu trong văn bản: {found.clock}")
        if found.at_least:
            lines.append("số lượng tối thiểu: " + "; ".join(found.at_least))
        if found.recipient_final:
            lines.append(f"sau đó chuyển lên: {line(found.recipient_final)}")
        if found.reading:
            lines.append(f"đọc là: {line(found.reading)[:300]}")
        return [*lines, f"tin cậy {found.confidence:.0%} · {found.wording} · {found.rule}"]


def _without_day(found: Found) -> bool:
    due = found.due
    return isinstance(due, dict) and "every" in due and "day" not in due and "dates" not in due


def _on_an_event(found: Found) -> bool:
    return isinstance(found.due, dict) and bool({"after", "before"} & found.due.keys())


def opening(
    reading: Reading, directory: Directory | None, plan: PlanFile, notes: dict[str, Notes]
) -> list[str]:
    """The first lines of the file: what it is, what to settle for the whole, what is odd."""
    lines = [
        f"Bản nháp đọc từ {reading.name}. So từng mốc với lời văn bản, sửa các dòng {TO_CHECK}, xóa dòng đã xem, rồi phát động.",
        f"A draft read from the document: compare each milestone with its clause, settle the lines {TO_CHECK}, delete what is settled.",
        *_counted(plan, notes),
    ]
    if not reading.milestones:
        lines.append(
            "Văn bản không nêu hạn nào; không mốc nào được tự đặt ra. The document names no deadline."
        )
    lines += [f"{TO_CHECK} {vi} · {en}" for vi, en in _for_the_whole(reading, directory, plan)]
    lines += [f"Ghi chú: {note}" for note in reading.notes]
    lines += [
        f"LƯU Ý dòng {oddity.line}: {oddity.why.vi} · {oddity.why.en}"
        for oddity in reading.oddities
        if not _told(oddity, reading)
    ]
    return lines


def _counted(plan: PlanFile, notes: dict[str, Notes]) -> list[str]:
    odd = [code for code, one in notes.items() if one.flags or one.found.doubts]
    if not notes:
        return []
    seen = f"; xem trước: {', '.join(odd[:12])}{' …' if len(odd) > 12 else ''}" if odd else ""
    return [f"{len(plan.milestones)} mốc, {len(plan.undated)} việc không có ngày{seen}."]


def _for_the_whole(
    reading: Reading, directory: Directory | None, plan: PlanFile
) -> list[tuple[str, str]]:
    header = reading.header
    asked = []
    if header.years is None:
        asked.append(
            (
                f"period: văn bản không nêu rõ thời kỳ; tạm lấy {plan.period.start:%d/%m/%Y} – {plan.period.end:%d/%m/%Y}",
                "the period is not named",
            )
        )
    if header.issuer is None:
        asked.append(("issuer: không đọc được cơ quan ban hành", "the issuer could not be read"))
    said = line(header.standing_office or "")
    if directory is None or directory.unit(said) is None:
        words = (
            f"văn bản nêu «{said}»"
            if said
            else "văn bản không nêu cơ quan thường trực; tạm lấy nơi nhận nhiều nhất"
        )
        asked.append((f"standing_office: {words}", "the standing office's code"))
    if directory is None and reading.milestones:
        asked.append(
            (
                "audience: chưa có danh bạ (--units), mọi mốc tạm để mọi đơn vị",
                "no list of units was given",
            )
        )
    return asked


def _told(oddity: Oddity, reading: Reading) -> bool:
    return any(oddity.why in found.doubts for found in reading.milestones)


def annotated(text: str, notes: dict[str, Notes], first: list[str]) -> str:
    """The plan file with its comments; each milestone's stand above its code."""
    lines = [f"# {one}" for one in first]
    left = dict(notes)
    for row in text.splitlines():
        found = re.match(r"^(\s*)- code: (\S+)$", row)
        if found is not None and found[2] in left and len(found[1]) <= 2:
            lines += [f"{found[1]}# {comment}" for comment in left.pop(found[2]).lines]
        lines.append(row)
    return "\n".join(lines) + "\n"


def marks_of(text: str) -> int:
    """How many lines `dondoc check` will remind of."""
    return len(reminders(text))
