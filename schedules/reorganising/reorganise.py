"""Units merge, split, end, get another name: looked at, decided, carried out on their day.

1. `preview` says what would happen; it writes nothing.
2. `apply` decides it: every open obligation of a unit that ends has a choice, or it is refused.
   Where the day is still ahead, the unit's last day is written at once, and the rest waits.
3. `apply_due` carries out, on the day, what waits: what is open then is asked anew. What no choice
   covers stays with the ended unit, gets no letter, and waits for `settle`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import Decision
from dondoc.queries import UNIT_CHANGE, not_found
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import ChangeKind, Incident, Succession, Unit, UnitChange, UnitName
from dondoc.units.choices import Choice, as_json, from_json
from dondoc.units.lineage import changes, changes_due
from dondoc.units.reorganisation import (
    ONE_DAY,
    Concerned,
    Reorganisation,
    ReorganisationRefused,
    concerned,
    pairs,
)
from dondoc.units.rows import line
from dondoc.words import Words
from schedules.calendar import OfficeHours, start_of
from schedules.reorganising.drawing import Drawn, Open, draw
from schedules.reorganising.handing_over import HandingOver
from schedules.reorganising.readdressing import readdress
from schedules.reorganising.refusing import (
    ChangeOver,
    ChoiceUnused,
    StillOpen,
    refuse_open,
    refuse_unused,
)
from schedules.reorganising.structure import Structure, restructure, structure


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`ending` are no more from `asked.on` on; `open` is what they still owe, each with what the
    choices make of it; `kept` counts what stays with their history, `notices` what is planned for
    what is open and will be cancelled; `told` are the units that get a letter. `waits`: the day is
    still ahead, and what is open then is asked anew."""

    asked: Reorganisation
    ending: tuple[str, ...]
    open: tuple[Open, ...]
    kept: int
    notices: int
    told: tuple[str, ...]
    structure: Structure
    waits: bool

    @property
    def undecided(self) -> tuple[Open, ...]:
        return tuple(one for one in self.open if one.outcome is None)

    @property
    def until(self) -> date:
        """The last day of the units that end."""
        return self.asked.on - ONE_DAY


@dataclass(frozen=True, kw_only=True)
class Applied:
    """`change` is the number under which it is kept."""

    change: int
    preview: Preview


def preview(
    session: Session,
    asked: Reorganisation,
    choices: Sequence[Choice] = (),
    *,
    hours: OfficeHours,
    now: datetime,
) -> Preview:
    """Raises NotFound, ReorganisationRefused, ChoiceUnused."""
    found = concerned(session, asked)
    drawn = draw(session, found, choices, at=_moment(asked.on, hours, now), hours=hours)
    refuse_unused(choices, drawn)
    return _preview(session, asked, found, drawn, waits=asked.on > hours.today(now))


def apply(
    session: Session,
    asked: Reorganisation,
    choices: Sequence[Choice],
    decision: Decision,
    *,
    hours: OfficeHours,
) -> Applied:
    """All rows in the caller's transaction. Raises as `preview`, and StillOpen."""
    _lock(session, (*asked.units, *asked.into), choices)
    found = concerned(session, asked)
    at = _moment(asked.on, hours, decision.now)
    drawn = draw(session, found, choices, at=at, hours=hours, locked=True)
    refuse_unused(choices, drawn)
    refuse_open(drawn)
    waits = asked.on > hours.today(decision.now)
    seen = _preview(session, asked, found, drawn, waits=waits)
    change = _keep(session, asked, found, choices, decision)
    for unit in found.ending:
        unit.valid_to = asked.on - ONE_DAY
    session.flush()
    _enter(session, change, found, decision)
    if not waits:
        _carry_out(session, change, found, drawn, decision, hours=hours)
    return Applied(change=change.id, preview=seen)


