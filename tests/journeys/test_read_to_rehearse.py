"""An official reads a signed plan, corrects one line, and rehearses the year."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app
from tests.documents.reading import papers

UNITS = Path(__file__).parents[2] / "samples" / "binh-chanh-2024" / "units.xlsx"


def dondoc(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_word_document_becomes_letters(tmp_path: Path) -> None:
    document = papers.word(tmp_path / "plan.docx")
    draft = tmp_path / "plan.yaml"
    dondoc("read", document, "--units", UNITS, "-o", draft)

    text = draft.read_text(encoding="utf-8")
    assert "due: 2024-11-15" in text
    draft.write_text(text.replace("due: 2024-11-15", "due: 2024-11-20"), encoding="utf-8")
    dondoc("check", draft)
    letters = [
        json.loads(line)
        for line in dondoc("rehearse", draft, "--units", UNITS, "--json").splitlines()
    ]

    due = {item["due"] for letter in letters for item in letter["items"]}
    assert due == {"2024-02-28", "2024-06-10", "2024-11-20"}
