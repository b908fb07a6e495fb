"""docs/reader.md prints the grammar as it is."""

from pathlib import Path

import pytest

from documents.reading.handbook import leads_table, leavings_table, shapes_table

PAGE = (Path(__file__).parents[3] / "docs" / "reader.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "table", [leads_table, shapes_table, leavings_table], ids=lambda t: t.__name__
)
def test_table_is_printed_as_it_is(table: object) -> None:
    assert callable(table)
    assert table() in PAGE
