"""Units merge, split, end, get another name: what is asked for, and why it may be refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import DecisionRefused
from dondoc.queries import unit_by_code
from dondoc.tables import (
    IN_REVIEW,
    OWING,
    ChangeKind,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Unit,
)
from dondoc.units.checking import LONGEST_NAME
from dondoc.units.lineage import circle, ended_by
from dondoc.units.rows import line
from dondoc.words import Words

ONE_DAY = timedelta(days=1)


class ReorganisationRefused(DecisionRefused):
    """{unit}: {why}"""

    vi = "{unit}: {why}"


@dataclass(frozen=True, kw_only=True)
class Reorganisation:
    """`units` become `into`, by code, with the first minute of `on`; a unit that is in both goes
    on. To be renamed, one unit gets another `name`."""

    kind: ChangeKind
    units: tuple[str, ...]
    on: date
    into: tuple[str, ...] = ()
    name: str | None = None


class Concerned(NamedTuple):
    """`units` in the order they were named; `ending` are those that are no more."""

    units: list[Unit]
    into: list[Unit]

    @property
    def ending(self) -> list[Unit]:
        return [unit for unit in self.units if unit not in self.into]

    @property
    def giving(self) -> list[Unit]:
        """Those that go on beside others, and may hand over some of what they owe."""
        return [unit for unit in self.units if unit in self.into and self.into != [unit]]


def concerned(session: Session, asked: Reorganisation) -> Concerned:
    """Raises NotFound, ReorganisationRefused."""
    _refuse_shape(asked)
    units = [unit_by_code(session, code) for code in asked.units]
    into = [unit_by_code(session, code) for code in asked.into]
    found = Concerned(units, into)
    if asked.kind is ChangeKind.RENAME:
        _refuse_name(units[0], asked)
        return Concerned(units, units)
    for unit in found.units:
        _refuse_invalid(unit, asked.on - ONE_DAY)
    for unit in found.ending:
        _refuse_ended(session, unit)
    _refuse_circle(session, found)
    for unit in found.into:
        _refuse_invalid(unit, asked.on)
    for unit in found.ending:
        _refuse_in_charge(session, unit, asked.on)
    return found


def pairs(found: Concerned) -> Iterator[tuple[Unit, Unit | None]]:
    """Each unit with each that succeeds it; nobody succeeds himself."""
    for unit in found.units:
        others: Sequence[Unit | None] = [to for to in found.into if to is not unit]
        yield from ((unit, to) for to in others or [None])


_TWICE = Words("được nêu hai lần", "is named twice")
_NOT_ONE = Words("chỉ một đơn vị mỗi lần", "one unit at a time")
_NOWHERE = Words("chưa nêu đơn vị kế thừa", "no unit succeeds it")
_ONE_PART = Words(
    "tách thì phải thành ít nhất hai đơn vị; nhập vào một đơn vị thì dùng merge",
    "is split into at least two units; to go into one is a merge",
)
_SELF = Words("không thể nhập vào chính mình", "cannot be merged into itself")
_SUCCEEDED = Words("giải thể thì không có đơn vị kế thừa", "what is dissolved has no successor")
_NAMELESS = Words("tên mới trống hoặc dài quá {most} ký tự", "no name, or over {most} characters")
_SAME_NAME = Words("đã mang tên ấy", "has that name already")


def _refuse_shape(asked: Reorganisation) -> None:
    named = ", ".join(asked.units) or "–"
    for codes in (asked.units, asked.into):
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise ReorganisationRefused(unit=twice, why=_TWICE)
    single = asked.kind in (ChangeKind.SPLIT, ChangeKind.RENAME)
    if not asked.units or (single and len(asked.units) > 1):
        raise ReorganisationRefused(unit=named, why=_NOT_ONE)
    match asked.kind:
        case ChangeKind.DISSOLVE if asked.into:
            raise ReorganisationRefused(unit=named, why=_SUCCEEDED)
        case ChangeKind.MERGE | ChangeKind.SPLIT if not asked.into:
            raise ReorganisationRefused(unit=named, why=_NOWHERE)
        case ChangeKind.SPLIT if len(asked.into) < 2:
            raise ReorganisationRefused(unit=named, why=_ONE_PART)
        case ChangeKind.MERGE if set(asked.units) <= set(asked.into):
            raise ReorganisationRefused(unit=named, why=_SELF)


def _refuse_name(unit: Unit, asked: Reorganisation) -> None:
    _refuse_invalid(unit, asked.on)
    name = line(asked.name or "")
    if not name or len(name) > LONGEST_NAME:
        why = Words(*(part.format(most=LONGEST_NAME) for part in _NAMELESS))
        raise ReorganisationRefused(unit=unit.code, why=why)
    if name == unit.name:
        raise ReorganisationRefused(unit=unit.code, why=_SAME_NAME)


_BEFORE = Words(
    "ngày {day} chưa có hiệu lực, có hiệu lực từ {since}", "is not valid on {day}, but from {since}"
)
_AFTER = Words(
    "ngày {day} không còn hiệu lực, chỉ đến {until}", "is not valid on {day}, but until {until}"
)
_ENDED = Words(
    "đã kết thúc theo quyết định số {change}, ngày {day}",
    "ended by change no. {change}, on {day}",
)
_CIRCLE = Words("kế thừa vòng tròn: {path}", "would succeed itself: {path}")
_IN_CHARGE = Words(
    "đang là cơ quan thường trực, nơi nhận hoặc lãnh đạo của kế hoạch {plans}; hãy điều chỉnh các "
    "kế hoạch ấy trước (dondoc amend)",
    "is standing office, collector or board of {plans}; amend these plans first (dondoc amend)",
)


def _refuse_invalid(unit: Unit, day: date) -> None:
    if unit.valid_from is not None and day < unit.valid_from:
        raise _refused(unit, _BEFORE, day=_written(day), since=_written(unit.valid_from))
    if unit.valid_to is not None and unit.valid_to < day:
        raise _refused(unit, _AFTER, day=_written(day), until=_written(unit.valid_to))


def _refuse_ended(session: Session, unit: Unit) -> None:
    change = ended_by(session, unit)
    if change is not None:
        raise _refused(unit, _ENDED, change=change.id, day=_written(change.on))


def _refuse_circle(session: Session, found: Concerned) -> None:
    ending = [(unit, to) for unit in found.ending for to in found.into]
    path = circle(session, ending)
    if path is not None:
        raise _refused(ending[0][0], _CIRCLE, path=" → ".join(path))


def _refuse_in_charge(session: Session, unit: Unit, on: date) -> None:
    """Letters are signed by, sent on behalf of and handed in to somebody who is there."""
    owed = (
        select(Obligation.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Milestone.plan_id == Plan.id, Obligation.state.in_((*OWING, *IN_REVIEW)))
    )
    collects = select(Milestone.id).where(
        Milestone.plan_id == Plan.id,
        Milestone.collector_id == unit.id,
        Milestone.dropped_in.is_(None),
    )
    mine = (Plan.standing_office_id == unit.id) | (Plan.board_id == unit.id) | collects.exists()
    plans = session.scalars(
        select(Plan.code).where(mine, (Plan.period_to >= on) | owed.exists()).order_by(Plan.code)
    ).all()
    if plans:
        raise _refused(unit, _IN_CHARGE, plans=", ".join(plans))


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _refused(unit: Unit, why: Words, **facts: object) -> ReorganisationRefused:
    said = Words(why.vi.format(**facts), why.en.format(**facts))
    return ReorganisationRefused(unit=unit.code, why=said)
