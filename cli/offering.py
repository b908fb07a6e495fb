"""Which of the files named on the command line is which component, and for which occurrence."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dondoc.dossier import ANYTHING, Offered, offer
from dondoc.errors import DondocError
from dondoc.plan.model import Component
from dondoc.queries import OCCURRENCE, not_found
from dondoc.tables import Obligation
from dondoc.words import Words


class WhichComponent(DondocError):
    """Which component is {file}? Write CODE={file}, with one of:
    {codes}"""

    vi = "{file} là thành phần nào? Hãy viết MÃ={file}, với một trong các mã:\n{codes}"


class WhichOccurrence(DondocError):
    """{unit} owes {milestone} for several periods; add --occurrence with one of:
    {keys}"""

    vi = (
        "{unit} còn phải nộp {milestone} cho nhiều kỳ; hãy thêm --occurrence với một trong:\n{keys}"
    )


class FieldUnclear(DondocError):
    """--field {text!r}: write code=value."""

    vi = "--field {text!r}: hãy viết mã=giá trị."


def offered(files: Sequence[str], components: Sequence[Component]) -> list[Offered]:
    """Raises WhichComponent, DossierWrong."""
    codes = {part.code for part in components}
    found = []
    for text in files:
        code, separator, path = text.partition("=")
        if separator and code in codes:
            found.append(offer(code, Path(path)))
        else:
            found.append(offer(_component(Path(text), components), Path(text)))
    return found


def _component(path: Path, components: Sequence[Component]) -> str:
    """The only one there is, or the one the file's name begins with."""
    if len(components) <= 1:
        return components[0].code if components else ANYTHING.code
    stem = re.sub(r"[\s_]+", "-", path.stem.casefold())
    named = [part.code for part in components if f"{stem}-".startswith(f"{part.code}-")]
    if not named:
        codes = "\n".join(f"  {part.code}: {part.name}" for part in components)
        raise WhichComponent(file=path, codes=codes)
    return max(named, key=len)


def fields(texts: Sequence[str]) -> dict[str, list[str]]:
    """`code=value`, several times for a list. Raises FieldUnclear."""
    found: dict[str, list[str]] = {}
    for text in texts:
        code, separator, value = text.partition("=")
        if not separator or not code.strip():
            raise FieldUnclear(text=text)
        found.setdefault(code.strip(), []).append(value)
    return found


def chosen(
    owed: Sequence[Obligation], key: str | None, today: date, *, reviewing: bool = False
) -> Obligation:
    """`owed` are one unit's obligations for one milestone, in the order they are due. Without a
    key: what waits for review when `reviewing`; else what is overdue or open now; else what is
    owed at all; else the last. Raises NotFound, WhichOccurrence."""
    if key is not None:
        return _keyed(owed, key)
    owing = [one for one in owed if one.state.owing]
    pressing = [one for one in owing if one.last_on < today]
    pressing += [one for one in owing if one.last_on >= today and _open(one, today)][:1]
    waiting = [one for one in owed if one.state.in_review]
    order = (waiting,) if reviewing else (pressing, owing)
    for candidates in order:
        if len(candidates) > 1:
            raise _which(candidates)
        if candidates:
            return candidates[0]
    return owed[-1]


def _keyed(owed: Sequence[Obligation], key: str) -> Obligation:
    for one in owed:
        if one.occurrence.key == key:
            return one
    raise not_found(OCCURRENCE, key, [one.occurrence.key for one in owed])


def _open(obligation: Obligation, today: date) -> bool:
    opens_on = obligation.occurrence.opens_on
    return opens_on is None or opens_on <= today


def _which(owed: Sequence[Obligation]) -> WhichOccurrence:
    lines = [(one.occurrence.key, one.occurrence.label, f"{one.due_on:%d/%m/%Y}") for one in owed]
    return WhichOccurrence(
        unit=owed[0].unit.code,
        milestone=owed[0].occurrence.milestone.code,
        keys=Words(
            "\n".join(f"  {key}  {label}, hạn {due}" for key, label, due in lines),
            "\n".join(f"  {key}  {label}, due {due}" for key, label, due in lines),
        ),
    )
