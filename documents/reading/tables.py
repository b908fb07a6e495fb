"""A table's row: which cell says when, what, who and to whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.reading.duties import main_duty
from documents.reading.folding import fold
from documents.reading.outline import Block

_COLUMNS = (
    ("old", re.compile(r"(?:han|thoi gian|moc|ngay|tien do)(?: \w+){0,3} (?:cu|truoc day|ban dau|truoc dieu chinh|da (?:ban hanh|giao|dang ky))$|^theo (?:ke hoach|van ban) (?:cu|so .*)$")),
    ("data", re.compile(r"chot so lieu|ky so lieu|so lieu (?:den|tinh)|ky bao cao$")),
    ("often", re.compile(r"tan suat|dinh ky|so lan|chu ky")),
    ("recipient", re.compile(r"noi nhan|co quan nhan|don vi nhan|noi nop|noi gui|gui ve|dau moi tiep nhan|noi tiep nhan|co quan tiep nhan|nop ve")),
    ("start", re.compile(r"^(?:ngay |thoi gian )?(?:bat dau|khoi cong)|^tu ngay$")),
    ("when", re.compile(r"thoi gian|thoi han|(?<!\w)han(?!\w)|tien do|ngay (?:nop|gui|hoan thanh|het)|moc|hoan thanh|ket thuc|den ngay|thoi diem|deadline")),
    ("who", re.compile(r"don vi|co quan|chu tri|nguoi|phu trach|thuc hien(?! \w)|trach nhiem|doi tuong|phan cong")),
    ("what", re.compile(r"noi dung|cong viec|nhiem vu|ten|hoat dong|loai bao cao|bao cao|viec|san pham|ho so|chi tiet|danh muc")),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """Spans of the row's cells in its folded text, by what their column is for."""

    cells: tuple[tuple[int, int], ...]
    roles: tuple[str, ...]
    names: tuple[str, ...]

    def duty_column(self, place: int) -> str:
        """The name of the column a date stands in, where it says what is done then ("Tổng kết đợt")."""
        for name, role, (a, b) in zip(self.names, self.roles, self.cells, strict=True):
            if a <= place < b and role in {"", "what"}:
                duty = main_duty(fold(name))
                return name if duty is not None and duty.hand_in else ""
        return ""

    def is_in(self, wanted: str, place: int) -> bool:
        return any(
            role == wanted and a <= place < b
            for role, (a, b) in zip(self.roles, self.cells, strict=True)
        )

    def cell(self, role: str) -> tuple[int, int] | None:
        return next(
            (
                span
                for named, span in zip(self.roles, self.cells, strict=True)
                if named == role and span[0] < span[1]
            ),
            None,
        )


_DATED = re.compile(
    r"(?:truoc|cham nhat|tu|den|het|trong|vao|ngay|thang|quy|tuan|dau|cuoi|giua|han|sau|khong qua)(?: [a-z]+){0,3} ?(?:\d|[ivx]+(?!\w))|\d{1,2}[/ h]|theo|dot xuat"
)


def table_row(block: Block) -> TableRow | None:
    if block.kind != "row":
        return None
    cells: list[tuple[int, int]] = []
    start = 0
    for part in block.text.split("|"):
        lead = len(part) - len(part.lstrip())
        cells.append((start + lead, start + max(lead, len(part.rstrip()))))
        start += len(part) + 1
    roles = [_role(fold(name)) for name in block.columns]
    if len(roles) != len(cells):
        roles = roles[: len(cells)] + [""] * (len(cells) - len(roles))
    dated = {i for i, cell in enumerate(cells) if _DATED.match(block.text[slice(*cell)])}
    roles = ["" if role == "what" and i in dated else role for i, role in enumerate(roles)]
    if "what" not in roles and ("when" in roles or any(main_duty(fold(n)) for n in block.columns)):
        roles = _longest_is_what(roles, cells, dated)
    names = (*block.columns, *("",) * len(cells))[: len(cells)]
    return TableRow(cells=tuple(cells), roles=tuple(roles), names=names)


def _role(name: str) -> str:
    return next((role for role, pattern in _COLUMNS if pattern.search(name)), "")


def _longest_is_what(roles: list[str], cells: list[tuple[int, int]], dated: set[int]) -> list[str]:
    free = [i for i, role in enumerate(roles) if not role and i not in dated]
    if free:
        longest = max(free, key=lambda i: cells[i][1] - cells[i][0])
        roles = [*roles[:longest], "what", *roles[longest + 1 :]]
    return roles
