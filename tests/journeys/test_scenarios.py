"""One change each in the middle of a small plan; every letter of the year is kept beside it.

DONDOC_UPDATE_SNAPSHOTS=1 writes them anew.
"""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from documents.unit_writing import write_units
from dondoc.units.export import unit_rows
from tests.cast import make_units
from tests.migrated import database_at

UPDATE = "DONDOC_UPDATE_SNAPSHOTS" in os.environ
FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "plan.yaml")
FEW = {"guard": {"DONDOC_GUARD_TIMES": "2", "DONDOC_GUARD_LEAST": "2"}}
"""what is unusual in an office of three"""


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cast as the workbook an office keeps."""
    folder = tmp_path_factory.mktemp("units")
    database = database_at(folder / "units.db")
    with database.writing() as session:
        make_units(session)
        write_units(folder / "units.xlsx", list(unit_rows(session)))
    database.close()
    return folder / "units.xlsx"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_scenario_gives_the_letters_it_gave(scenario: Path, units: Path) -> None:
    own = FOLDER / "plans" / scenario.name
    told = CliRunner(env=FEW.get(scenario.stem)).invoke(
        app,
        [
            "rehearse",
            str(own if own.exists() else FOLDER / "plan.yaml"),
            "--units",
            str(units),
            "--scenario",
            str(scenario),
        ],
    )
    assert told.exit_code == 0, told.output
    golden = scenario.with_suffix(".txt")
    if UPDATE:
        golden.write_text(told.stdout, encoding="utf-8")
    assert told.stdout == golden.read_text(encoding="utf-8")
