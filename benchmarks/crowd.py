"""Many units: the sample district's, repeated."""

from collections.abc import Iterator
from pathlib import Path

from documents.unit_sheet import read_units
from dondoc.units.rows import Person, UnitRow

SAMPLE = Path(__file__).parents[1] / "samples" / "quan-7-2024"
APART = ("phong-noi-vu", "hoi-dong-tdkt", "ubnd-quan-7")
"""the standing office and the boards: there is one of each"""


def crowd(count: int) -> list[UnitRow]:
    """`count` units, or the sample's own where it has more."""
    rows = read_units(SAMPLE / "units.xlsx")
    more = _repeated([row for row in rows if row.code not in APART])
    while len(rows) < count:
        rows.append(next(more))
    return rows


def _repeated(rows: list[UnitRow]) -> Iterator[UnitRow]:
    round_number = 0
    while True:
        round_number += 1
        for row in rows:
            yield row.model_copy(
                update={
                    "code": f"{row.code}-{round_number}",
                    "heads": {},
                    "officers": tuple(_moved(one, round_number) for one in row.officers),
                    "head": _moved(row.head, round_number),
                    "deputy": _moved(row.deputy, round_number) if row.deputy else row.deputy,
                }
            )


def _moved(person: Person, round_number: int) -> Person:
    return person._replace(email=person.email and f"{round_number}.{person.email}")