def apply_due(session: Session, *, hours: OfficeHours, now: datetime) -> list[int]:
    """Carries out what waits and whose day has come, as if its first minute were now: also where
    nobody came by for days. Returns the numbers of the changes."""
    due = changes_due(session, hours.today(now))
    for change in due:
        decision = Decision(actor=change.decided_by, reason=change.reason, now=now)
        found, choices = _concerned(change), from_json(change.choices)
        _lock(session, _codes([*found.units, *found.into]), choices)
        at = start_of(change.on, hours.zone)
        drawn = draw(session, found, choices, at=at, hours=hours, locked=True)
        _carry_out(session, change, found, drawn, decision, hours=hours)
        _tell_operator(session, change, drawn, now)
    return [change.id for change in due]


def settle(
    session: Session,
    change_id: int,
    choices: Sequence[Choice],
    decision: Decision,
    *,
    hours: OfficeHours,
) -> tuple[Open, ...]:
    """What is open with units that have ended already: no choice covered it on the day, or it was
    returned since. Returns what was decided. Raises NotFound, ChangeOver, ChoiceUnused,
    StillOpen."""
    change = change_numbered(session, change_id)
    if change.applied_at is None:
        raise ChangeOver(id=change_id, why=_NOT_YET if change.waits else _WITHDRAWN)
    found, at = _concerned(change), _moment(change.on, hours, decision.now)
    _lock(session, _codes([*found.units, *found.into]), choices)
    drawn = draw(session, found, choices, at=at, hours=hours, locked=True)
    refuse_unused(choices, drawn)
    refuse_open(drawn)
    HandingOver(session, change, decision, hours=hours).hand_over(drawn.lines)
    change.trouble = None
    session.flush()
    return tuple(line_.shown for line_ in drawn.lines)


def open_of(
    session: Session,
    change: UnitChange,
    choices: Sequence[Choice] = (),
    *,
    hours: OfficeHours,
    now: datetime,
) -> Drawn:
    """What the units that the change ended, or will end, still owe."""
    at = _moment(change.on, hours, now)
    return draw(session, _concerned(change), choices, at=at, hours=hours)


def withdraw(session: Session, change_id: int, decision: Decision) -> None:
    """Before its day. Raises NotFound, ChangeOver."""
    change = change_numbered(session, change_id)
    if not change.waits:
        raise ChangeOver(id=change_id, why=_DONE if change.applied_at else _WITHDRAWN)
    change.withdrawn_at = decision.now
    for one in change.successions:
        if one.ends:
            one.predecessor.valid_to = one.valid_to_before
    session.flush()
    _enter(session, change, _concerned(change), decision, action="unit_change_withdrawn")


def change_numbered(session: Session, change_id: int) -> UnitChange:
    """Raises NotFound."""
    found = session.get(UnitChange, change_id)
    if found is None:
        raise not_found(UNIT_CHANGE, str(change_id), (str(one.id) for one in changes(session)))
    return found


def _lock(session: Session, units: Iterable[str], choices: Iterable[Choice]) -> None:
    """Two officials may decide about the same unit at once: the second sees what the first did."""
    codes = {*units, *(code for choice in choices for code in choice.to)}
    named = select(Unit.id).where(Unit.code.in_(codes)).order_by(Unit.id)
    session.execute(named.with_for_update())


def _moment(on: date, hours: OfficeHours, now: datetime) -> datetime:
    """When it takes effect: what is due by then counts for the units that end."""
    return max(now, start_of(on, hours.zone))


_NOT_YET = Words("chưa đến ngày thực hiện", "still waits for its day")
_WITHDRAWN = Words("đã rút lại", "was withdrawn")
_DONE = Words("đã thực hiện, không rút lại được", "was carried out and cannot be withdrawn")


