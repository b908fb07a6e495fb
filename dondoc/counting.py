"""How many obligations stand how. The database groups them by state, from one index alone
(ix_obligations_standing); a plan of ten thousand units comes back as some dozens of rows.

Joining a membership to every obligation and sorting by it takes SQLite three times as long as
counting does, so which groups units belong to is looked up here. PostgreSQL need not sort to join,
but would to write the units down.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of
from dondoc.tables import (
    IN_REVIEW,
    Membership,
    Obligation,
    ObligationState,
    Occurrence,
)
from dondoc.verdicts import incomplete

Counts = Counter[str]
"""By the names of a Tally's counts, `exempted_since` the close, and all `rows`, exempt or not."""

EVERYBODY = 0
"""among groups"""

RECEIVED_INCOMPLETE = (ObligationState.INCOMPLETE, ObligationState.ACCEPTED)


class _Found(NamedTuple):
    """Of one state and one deadline; `missing`: nothing complete came and lateness has begun."""

    silent: bool
    state: ObligationState
    rows: int
    complete: int
    extended: int
    late: int
    missing: int


class _Part(NamedTuple):
    group: int | None
    occurrence: int
    found: _Found


class _Stood(NamedTuple):
    """What is the same for those of one state and one deadline; `printed` is the plan's."""

    silent: bool
    printed: datetime
    state: ObligationState
    late_at: datetime

    def found(self, now: datetime, rows: int, lacking: int, late: int, beyond: int) -> _Found:
        """`lacking`: nothing complete came. `late` and `beyond`: it came after the unit's own
        date, after the printed one."""
        return _Found(
            silent=self.silent,
            state=self.state,
            rows=rows,
            complete=rows - lacking,
            extended=max(0, beyond - late),
            late=late,
            missing=lacking if self.late_at <= now else 0,
        )


def grouped_counts(
    session: Session, occurrences: Collection[int], grouped: Collection[int], now: datetime
) -> Mapping[int | None, Mapping[int, Counts]]:
    """By group and occurrence; only those `grouped` for more than EVERYBODY. None are units in no
    group; a unit in two groups counts in both. What a successor hands in counts for the unit that
    owed it when it was due."""
    counted: dict[int | None, dict[int, Counts]] = defaultdict(lambda: defaultdict(Counter))
    named = dialect_of(session) == "sqlite"
    once = named or not _in_several_groups(session)
    others = set(occurrences) - set(grouped) if once else occurrences
    for occurrence, *row in session.execute(_by_state(others, _number)):
        _add(counted[EVERYBODY][occurrence], _Stood(*row[:4]).found(now, *row[4:]))
    parts = _named if named else _joined
    for group, occurrence, found in parts(session, grouped, now):
        _add(counted[group][occurrence], found)
        if once and not named:
            _add(counted[EVERYBODY][occurrence], found)
    for occurrence, exempt, since in session.execute(_exempt(occurrences)):
        counted[EVERYBODY][occurrence].update(exempt=exempt, exempted_since=since)
    for group, occurrence, exempt, since in session.execute(_of_groups(_exempt(grouped))):
        counted[group][occurrence].update(exempt=exempt, exempted_since=since)
    for occurrence, *taken in session.execute(_taken_over(occurrences, now)):
        _add_taken(counted[EVERYBODY][occurrence], *taken)
    for group, occurrence, *taken in session.execute(_of_groups(_taken_over(grouped, now))):
        _add_taken(counted[group][occurrence], *taken)
    return counted


def _named(session: Session, grouped: Collection[int], now: datetime) -> Iterator[_Part]:
    """For everybody, and for each group."""
    members = _Members(session)
    for occurrence, *row in session.execute(_by_state(grouped, _units)):
        stood = _Stood(*row[:4])
        several = [written.split(",") if written else [] for written in row[4:]]
        yield _Part(EVERYBODY, occurrence, stood.found(now, *map(len, several)))
        rows, *kinds = map(members.counted, several)
        for group in rows:
            found = stood.found(now, rows[group], *(kind[group] for kind in kinds))
            yield _Part(group, occurrence, found)


def _joined(session: Session, grouped: Collection[int], now: datetime) -> Iterator[_Part]:
    """For each group."""
    for group, occurrence, *row in session.execute(_of_groups(_by_state(grouped, _number))):
        yield _Part(group, occurrence, _Stood(*row[:4]).found(now, *row[4:]))


