"""What is wrong with a spreadsheet somebody gave us."""

from collections.abc import Sequence
from pathlib import Path

from dondoc.errors import DondocError
from dondoc.units.rows import Refusal
from dondoc.words import Words


class SheetWrong(DondocError):
    """{file}: {why}"""

    vi = "{file}: {why}"


def wrong(path: Path, vi: str, en: str) -> SheetWrong:
    return SheetWrong(file=path.name, why=Words(vi, en))


def wrong_rows(path: Path, refusals: Sequence[Refusal]) -> SheetWrong:
    """Names every row with its reason."""
    vi = [f"  dòng {row} ({code}): {why.vi}" for row, code, why in refusals]
    en = [f"  row {row} ({code}): {why.en}" for row, code, why in refusals]
    return wrong(path, "\n".join(["", *vi]), "\n".join(["", *en]))
