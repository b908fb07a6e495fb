"""Unit phrases of a document held against the unit directory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rapidfuzz import fuzz

from documents.reading.folding import fold
from dondoc.plan.model import Audience
from dondoc.units.rows import UnitRow

CERTAIN = 92
NEAR = 70


class Candidate(NamedTuple):
    code: str
    name: str
    score: int


@dataclass(frozen=True, kw_only=True)
class Matched:
    """`audience` is None where nothing fits; `near` are then the units whose names come closest."""

    audience: Audience | None = None
    near: tuple[Candidate, ...] = ()
    leftover: tuple[str, ...] = ()


class Directory:
    """The units that exist on one day."""

    def __init__(self, rows: Sequence[UnitRow], *, on: date | None) -> None:
        self.rows = [row for row in rows if _exists(row, on)]
        self.gone = [row for row in rows if not _exists(row, on)]
        self.kinds = sorted({row.kind for row in self.rows})
        self.groups = {code: name for row in self.rows for code, name in row.groups.items()}

    def unit(self, phrase: str | None) -> Candidate | None:
        """The one unit a phrase names, else None."""
        near = self.nearest(phrase or "")
        return near[0] if near and near[0].score >= CERTAIN else None

    def nearest(self, phrase: str) -> tuple[Candidate, ...]:
        wanted = _names(phrase)
        scored = []
        for row in self.rows:
            score = max((_likeness(name, fold(row.name)) for name in wanted), default=0)
            scored.append(Candidate(row.code, row.name, score))
        scored.sort(key=lambda c: (-c.score, len(c.name), c.code))
        return tuple(c for c in scored[:3] if c.score >= NEAR)

    def ended(self, phrase: str, *, by: date | None) -> UnitRow | None:
        """The unit a phrase names that is no more on the directory's day, or not until `by`."""
        if self.unit(phrase) is None:
            return _named(self.gone, phrase)
        here = _named(self.rows, phrase)
        if here is None or here.valid_to is None or by is None:
            return None
        return here if here.valid_to < by else None

    def match(self, phrase: str) -> Matched:
        """Kinds, groups, heads of groups and single units that a phrase lists."""
        if _EVERYBODY.fullmatch(fold(phrase)):
            return Matched(audience=Audience.model_validate("all"))
        kinds: list[str] = []
        groups: list[str] = []
        units: list[str] = []
        leftover: list[str] = []
        heads = bool(_HEADS.search(fold(phrase)))
        parts = _parts(phrase)
        said = {word for part in parts for word in _plain(part)}
        for part in parts:
            if _HEADS.search(part):
                continue
            unit = self.unit(part)
            found = self._kinds(part, said)
            if found:
                kinds += [kind for kind in found if kind not in kinds]
            elif code := self._group(part):
                groups.append(code)
            elif unit is not None:
                units.append(unit.code)
            else:
                leftover.append(part)
        if not (kinds or groups or units or heads):
            return Matched(near=self.nearest(phrase), leftover=tuple(leftover))
        audience = Audience.model_validate({
            **({"kinds": kinds} if kinds else {}), **({"groups": groups} if groups else {}),
            **({"units": units} if units else {}), **({"heads_of": "all"} if heads else {}),
        })  # fmt: skip
        return Matched(audience=audience, leftover=tuple(leftover))

    def _kinds(self, part: str, said: set[str]) -> list[str]:
        """The kinds whose words the part gives, and the whole phrase gives completely."""
        words = _plain(part)
        named = {kind: [word for word in fold(kind).split() if word != "va"] for kind in self.kinds}
        return [kind for kind, own in named.items() if words and set(words) <= set(own) <= said]

    def _group(self, part: str) -> str | None:
        named = [
            (fuzz.token_set_ratio(part, fold(name)), code)
            for code, name in self.groups.items()
            if name
        ]
        best = max(named, default=(0, ""))
        return best[1] if best[0] >= CERTAIN and part.startswith(("cum", "khoi")) else None


_EVERYBODY = re.compile(
    r"(?:cac |tat ca (?:cac )?|toan the (?:cac )?|thu truong (?:cac )?)*(?:co quan|don vi)(?:, (?:don vi|dia phuong))*(?: thuoc \w+(?: \w+)?)?"
)
_HEADS = re.compile(r"cum truong|khoi truong|truong (?:cac )?(?:cum|khoi)")
_LEADING = re.compile(
    r"^(?:(?:cac|nhung|moi|tat ca|toan bo|toan the|thu truong|chu tich|nguoi dung dau|truong|giam doc|hieu truong|de nghi|\d{1,3})\s+)+"
)


def _parts(phrase: str) -> list[str]:
    """ "các phòng, ban, đơn vị thuộc Quận và UBND 10 phường" → phòng · ban · đơn vị thuộc quận · ubnd 10 phường."""
    whole = re.split(r"[,;]|\s+va\s+", fold(phrase))
    return [part for piece in whole if (part := _LEADING.sub("", piece.strip(" .")).strip())]


def _plain(part: str) -> list[str]:
    """Without counts and the committee's name: "ubnd 10 phuong" speaks of every phường."""
    bare = re.sub(r"(?<!\w)(?:ubnd|uy ban nhan dan|truc thuoc \w+|thuoc \w+|\d+)(?!\w)", " ", part)
    return bare.split()


def _names(phrase: str) -> list[str]:
    """The phrase and what it says in brackets: "cơ quan thường trực … (Phòng Nội vụ)"."""
    plain = fold(phrase)
    inner = re.findall(r"\(([^)]+)\)", plain)
    outer = re.sub(r"\([^)]*\)", " ", plain)
    return [
        " ".join(re.sub(r"^qua ", "", name.strip()).split())
        for name in (*inner, outer)
        if name.strip()
    ]


def _likeness(one: str, other: str) -> int:
    short, long = sorted((one, other), key=len)
    if len(short) > 5 and (long == short or long.startswith(f"{short} ")):
        return 100
    return int(max(fuzz.token_sort_ratio(one, other), 0.9 * fuzz.token_set_ratio(one, other)))


def _named(rows: Sequence[UnitRow], phrase: str) -> UnitRow | None:
    """The row whose name a phrase, or one body of the list in it, certainly is."""
    wanted = {*_names(phrase), *_parts(phrase)}
    scored = (
        (max(_likeness(name, fold(row.name)) for name in wanted), row) for row in rows if wanted
    )
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= CERTAIN else None


def _exists(row: UnitRow, on: date | None) -> bool:
    if on is None:
        return True
    return (row.valid_from is None or row.valid_from <= on) and (
        row.valid_to is None or on <= row.valid_to
    )