def _in_several_groups(session: Session) -> bool:
    """Whether any unit is: else groups and those without one add up to everybody."""
    several = select(Membership.unit_id).group_by(Membership.unit_id).having(func.count() > 1)
    return session.scalar(several.limit(1)) is not None


def _by_state(
    occurrences: Collection[int], measured: Callable[..., ColumnElement[Any]]
) -> Select[Any]:
    """As few comparisons a row as will do, in the order of the index: there are as many rows as
    units times dates."""
    at, late_at = Obligation.first_complete_at, Obligation.late_at
    place = (Occurrence.silent, Occurrence.late_at, Obligation.state, late_at)
    kinds = (at.is_(None), at >= late_at, at >= Occurrence.late_at)
    columns = (*place, measured(), *map(measured, kinds))
    return _counted(occurrences, *columns).group_by(Occurrence.id, *place)


def _number(kind: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    return func.count() if kind is None else _count(kind)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _units(kind: ColumnElement[bool] | None = None) -> ColumnElement[str]:
    """Their ids, with commas between."""
    unit = cast(Obligation.unit_id, String)
    return func.aggregate_strings(unit if kind is None else case((kind, unit)), ",")


class _Members:
    """Which units belong to which groups, by their ids as they are written."""

    def __init__(self, session: Session) -> None:
        units = func.aggregate_strings(cast(Membership.unit_id, String), ",")
        chosen = select(Membership.group_id, units).group_by(Membership.group_id)
        self._groups: dict[str, tuple[int | None, ...]] = {}
        for group, written in session.execute(chosen).tuples():
            for unit in written.split(","):
                self._groups[unit] = (*self._groups.get(unit, ()), group)

    def counted(self, units: Iterable[str]) -> Counter[int | None]:
        """By group; ten thousand units are in few different sets of groups."""
        found: Counter[int | None] = Counter()
        for several, count in Counter(map(self._groups.get, units)).items():
            for group in several or (None,):
                found[group] += count
        return found


def _exempt(occurrences: Collection[int]) -> Select[Any]:
    """One that was dropped is not called exempt."""
    exempt = Obligation.state == ObligationState.EXEMPT
    return (
        _counted(
            occurrences,
            _count(Obligation.dropped_in.is_(None)),
            _count(Obligation.decided_at > Occurrence.closed_at),
        )
        .where(exempt)
        .group_by(Occurrence.id)
    )


def _taken_over(occurrences: Collection[int], now: datetime) -> Select[Any]:
    """What ended with successors that sent it with parts missing; few rows, found by state."""
    missing = and_(Obligation.late_at <= now, ~Occurrence.silent)
    return (
        _counted(occurrences, func.count(), _count(missing))
        .where(Obligation.state == ObligationState.ENDED, incomplete())
        .group_by(Occurrence.id)
    )


def _add_taken(counts: Counts, received: int, missing: int) -> None:
    counts["incomplete"] += received
    counts["overdue"] -= missing


def _counted(
    occurrences: Collection[int],
    *columns: SQLColumnExpression[Any],
) -> Select[Any]:
    return (
        select(Occurrence.id, *columns)
        .select_from(Occurrence)
        .join(Obligation, Obligation.occurrence_id == Occurrence.id)
        .where(Occurrence.id.in_(occurrences), Obligation.counted)
    )


def _of_groups(counted: Select[Any]) -> Select[Any]:
    of_group = counted.outerjoin(Membership, Membership.unit_id == Obligation.unit_id)
    columns = of_group.selected_columns
    return of_group.with_only_columns(Membership.group_id, *columns).group_by(Membership.group_id)


def _add(counts: Counts, found: _Found) -> None:
    """As dondoc.verdicts judges one by one."""
    counts["rows"] += found.rows
    if found.state is ObligationState.EXEMPT:
        return
    counts.update(
        expected=found.rows,
        complete=found.complete,
        on_time=found.complete - found.extended - found.late,
        on_time_extended=found.extended,
        late=found.late,
    )
    if found.state in IN_REVIEW:
        counts["waiting"] += found.rows
    if found.state in RECEIVED_INCOMPLETE:
        counts["incomplete"] += found.rows - found.complete
    elif not found.silent:
        counts["overdue"] += found.missing
