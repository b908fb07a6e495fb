"""A form's field in which units are named: they are looked for by name and ticked.

Beside the ticks, `<name>`, stands what is looked for, `<name>-find`, and what the list that is
shown was looked for with, `<name>-asked`. With scripts the list follows the typing; without them
the form comes back with it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.filenames import plain
from dondoc.queries import fitting
from dondoc.tables import Unit
from portal.forms import Posted

LONGEST = 100
"""characters of a search"""
SHOWN = 20
"""units of a list; the rest is counted"""
_SEPARATED = re.compile(r"[,;\n]")


class UnitUnclear(DondocError):
    """Tick which unit is meant by “{text}”, or empty the search."""

    vi = "Hãy đánh dấu đơn vị nào là “{text}”, hoặc xóa ô tìm."


class NoSuchUnit(DondocError):
    """No unit fits “{text}”. Type part of its name, or its code."""

    vi = "Không có đơn vị nào khớp “{text}”. Hãy gõ một phần tên, hoặc mã."


class UnitMissing(DondocError):
    """Name a unit: look for it by its name, then tick it."""

    vi = "Hãy chọn đơn vị: tìm theo tên rồi đánh dấu."


class Named(NamedTuple):
    code: str
    name: str


class UnitField(NamedTuple):
    """`chosen` are ticked; `found` fit `text`, and `more` besides."""

    name: str
    chosen: Sequence[Named] = ()
    text: str = ""
    found: Sequence[Named] = ()
    more: int = 0


def unit_field(session: Session, name: str, codes: Iterable[str], text: str = "") -> UnitField:
    """A code that no unit has is kept, and stands for itself."""
    codes = list(dict.fromkeys(codes))
    names = names_of(session, codes)
    chosen = [Named(code, names.get(code, code)) for code in codes]
    text = text.strip()[:LONGEST]
    if not text:
        return UnitField(name, chosen)
    units, total = _fitting(session, text)
    found = [Named(one.code, one.name) for one in units if one.code not in codes]
    return UnitField(name, chosen, text, found, total - len(units))


def typed_field(session: Session, name: str, typed: Posted) -> UnitField:
    """As it was sent."""
    return unit_field(session, name, ticked(typed, name), sought(typed, name))


def sought(typed: Posted, name: str) -> str:
    return typed.text(f"{name}-find").strip()[:LONGEST]


def ticked(typed: Posted, name: str) -> tuple[str, ...]:
    """Codes, by themselves or several in one text."""
    found = [one.strip() for text in typed.all(name) for one in _SEPARATED.split(text)]
    return tuple(dict.fromkeys(one for one in found if one))


def units_in(session: Session, typed: Posted, name: str) -> tuple[str, ...]:
    """Codes of the units that are ticked, and of the one whose code or whole name was typed.
    Raises UnitUnclear, NoSuchUnit."""
    codes, text = ticked(typed, name), sought(typed, name)
    if not text or (codes and text == typed.text(f"{name}-asked").strip()):
        return codes
    units, _ = _fitting(session, text)
    if not units:
        raise NoSuchUnit(text=text, field=name)
    meant = [
        one.code for one in units if text.casefold() in (one.code.casefold(), one.name.casefold())
    ]
    if len(meant) != 1:
        raise UnitUnclear(text=text, field=name)
    return tuple(dict.fromkeys((*codes, *meant)))


def unit_in(session: Session, typed: Posted, name: str) -> str:
    """The one unit, empty where none is named; what was typed goes before what was ticked earlier.
    Raises UnitUnclear, NoSuchUnit."""
    return (units_in(session, typed, name) or ("",))[-1]


def resolved(
    session: Session, typed: Posted, *, many: Iterable[str] = (), one: Iterable[str] = ()
) -> Posted:
    """As sent, with the codes of the units that are meant in these fields. Raises UnitUnclear,
    NoSuchUnit."""
    meant = {name: list(units_in(session, typed, name)) for name in many}
    meant |= {name: [unit_in(session, typed, name)] for name in one}
    return typed.replaced(meant)


def names_of(session: Session, codes: Sequence[str]) -> dict[str, str]:
    if not codes:
        return {}
    rows = session.execute(select(Unit.code, Unit.name).where(Unit.code.in_(codes)))
    return dict(rows.tuples().all())


def _fitting(session: Session, text: str) -> tuple[Sequence[Unit], int]:
    """By what was typed; else, without accents, by the code."""
    found = fitting(session, text, most=SHOWN)
    if not found.units:
        found = fitting(session, "-".join(plain(text).lower().split()), most=SHOWN)
    return found.units, found.total
