"""How many obligations stand how. The database groups them by state, from one index alone
(ix_obligations_standing); a plan of ten thousand units comes back as some hundred rows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from dondoc.tables import (
    IN_REVIEW,
    Membership,
    Obligation,
    ObligationState,
    Occurrence,
)
from dondoc.verdicts import incomplete

Counts = Counter[str]
"""By the names of a Tally's counts, and `exempted_since` the close."""

RECEIVED_INCOMPLETE = (ObligationState.INCOMPLETE, ObligationState.ACCEPTED)


class _Found(NamedTuple):
    """Of one state; `missing`: nothing complete came and lateness has begun."""

    silent: bool
    state: ObligationState
    rows: int
    complete: int
    extended: int
    late: int
    missing: int


def by_occurrence(
    session: Session, occurrences: Collection[int], now: datetime
) -> Mapping[int, Counts]:
    """What a successor hands in counts for the unit that owed it when it was due."""
    counted: dict[int, Counts] = defaultdict(Counter)
    for occurrence, *row in session.execute(_by_state(occurrences, now)):
        _add(counted[occurrence], _Found(*row))
    for occurrence, exempt, since in session.execute(_exempt(occurrences)):
        counted[occurrence].update(exempt=exempt, exempted_since=since)
    for occurrence, *taken in session.execute(_taken_over(occurrences, now)):
        _add_taken(counted[occurrence], *taken)
    return counted


def by_group(
    session: Session, occurrences: Collection[int], now: datetime
) -> Mapping[int | None, Mapping[int, Counts]]:
    """By group (None: in none) and occurrence; a unit in two groups counts in both."""
    counted: dict[int | None, dict[int, Counts]] = defaultdict(lambda: defaultdict(Counter))
    for group, occurrence, *row in session.execute(_of_groups(_by_state(occurrences, now))):
        _add(counted[group][occurrence], _Found(*row))
    for group, occurrence, exempt, since in session.execute(_of_groups(_exempt(occurrences))):
        counted[group][occurrence].update(exempt=exempt, exempted_since=since)
    for group, occurrence, *taken in session.execute(_of_groups(_taken_over(occurrences, now))):
        _add_taken(counted[group][occurrence], *taken)
    return counted


def _by_state(occurrences: Collection[int], now: datetime) -> Select[Any]:
    """As few comparisons a row as will do: there are as many rows as units times dates."""
    at, late_at = Obligation.first_complete_at, Obligation.late_at
    return _counted(
        occurrences,
        Occurrence.silent,
        Obligation.state,
        func.count(),
        func.count(at),
        _count(and_(at < late_at, at >= Occurrence.late_at)),
        _count(at >= late_at),
        _count(and_(at.is_(None), late_at <= now)),
    ).group_by(Occurrence.id, Occurrence.silent, Obligation.state)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


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
    *columns: ColumnElement[Any] | InstrumentedAttribute[Any],
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
