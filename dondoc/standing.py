"""Who has delivered and who has not: units × occurrences, and the rates that follow.

The database judges and counts; what comes back is one small value per cell and one row per
occurrence and group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, select
from sqlalchemy.orm import Session

from dondoc.counting import EVERYBODY, Counts, grouped_counts
from dondoc.plan.due import Granularity
from dondoc.tables import (
    Group,
    Membership,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Submission,
    Unit,
)
from dondoc.tally import Tally, days_late, total
from dondoc.verdicts import Verdict, delivered, late, verdict


@dataclass(frozen=True, kw_only=True)
class Column:
    """An occurrence. `elapsed`: lateness has begun for whoever has no extension; only what has
    elapsed, and was not past already at launch (`silent`), enters totals."""

    occurrence_id: int
    milestone: str
    name: str
    occurrence: str
    label: str
    due_on: date
    granularity: Granularity
    inclusive: bool
    elapsed: bool
    silent: bool
    tally: Tally

    @property
    def counts(self) -> bool:
        return self.elapsed and not self.silent


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """`tallies` beside the columns, empty where one does not count; `code` is empty for units
    without a group."""

    code: str
    name: str
    units: int
    tallies: tuple[Tally, ...]
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """`cells` beside the columns."""

    code: str
    name: str
    kind: str
    groups: tuple[str, ...]
    cells: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """A unit in two groups counts in both; `tally` counts it once."""

    plan: str
    number: str
    title: str
    now: datetime
    zone: ZoneInfo
    columns: tuple[Column, ...]
    groups: tuple[GroupLine, ...]
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class Standing:
    rates: Rates
    units: tuple[UnitLine, ...]


def standing(
    session: Session, plan: Plan, now: datetime, *, milestone: Milestone | None = None
) -> Standing:
    found = rates(session, plan, now, milestone=milestone)
    return Standing(rates=found, units=tuple(_units(session, found)))


def rates(
    session: Session,
    plan: Plan,
    now: datetime,
    *,
    milestone: Milestone | None = None,
    brief: bool = False,
) -> Rates:
    """Without the single cells. `brief` leaves out what takes long to count: its tallies have no
    `received` and no `days`."""
    zone = ZoneInfo(plan.time_zone)
    occurrences = _occurrences(session, plan, milestone)
    ids = [occurrence.id for occurrence, _, _ in occurrences]
    more = NOTHING if brief else _more(session, ids, zone)
    counting = [one.id for one, _, _ in occurrences if one.late_at <= now and not one.silent]
    counted = grouped_counts(session, ids, counting, now)
    columns = tuple(_columns(occurrences, counted[EVERYBODY], more, now))
    return Rates(
        plan=plan.code,
        number=plan.number,
        title=plan.title,
        now=now,
        zone=zone,
        columns=columns,
        groups=tuple(_groups(session, columns, counted, more)),
        tally=total(column.tally for column in columns if column.counts),
    )


Place = tuple[int, int | None]
"""An occurrence and a group, or EVERYBODY, or None: those without a group."""


class _More(NamedTuple):
    """What is counted row by row: units that sent something, but nothing complete, and how many
    days late the late ones were."""

    sent: Mapping[Place, int]
    days: Mapping[Place, Counter[int]]


NOTHING = _More({}, {})


def _occurrences(
    session: Session, plan: Plan, milestone: Milestone | None
) -> list[tuple[Occurrence, str, str]]:
    of_plan = (
        select(Occurrence, Milestone.code, Milestone.name)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Milestone.plan_id == plan.id, Occurrence.dropped_in.is_(None))
        .order_by(Occurrence.due_on, Milestone.position, Occurrence.key)
    )
    if milestone is not None:
        of_plan = of_plan.where(Milestone.id == milestone.id)
    return [(one, code, name) for one, code, name in session.execute(of_plan)]


def _members(session: Session) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, group_id in session.execute(select(Membership.unit_id, Membership.group_id)):
        found[unit_id].append(group_id)
    return found


def _more(session: Session, occurrences: list[int], zone: ZoneInfo) -> _More:
    members = _members(session)
    days: dict[Place, Counter[int]] = defaultdict(Counter)
    for occurrence, unit, at, late_at in session.execute(_late(occurrences)):
        found = days_late(at, late_at, zone)
        for group in (EVERYBODY, *members.get(unit, (None,))):
            days[occurrence, group][found] += 1
    sent: Counter[Place] = Counter()
    for occurrence, unit in session.execute(_sent(occurrences)):
        sent.update((occurrence, group) for group in (EVERYBODY, *members.get(unit, (None,))))
    return _More(sent, days)


def _late(occurrences: list[int]) -> Select[Any]:
    return select(
        Obligation.occurrence_id,
        Obligation.unit_id,
        Obligation.first_complete_at,
        Obligation.late_at,
    ).where(_owed(occurrences), late())


def _sent(occurrences: list[int]) -> Select[Any]:
    """Nothing complete, but something that was not taken back."""
    standing = select(Submission.id).where(
        Submission.obligation_id == Obligation.id, Submission.withdrawn_at.is_(None)
    )
    return select(Obligation.occurrence_id, Obligation.unit_id).where(
        _owed(occurrences), ~delivered(), standing.exists()
    )


def _owed(occurrences: list[int]) -> ColumnElement[bool]:
    return and_(
        Obligation.occurrence_id.in_(occurrences),
        Obligation.state != ObligationState.EXEMPT,
        Obligation.counted,
    )


COUNTED = ("complete", "incomplete", "on_time", "on_time_extended", "late", "overdue", "waiting")


def _tally(counts: Counts, more: _More, place: Place, *, frozen: int | None = None) -> Tally:
    """What is frozen at the close is the denominator, less units exempted since; it never falls
    below the rows the numerators are counted from, so that no rate passes 100."""
    expected = counts["expected"]
    if frozen is not None:
        expected = max(expected, frozen - counts["exempted_since"])
    return Tally(
        expected=expected,
        exempt=counts["exempt"],
        received=0 if more is NOTHING else counts["complete"] + more.sent.get(place, 0),
        days=more.days.get(place, Counter()),
        **{name: counts[name] for name in COUNTED},
    )


def _columns(
    occurrences: list[tuple[Occurrence, str, str]],
    counted: Mapping[int, Counts],
    more: _More,
    now: datetime,
) -> Iterable[Column]:
    for one, code, name in occurrences:
        row = counted.get(one.id)
        yield Column(
            occurrence_id=one.id,
            milestone=code,
            name=name,
            occurrence=one.key,
            label=one.label,
            due_on=one.due_on,
            granularity=one.granularity,
            inclusive=one.inclusive,
            elapsed=one.late_at <= now,
            silent=one.silent,
            tally=Tally()
            if row is None
            else _tally(row, more, (one.id, EVERYBODY), frozen=one.expected),
        )


def _groups(
    session: Session,
    columns: tuple[Column, ...],
    counted: Mapping[int | None, Mapping[int, Counts]],
    more: _More,
) -> Iterable[GroupLine]:
    """Of those that owe anything, in the order of their codes."""
    named = {
        id_: (code, name)
        for id_, code, name in session.execute(select(Group.id, Group.code, Group.name))
    }
    sizes = _sizes(session, [column.occurrence_id for column in columns], counted)
    for group_id in sorted(sizes, key=lambda id_: (id_ is None, named.get(id_ or 0, ("",)))):
        code, name = ("", "") if group_id is None else named[group_id]
        rows = counted.get(group_id, {})
        tallies = tuple(
            _tally(rows[id_], more, (id_, group_id)) if id_ in rows else Tally()
            for id_ in (column.occurrence_id for column in columns)
        )
        yield GroupLine(
            code=code, name=name, units=sizes[group_id], tallies=tallies, tally=total(tallies)
        )


def _sizes(
    session: Session,
    occurrences: list[int],
    counted: Mapping[int | None, Mapping[int, Counts]],
) -> dict[int | None, int]:
    """Units of each group that owe anything. Where all of a group owe one and the same date there
    is nothing to ask; of the others each unit is asked for, not each obligation."""
    members = select(Membership.group_id, func.count()).group_by(Membership.group_id)
    full: dict[int | None, int] = {
        group: count
        for group, count in session.execute(members).tuples()
        if count == max((one["rows"] for one in counted.get(group, {}).values()), default=0)
    }
    rest = (
        select(Membership.group_id, func.count())
        .where(Membership.group_id.not_in(full), _owes(Membership.unit_id, occurrences))
        .group_by(Membership.group_id)
    )
    grouped = select(Membership.unit_id).where(Membership.unit_id == Unit.id).exists()
    alone = select(func.count()).select_from(Unit).where(~grouped, _owes(Unit.id, occurrences))
    if count := session.scalar(alone):
        full[None] = count
    return full | dict(session.execute(rest).tuples().all())


def _owes(unit: SQLColumnExpression[int], occurrences: list[int]) -> ColumnElement[bool]:
    """Said so that PostgreSQL, too, looks unit by unit (OFFSET)."""
    owed = Obligation.unit_id == unit, Obligation.occurrence_id.in_(occurrences)
    return select(Obligation.id).where(*owed, Obligation.counted).offset(0).exists()


def _units(session: Session, found: Rates) -> Iterable[UnitLine]:
    """Units that owe anything, in the order of their codes."""
    place = {column.occurrence_id: n for n, column in enumerate(found.columns)}
    cells = _cells(session, found, place)
    groups = _group_codes(session)
    rows = session.execute(select(Unit.id, Unit.code, Unit.name, Unit.kind).order_by(Unit.code))
    for id_, code, name, kind in rows:
        if id_ in cells:
            yield UnitLine(
                code=code,
                name=name,
                kind=kind,
                groups=tuple(groups.get(id_, ())),
                cells=tuple(cells[id_]),
            )


def _cells(session: Session, found: Rates, place: Mapping[int, int]) -> dict[int, list[Verdict]]:
    today = found.now.astimezone(found.zone).date()
    rows = session.execute(
        select(Obligation.unit_id, Obligation.occurrence_id, verdict(found.now, today))
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .where(Occurrence.id.in_(place))
    )
    members = {member.value: member for member in Verdict}
    cells: dict[int, list[Verdict]] = {}
    for unit_id, occurrence_id, word in rows:
        line = cells.get(unit_id)
        if line is None:
            line = cells[unit_id] = [Verdict.NOT_OWED] * len(place)
        line[place[occurrence_id]] = members[word]
    return cells


def _group_codes(session: Session) -> dict[int, list[str]]:
    codes: dict[int, list[str]] = defaultdict(list)
    for unit_id, code in session.execute(
        select(Membership.unit_id, Group.code)
        .join(Group, Group.id == Membership.group_id)
        .order_by(Group.code)
    ):
        codes[unit_id].append(code)
    return codes
