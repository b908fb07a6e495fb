"""An official reads a signed plan, corrects one line, rehearses the year and launches it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.documents.reading import papers

UNITS = Path(__file__).parents[2] / "samples" / "binh-chanh-2024" / "units.xlsx"
YEAR = datetime.now(UTC).year + 1
"""Launched now, so the plan is next year's."""


def dondoc(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """The draft of a Word document, one line changed."""
    document = papers.word(tmp_path / "plan.docx", year=YEAR)
    draft = tmp_path / "plan.yaml"
    dondoc("read", document, "--units", UNITS, "-o", draft)
    text = draft.read_text(encoding="utf-8")
    assert text.count(f"due: {YEAR}-11-15") == 1
    draft.write_text(text.replace(f"due: {YEAR}-11-15", f"due: {YEAR}-11-20"), encoding="utf-8")
    return draft


DUES = {f"{YEAR}-02-28", f"{YEAR}-06-10", f"{YEAR}-11-20"}


def test_word_document_becomes_letters(corrected: Path) -> None:
    dondoc("check", corrected, "--units", UNITS)
    letters = [
        json.loads(line)
        for line in dondoc("rehearse", corrected, "--units", UNITS, "--json").splitlines()
    ]

    assert {item["due"] for letter in letters for item in letter["items"]} == DUES


def test_word_document_is_launched(corrected: Path) -> None:
    dondoc("units", "import", UNITS)
    dondoc("launch", corrected)

    told = json.loads(dondoc("status", "45-kh-ubnd", "--json"))

    assert {occurrence["due"] for occurrence in told["occurrences"]} == DUES
    assert all(occurrence["expected"] for occurrence in told["occurrences"])
