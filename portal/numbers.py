"""Numbers in addresses and forms: what no row can have is no page."""

from typing import Annotated

from fastapi import Path, Query

GREATEST = 2**31 - 1
"""of a row, as PostgreSQL counts"""

Number = Annotated[int, Path(ge=1, le=GREATEST)]
Row = Annotated[int, Query(ge=1, le=GREATEST)]
Few = Annotated[int, Query(ge=-GREATEST, le=GREATEST)]
"""Pages and days: whoever takes one brings it into its range."""


def number_in(text: str) -> int | None:
    """Of a row or a revision, in a form; None for nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