def _preview(
    session: Session, asked: Reorganisation, found: Concerned, drawn: Drawn, *, waits: bool
) -> Preview:
    moved = {
        to
        for line_ in drawn.lines
        if line_.shown.outcome is not None and not line_.obligation.occurrence.silent
        for to in line_.shown.to
    }
    return Preview(
        asked=asked,
        ending=() if asked.kind is ChangeKind.RENAME else tuple(_codes(found.ending)),
        open=tuple(line_.shown for line_ in drawn.lines),
        kept=drawn.kept,
        notices=drawn.notices,
        told=tuple(sorted(moved)),
        structure=structure(session, found, asked.on),
        waits=waits,
    )


def _keep(
    session: Session,
    asked: Reorganisation,
    found: Concerned,
    choices: Sequence[Choice],
    decision: Decision,
) -> UnitChange:
    renamed = asked.kind is ChangeKind.RENAME
    change = UnitChange(
        kind=asked.kind,
        on=asked.on,
        name=line(asked.name or "") if renamed else None,
        choices=as_json(choices),
        reason=decision.reason.strip(),
        decided_by=decision.actor,
        decided_at=decision.now,
        successions=[
            Succession(
                predecessor=unit,
                successor=to,
                ends=not renamed and unit in found.ending,
                valid_to_before=unit.valid_to,
            )
            for unit, to in pairs(found)
        ],
    )
    session.add(change)
    session.flush()
    return change


def _concerned(change: UnitChange) -> Concerned:
    """As it was decided; a unit that goes on is on both sides."""
    units = dict.fromkeys(one.predecessor for one in change.successions)
    into = dict.fromkeys(one.successor for one in change.successions if one.successor is not None)
    going_on = [one.predecessor for one in change.successions if not one.ends]
    return Concerned(list(units), [*into, *(unit for unit in going_on if unit not in into)])


def _carry_out(
    session: Session,
    change: UnitChange,
    found: Concerned,
    drawn: Drawn,
    decision: Decision,
    *,
    hours: OfficeHours,
) -> None:
    change.applied_at = decision.now
    if change.kind is ChangeKind.RENAME:
        for unit in found.units:
            _rename(session, unit, change)
        return
    restructure(session, found, change.on)
    session.flush()
    ended = [unit.id for unit in found.ending]
    HandingOver(session, change, decision, hours=hours).hand_over(drawn.lines)
    readdress(session, ended, hours=hours, now=decision.now)
    session.flush()


def _rename(session: Session, unit: Unit, change: UnitChange) -> None:
    session.add(UnitName(unit_id=unit.id, name=unit.name, until=change.on - ONE_DAY))
    unit.name = change.name or unit.name
    session.flush()


def _tell_operator(session: Session, change: UnitChange, drawn: Drawn, now: datetime) -> None:
    undecided = drawn.undecided
    if not undecided:
        return
    change.trouble = f"{len(undecided)}"
    text = f"dondoc units settle {change.id}: {len(undecided)}"
    session.add(Incident(at=now, kind="unit_change", text=text))


def _codes(units: Iterable[Unit]) -> list[str]:
    return [unit.code for unit in units]


def _enter(
    session: Session,
    change: UnitChange,
    found: Concerned,
    decision: Decision,
    *,
    action: str | None = None,
) -> None:
    """One entry for every unit on either side."""
    units = list(dict.fromkeys([*found.units, *found.into]))
    renamed = change.kind is ChangeKind.RENAME
    for unit in units:
        entry = Entry(
            actor=decision.actor,
            on_behalf=decision.on_behalf,
            action=action or f"unit_{change.kind}",
            subject=subject_of(unit=unit.code),
            reason=decision.reason,
            before={"name": unit.name} if renamed else None,
            after={"name": change.name} if renamed else None,
            facts={
                "unit_change": change.id,
                "on": change.on,
                "from_units": _codes(found.units) if not renamed else [],
                "into": _codes(found.into) if not renamed else [],
            },
        )
        enter(session, entry, now=decision.now)


__all__ = [
    "Applied",
    "ChangeOver",
    "ChoiceUnused",
    "Preview",
    "ReorganisationRefused",
    "StillOpen",
    "apply",
    "apply_due",
    "open_of",
    "preview",
    "settle",
    "withdraw",
]
