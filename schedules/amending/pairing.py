"""Which date of the new version is which occurrence of the old."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dondoc.plan import model
from dondoc.plan.due import Recurrence
from dondoc.tables import Milestone, Occurrence
from schedules.dating import DueFor


class Pair(NamedTuple):
    """An occurrence that stays, with its date; without `occurrence` one that is added."""

    milestone: model.Milestone
    row: Milestone
    occurrence: Occurrence | None
    due: DueFor


class Pairing(NamedTuple):
    """`dropped` are occurrences the new version has no date for, and has not dropped before."""

    pairs: tuple[Pair, ...]
    dropped: tuple[Occurrence, ...]


def pairing(
    milestones: Iterable[model.Milestone],
    rows: Mapping[str, Milestone],
    wanted: Mapping[str, Sequence[DueFor]],
) -> Pairing:
    """By key; the only date of a milestone that does not repeat is the same one wherever it moved.
    `rows` holds a row for every milestone, and for those the new version leaves out."""
    pairs: list[Pair] = []
    kept: set[int] = set()
    for milestone in milestones:
        row = rows[milestone.code]
        found = _of_milestone(milestone, row.occurrences, wanted[milestone.code])
        kept.update(one.id for one, _ in found if one is not None)
        pairs += [Pair(milestone, row, one, due) for one, due in found]
    every = (one for row in rows.values() for one in row.occurrences)
    dropped = [one for one in every if one.id not in kept and one.dropped_in is None]
    return Pairing(tuple(pairs), tuple(dropped))


def _of_milestone(
    milestone: model.Milestone, there: Sequence[Occurrence], wanted: Sequence[DueFor]
) -> list[tuple[Occurrence | None, DueFor]]:
    by_key = {one.key: one for one in there}
    found = [(by_key.get(due.dated.key), due) for due in wanted]
    if isinstance(milestone.due, Recurrence) or any(due.units is not None for due in wanted):
        return found
    taken = {one.id for one, _ in found if one is not None}
    left = [one for one in there if one.id not in taken]
    loose = [due for one, due in found if one is None]
    standing = [one for one in left if one.dropped_in is None] or left
    if len(loose) != 1 or len(standing) != 1:
        return found
    return [(one or standing[0], due) for one, due in found]
