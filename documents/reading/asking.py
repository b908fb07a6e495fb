"""What a draft's milestone asks a unit to hand in: the paper's own list, else the one thing it names."""

from __future__ import annotations

import re

from documents.reading.folding import fold
from documents.reading.matching import Directory
from documents.reading.naming import code, line, title
from documents.reading.result import Found, Wanted
from dondoc.plan.model import Audience, Component, FieldType, FormField, HandIn

_SENT = re.compile(
    r"(?<!\w)(?:gui|goi|nop|trinh|ho so|bao cao|ban dang ky|giao uoc|danh sach|phieu|bien ban)(?!\w)"
)
_THING = {
    "report": ("bao-cao", "Báo cáo"),
    "dossier": ("ho-so", "Hồ sơ"),
    "register": ("ban-dang-ky", "Bản đăng ký"),
    "plan": ("ke-hoach", "Kế hoạch"),
    "exemplar": ("gioi-thieu", "Văn bản giới thiệu"),
}
_COUNTED = re.compile(r"(?:it nhat|toi thieu) (?:la )?(?P<n>\d{1,3})(?: ?\([^)]*\))? (?P<of>.+)")


def hand_in(found: Found, directory: Directory | None) -> tuple[HandIn, list[str]]:
    """With what a person should look at."""
    notes: list[str] = []
    used: set[str] = set()
    parts = [_component(part, used, directory, notes) for part in found.components]
    if not parts:
        parts = [*_single(found)]
    if found.electronic:
        notes.append(f"bản điện tử, theo văn bản: «{line(found.electronic)[:300]}»")
    used |= {part.code for part in parts}
    fields = [*_counted(found, used)]
    return HandIn(components=tuple(parts), fields=tuple(fields)), notes


def _component(
    part: Wanted, used: set[str], directory: Directory | None, notes: list[str]
) -> Component:
    name = title(part.name)
    only = _only(part, directory)
    if part.only and only is None:
        notes.append(
            f"KIỂM TRA «{name}»: văn bản chỉ yêu cầu {line(part.only)}; tạm không bắt buộc"
        )
    return Component(
        code=code(name, used, fallback="thanh-phan"), name=name, types=part.types, paper=part.copies,
        min_files=0 if part.only and only is None else 1, only=only,
    )  # fmt: skip


def _only(part: Wanted, directory: Directory | None) -> Audience | None:
    if part.only is None or directory is None:
        return None
    return directory.match(part.only).audience


def _single(found: Found) -> list[Component]:
    """The thing itself, where the clause says that it is sent."""
    thing = _THING.get(found.kind)
    if thing is None or not _SENT.search(fold(found.reading or found.quote)):
        return []
    return [Component(code=thing[0], name=thing[1])]


def _counted(found: Found, used: set[str]) -> list[FormField]:
    """ "ít nhất 01 gương": a list with so many entries at least."""
    made = []
    for words in found.at_least:
        said = _COUNTED.match(fold(words))
        if said is None or found.kind != "exemplar":
            continue
        name = title(words[-len(said["of"]) :])
        made.append(
            FormField(
                code=code(name, used, fallback="danh-sach"), name=name, type=FieldType.LIST, min=int(said["n"])
            )
        )  # fmt: skip
    return made
