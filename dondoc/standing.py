"""Who has delivered and who has not: units × occurrences, and the rates that follow.

The database judges and counts; what comes back is one small value per cell and one row per
occurrence and group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from dondoc.plan.due import Granularity
from dondoc.queries import count_where
from dondoc.tables import (
    IN_REVIEW,
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
from dondoc.verdicts import Verdict, delivered, incomplete, late, never_came, on_time, verdict


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
    """`tallies` beside the columns; `code` is empty for units without a group."""

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
    session: Session, plan: Plan, now: datetime, *, milestone: Milestone | None = None
) -> Rates:
    """Without the single cells."""
    zone = ZoneInfo(plan.time_zone)
    occurrences = _occurrences(session, plan, milestone)
    ids = [occurrence.id for occurrence, _, _ in occurrences]
    members = _members(session)
    days = _days_late(session, ids, zone, members)
    counted = _by_group(session, ids, now)
    apart = all(len(groups) == 1 for groups in members.values())
    by_column = _added(counted) if apart else _by(session, ids, now)
    columns = tuple(_columns(occurrences, by_column, days, now))
    return Rates(
        plan=plan.code,
        number=plan.number,
        title=plan.title,
        now=now,
        zone=zone,
        columns=columns,
        groups=tuple(_groups(session, columns, counted, days)),
        tally=total(column.tally for column in columns if column.counts),
    )


Days = Mapping[tuple[int, int | None], Counter[int]]
"""By occurrence and group; group 0 is everybody, None those without a group."""


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


def _days_late(
    session: Session, occurrences: list[int], zone: ZoneInfo, members: Mapping[int, list[int]]
) -> Days:
    found: dict[tuple[int, int | None], Counter[int]] = defaultdict(Counter)
    rows = session.execute(
        select(
            Obligation.occurrence_id,
            Obligation.unit_id,
            Obligation.first_complete_at,
            Obligation.late_at,
        ).where(
            Obligation.occurrence_id.in_(occurrences),
            Obligation.state != ObligationState.EXEMPT,
            Obligation.counted,
            late(),
        )
    )
    for occurrence_id, unit_id, at, late_at in rows:
        days = days_late(at, late_at, zone)
        found[occurrence_id, 0][days] += 1
        for group_id in members.get(unit_id, (None,)):
            found[occurrence_id, group_id][days] += 1
    return found


COUNTED = (
    *("expected", "received", "complete", "incomplete"),
    *("on_time", "on_time_extended", "late", "overdue", "waiting", "exempt"),
)


def _counted(now: datetime) -> tuple[ColumnElement[int], ...]:
    """In the order of `COUNTED`, then those exempted since the close; joins obligations with
    their occurrences. What a successor hands in counts for the unit that owed it when it was
    due."""
    owed = Obligation.state != ObligationState.EXEMPT
    standing = Submission.withdrawn_at.is_(None)
    sent = select(Submission.id).where(Submission.obligation_id == Obligation.id, standing).exists()
    in_printed = and_(on_time(), Obligation.first_complete_at < Occurrence.late_at)
    in_extended = and_(on_time(), Obligation.first_complete_at >= Occurrence.late_at)
    return (
        count_where(owed),
        count_where(and_(owed, or_(sent, delivered()))),
        count_where(and_(owed, delivered())),
        count_where(incomplete()),
        count_where(and_(owed, in_printed)),
        count_where(and_(owed, in_extended)),
        count_where(and_(owed, late())),
        count_where(never_came(now)),
        count_where(Obligation.state.in_(IN_REVIEW)),
        count_where(and_(~owed, Obligation.dropped_in.is_(None))),
        count_where(and_(~owed, Obligation.decided_at > Occurrence.closed_at)),
    )


def _tally(row: Iterable[int], days: Counter[int], *, frozen: int | None = None) -> Tally:
    """What is frozen at the close is the denominator, less units exempted since; it never falls
    below the rows the numerators are counted from, so that no rate passes 100."""
    *counts, exempted_since = row
    found = dict(zip(COUNTED, counts, strict=True))
    if frozen is not None:
        found["expected"] = max(found["expected"], frozen - exempted_since)
    return Tally(**found, days=days)


def _columns(
    occurrences: list[tuple[Occurrence, str, str]],
    counted: Mapping[int, Sequence[int]],
    days: Days,
    now: datetime,
) -> Iterable[Column]:
    for one, code, name in occurrences:
        row = counted.get(one.id)
        mine = days.get((one.id, 0), Counter())
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
            tally=_tally(row, mine, frozen=one.expected) if row is not None else Tally(),
        )


def _by(session: Session, occurrences: list[int], now: datetime) -> dict[int, Sequence[int]]:
    chosen = (
        select(Obligation.occurrence_id, *_counted(now))
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .where(Occurrence.id.in_(occurrences), Obligation.counted)
        .group_by(Obligation.occurrence_id)
    )
    return {row[0]: row[1:] for row in session.execute(chosen)}


ByGroup = Mapping[int | None, Mapping[int, Sequence[int]]]
"""Counts by group and occurrence."""


def _by_group(session: Session, occurrences: list[int], now: datetime) -> ByGroup:
    counted: dict[int | None, dict[int, Sequence[int]]] = defaultdict(dict)
    for row in session.execute(
        select(Membership.group_id, Obligation.occurrence_id, *_counted(now))
        .select_from(Obligation)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .outerjoin(Membership, Membership.unit_id == Obligation.unit_id)
        .where(Occurrence.id.in_(occurrences), Obligation.counted)
        .group_by(Membership.group_id, Obligation.occurrence_id)
    ):
        counted[row[0]][row[1]] = row[2:]
    return counted


def _added(counted: ByGroup) -> dict[int, Sequence[int]]:
    """Of all groups together: right where no unit is in two."""
    found: dict[int, Sequence[int]] = {}
    for rows in counted.values():
        for occurrence, row in rows.items():
            other = found.get(occurrence)
            both = row if other is None else tuple(map(sum, zip(row, other, strict=True)))
            found[occurrence] = both
    return found


def _groups(
    session: Session, columns: tuple[Column, ...], counted: ByGroup, days: Days
) -> Iterable[GroupLine]:
    ids = [column.occurrence_id for column in columns]
    named = {
        id_: (code, name)
        for id_, code, name in session.execute(select(Group.id, Group.code, Group.name))
    }
    sizes = _sizes(session, ids)
    for group_id in sorted(counted, key=lambda id_: (id_ is None, named.get(id_ or 0, ("",)))):
        code, name = ("", "") if group_id is None else named[group_id]
        tallies = tuple(
            _tally(counted[group_id][id_], days.get((id_, group_id), Counter()))
            if id_ in counted[group_id]
            else Tally()
            for id_ in ids
        )
        pairs = zip(columns, tallies, strict=True)
        yield GroupLine(
            code=code,
            name=name,
            units=sizes[group_id],
            tallies=tallies,
            tally=total(tally for column, tally in pairs if column.counts),
        )


def _sizes(session: Session, occurrences: list[int]) -> dict[int | None, int]:
    """Units of each group that owe anything; asked unit by unit, not obligation by obligation."""
    owes = (
        select(Obligation.id)
        .where(
            Obligation.unit_id == Unit.id,
            Obligation.occurrence_id.in_(occurrences),
            Obligation.counted,
        )
        .exists()
    )
    return dict(
        session.execute(
            select(Membership.group_id, func.count())
            .select_from(Unit)
            .outerjoin(Membership, Membership.unit_id == Unit.id)
            .where(owes)
            .group_by(Membership.group_id)
        )
        .tuples()
        .all()
    )


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
