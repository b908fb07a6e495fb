"""Which of the files named on the command line is which component, and for which occurrence."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dondoc.dossier import ANYTHING, Offered, offer
from dondoc.errors import DondocError
from dondoc.plan.model import Component
from dondoc.queries import (
    OBLIGATION,
    OCCURRENCE,
    milestone_by_code,
    not_found,
    obligations,
    plan_by_code,
    unit_by_code,
)
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


class WhichReason(DondocError):
    """{option} {text!r}: write code=why."""

    vi = "{option} {text!r}: hãy viết mã=lý do."


def reasons(texts: Sequence[str], option: str) -> dict[str, str]:
    """`code=why`. Raises WhichReason."""
    found = {}
    for text in texts:
        code, separator, why = text.partition("=")
        if not separator or not code.strip() or not why.strip():
            raise WhichReason(option=option, text=text)
        found[code.strip()] = why.strip()
    return found


def owed_by(
    session: Session,
    codes: tuple[str, str, str],
    key: str | None,
    now: datetime,
    *,
    reviewing: bool = False,
) -> Obligation:
    """Raises NotFound, WhichOccurrence."""
    plan = plan_by_code(session, codes[0])
    milestone = milestone_by_code(session, plan, codes[1])
    unit = unit_by_code(session, codes[2])
    owed = session.scalars(obligations(milestone=milestone, unit=unit)).all()
    if not owed:
        raise not_found(OBLIGATION, f"{milestone.code} · {unit.code}", ())
    today = now.astimezone(ZoneInfo(plan.time_zone)).date()
    return chosen(owed, key, today, reviewing=reviewing)


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
