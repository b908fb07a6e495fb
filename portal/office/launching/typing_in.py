"""A milestone's form: what stands in it, and what was typed."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan.due import Granularity, Once
from dondoc.plan.model import Audience, Kind, Milestone
from dondoc.plan.writing import laid_out, written
from dondoc.tables import Group, Unit
from portal.forms import Posted

LISTED = 60
"""kinds and groups that are ticked; more are typed"""

_DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_MONTH = re.compile(r"^(\d{1,2})/(\d{4})$")
_QUARTER = re.compile(r"^(?:q|quý ?)([1-4])[/-](\d{4})$", re.I)
_ISO = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}$")
_SEPARATED = re.compile(r"[,;\s]*[,;\n][,;\s]*")


class Choices(NamedTuple):
    """What there is to name: kinds, and groups by code."""

    kinds: tuple[str, ...]
    groups: dict[str, str]


def choices(session: Session) -> Choices:
    kinds = session.scalars(select(Unit.kind).distinct().order_by(Unit.kind))
    groups = session.execute(select(Group.code, Group.name).order_by(Group.code))
    return Choices(tuple(kinds), dict(groups.tuples().all()))


class Typed(NamedTuple):
    """Texts as they stand in the form's fields; lists are what is ticked or separated by commas."""

    name: str
    kind: str
    due: str
    opens: str
    inclusive: bool
    everyone: bool
    kinds: tuple[str, ...]
    groups: tuple[str, ...]
    heads_of: tuple[str, ...]
    units: tuple[str, ...]
    exceptions: tuple[str, ...]
    collector: str
    clause: str
    where: str


def typed_in(form: Posted) -> Typed:
    return Typed(
        name=_one_line(form, "name"),
        kind=_one_line(form, "kind"),
        due=_one_line(form, "due"),
        opens=_one_line(form, "opens"),
        inclusive=form.text("inclusive") != "no",
        everyone=form.text("everyone") == "yes",
        kinds=_several(form, "kinds"),
        groups=_several(form, "groups"),
        heads_of=_several(form, "heads_of"),
        units=_several(form, "units"),
        exceptions=(*_several(form, "except"), *_several(form, "except-kinds")),
        collector=_one_line(form, "collector"),
        clause=form.text("clause").strip(),
        where=_one_line(form, "where"),
    )


def standing(milestone: Milestone) -> Typed:
    """What the plan says now."""
    whom = milestone.audience
    return Typed(
        name=milestone.name,
        kind=milestone.kind.value,
        due=due_text(milestone),
        opens="" if milestone.opens is None else f"{milestone.opens:%d/%m/%Y}",
        inclusive=milestone.inclusive,
        everyone=whom.everyone,
        kinds=whom.kinds,
        groups=whom.groups,
        heads_of=("all",) if whom.heads_of == "all" else whom.heads_of,
        units=whom.units,
        exceptions=whom.exceptions,
        collector=milestone.collector or "",
        clause=milestone.clause.text,
        where=milestone.clause.where,
    )


def fresh(name: str = "", clause: str = "", where: str = "") -> Typed:
    """For a milestone that is not there yet."""
    return Typed(
        name=name,
        kind=Kind.REPORT.value,
        due="",
        opens="",
        inclusive=True,
        everyone=True,
        kinds=(),
        groups=(),
        heads_of=(),
        units=(),
        exceptions=(),
        collector="",
        clause=clause,
        where=where,
    )


def due_text(milestone: Milestone) -> str:
    """15/11/2026, 11/2026, Q4/2026, 2026; a rule as the plan file writes it."""
    due = milestone.due
    if not isinstance(due, Once) or due.month_end is not None:
        return written({"due": laid_out("due", due)}).partition(": ")[2].strip()
    day = due.day
    match milestone.granularity or due.granularity:
        case Granularity.MONTH:
            return f"{day:%m/%Y}"
        case Granularity.QUARTER:
            return f"Q{(day.month + 2) // 3}/{day.year}"
        case Granularity.YEAR:
            return str(day.year)
    return f"{day:%d/%m/%Y}"


def due_value(text: str) -> Any:
    """For the plan file; what cannot be understood stays as it was typed, and is refused there."""
    if text.startswith("{"):
        try:
            return dict(YAML(typ="safe", pure=True).load(text))
        except (YAMLError, TypeError, ValueError):
            return text
    if found := _MONTH.match(text):
        return f"{found[2]}-{int(found[1]):02d}"
    if found := _QUARTER.match(text):
        return f"{found[2]}-Q{found[1]}"
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    return day_value(text)


def day_value(text: str) -> Any:
    """A date, or what was typed."""
    try:
        if found := _DAY.match(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text) if _ISO.match(text) else text
    except ValueError:
        return text


def changes(typed: Typed, before: Milestone | None = None) -> dict[str, Any]:
    """The keys of the plan file that say something else now; None for one that goes."""
    old = None if before is None else standing(before)
    found: dict[str, Any] = {}
    if old is None or old.name != typed.name:
        found["name"] = typed.name
    if old is None or old.kind != typed.kind:
        found["kind"] = typed.kind
    if old is None or old.opens != typed.opens:
        found["opens"] = day_value(typed.opens) if typed.opens else None
    if old is None or old.due != typed.due:
        found |= {"due": due_value(typed.due), "granularity": None}
    if old is None or old.inclusive != typed.inclusive:
        found["inclusive"] = None if typed.inclusive else False
    if old is None or _whom(old) != _whom(typed):
        found["audience"] = _whom(typed)
    if old is None or old.collector != typed.collector:
        found["collector"] = typed.collector or None
    if old is None or (old.clause, old.where) != (typed.clause, typed.where):
        found["clause"] = {"text": typed.clause, **({"where": typed.where} if typed.where else {})}
    return found


def _whom(typed: Typed) -> Any:
    """Everybody, but for exceptions, or the named ones."""
    said: dict[str, Any] = {"all": True} if typed.everyone else {}
    if not typed.everyone:
        heads = "all" if "all" in typed.heads_of else list(typed.heads_of)
        named = {"kinds": list(typed.kinds), "groups": list(typed.groups), "heads_of": heads}
        said = {key: value for key, value in named.items() if value}
        said |= {"units": list(typed.units)} if typed.units else {}
    said |= {"except": list(typed.exceptions)} if typed.exceptions else {}
    return "all" if said == {"all": True} else said


def audience_of(typed: Typed) -> Audience | None:
    """None where nobody is named."""
    whom = _whom(typed)
    return Audience.model_validate(whom) if whom and whom != {"except": []} else None


def _one_line(form: Posted, name: str) -> str:
    return " ".join(form.text(name).split())


def _several(form: Posted, name: str) -> tuple[str, ...]:
    found: Sequence[str] = [
        one.strip() for text in form.all(name) for one in _SEPARATED.split(text)
    ]
    return tuple(dict.fromkeys(one for one in found if one))
