"""A table as it stands in a file, before anybody knows what its columns mean."""

from collections.abc import Iterator
from typing import NamedTuple

MOST_BYTES = 32_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 40


class Unusable(NamedTuple):
    """A cell without a value of its own: a formula never calculated, or an Excel error."""

    cell: str
    error: str | None = None


class Line(NamedTuple):
    """`number` as the spreadsheet program shows it."""

    number: int
    cells: tuple[object, ...]

    @property
    def blank(self) -> bool:
        return all(
            cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.cells
        )


Lines = Iterator[Line]
