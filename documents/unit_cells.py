"""The cells of one row become a UnitRow, and back."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from documents.grid import Unusable
from documents.unit_columns import TITLES, folded
from dondoc.units.rows import Person, UnitRow, occupied
from dondoc.words import Language, Words

_LANGUAGES = {
    "": Language.VI,
    "vi": Language.VI,
    "viet": Language.VI,
    "tieng viet": Language.VI,
    "vietnamese": Language.VI,
    "en": Language.EN,
    "anh": Language.EN,
    "tieng anh": Language.EN,
    "english": Language.EN,
}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_BLANKS = " \t\xa0"


class Cells:
    """One row's cells by column; what cannot be understood is collected in `mistakes`."""

    def __init__(self, cells: Mapping[str, object]) -> None:
        self._cells = cells
        self.mistakes: list[Words] = []
        for key, cell in cells.items():
            if isinstance(cell, Unusable):
                self.mistakes.append(_unusable(key, cell))

    def has(self, *keys: str) -> bool:
        return any(key in self._cells for key in keys)

    def raw(self, key: str) -> str:
        """As typed, without blanks around it; line breaks stay."""
        cell = self._cells.get(key)
        if cell is None or isinstance(cell, Unusable):
            return ""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        return str(cell).strip(_BLANKS)

    def parts(self, key: str) -> list[str]:
        return [part.strip(_BLANKS) for part in self.raw(key).split(";")]

    def day(self, key: str) -> date | None:
        cell = self._cells.get(key)
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = self.raw(key)
        if not text:
            return None
        match = _DAY.fullmatch(text)
        try:
            if match is not None:
                return date(int(match[3]), int(match[2]), int(match[1]))
            return date.fromisoformat(text)
        except ValueError:
            self._refuse(key, text, Words("ngày dạng 01/7/2025", "a date such as 2025-07-01"))
            return None

    def language(self) -> Language:
        text = self.raw("language")
        known = _LANGUAGES.get(folded(text))
        if known is None:
            self._refuse("language", text, Words("vi hoặc en", "vi or en"))
        return known or Language.VI

    def groups(self) -> dict[str, str]:
        """`code` or `code=name`."""
        pairs = [part.partition("=") for part in self.parts("groups") if part]
        return {code.strip(): name.strip() for code, _, name in pairs}

    def heads(self) -> dict[str, tuple[int, ...]]:
        heads: dict[str, tuple[int, ...]] = {}
        for part in filter(None, self.parts("heads")):
            group, _, year = (piece.strip() for piece in part.partition(":"))
            if group and re.fullmatch(r"\d{4}", year, re.ASCII):
                heads[group] = tuple(sorted({*heads.get(group, ()), int(year)}))
            else:
                self._refuse("heads", part, Words("cum-1:2024", "cum-1:2024"))
        return heads

    def people(self, prefix: str) -> tuple[Person, ...]:
        names = self.parts(f"{prefix}_name")
        emails = self.parts(f"{prefix}_email")
        names += [""] * (len(emails) - len(names))
        emails += [""] * (len(names) - len(emails))
        pairs = zip(names, emails, strict=True)
        return occupied([Person(name, email or None) for name, email in pairs])

    def person(self, prefix: str) -> Person:
        return Person(self.raw(f"{prefix}_name"), self.raw(f"{prefix}_email") or None)

    def _refuse(self, key: str, text: str, meant: Words) -> None:
        title = TITLES[key]
        self.mistakes.append(
            Words(
                f"{title.vi}: {text!r} không hiểu được, cần {meant.vi}",
                f"{title.en}: {text!r} is not understood, expected {meant.en}",
            )
        )


def _unusable(key: str, cell: Unusable) -> Words:
    title = TITLES[key]
    if cell.error is not None:
        return Words(
            f"{title.vi}: ô {cell.cell} báo lỗi {cell.error}",
            f"{title.en}: cell {cell.cell} shows the error {cell.error}",
        )
    return Words(
        f"{title.vi}: ô {cell.cell} là công thức chưa có kết quả; hãy dán giá trị",
        f"{title.en}: cell {cell.cell} is a formula without a result; paste its value",
    )


def unit_row(number: int, cells: Mapping[str, object], names: Mapping[str, str]) -> UnitRow:
    """Columns the file lacks are fields not given; `names` are the groups' names by code."""
    row = Cells(cells)
    given: dict[str, Any] = {key: row.raw(key) for key in ("code", "name", "kind")}
    if row.has("parent"):
        given["parent"] = row.raw("parent") or None
    if row.has("groups"):
        given["groups"] = {code: name or names.get(code, "") for code, name in row.groups().items()}
    if row.has("heads"):
        given["heads"] = row.heads()
    if row.has("officer_name", "officer_email"):
        given["officers"] = row.people("officer")
    given |= {
        role: row.person(role)
        for role in ("head", "deputy")
        if row.has(f"{role}_name", f"{role}_email")
    }
    if row.has("language"):
        given["language"] = row.language()
    given |= {key: row.day(key) for key in ("valid_from", "valid_to") if row.has(key)}
    given["code"] = unicodedata.normalize("NFC", given["code"])
    return UnitRow(number=number, **given, mistakes=tuple(row.mistakes))


def cells_of(row: UnitRow) -> dict[str, str | date | None]:
    """As unit_row reads them."""
    return {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "parent": row.parent,
        "groups": "; ".join(row.groups),
        "heads": "; ".join(
            f"{group}:{year}" for group, years in row.heads.items() for year in years
        ),
        "officer_name": _joined([person.name for person in row.officers]),
        "officer_email": _joined([person.email or "" for person in row.officers]),
        "head_name": row.head.name,
        "head_email": row.head.email,
        "deputy_name": row.deputy.name,
        "deputy_email": row.deputy.email,
        "language": row.language.value,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _joined(parts: list[str]) -> str:
    return "; ".join(parts) if any(parts) else ""
