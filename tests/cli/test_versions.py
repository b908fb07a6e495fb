import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from dondoc.queries import plan_by_code
from dondoc.tables import Version
from tests.cast import local
from tests.migrated import own_database
from tests.office import PLAN, Office

SECOND = PLAN.replace("due: 2024-04-15", "due: 2024-04-22")


@pytest.fixture(autouse=True)
def amended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan in its second version."""
    monkeypatch.setenv("COLUMNS", "120")
    database = own_database()
    Office(database).launch(at=local(2024, 3, 29))
    with database.writing() as session:
        plan = plan_by_code(session, "thi-dua")
        plan.revision, plan.source = 2, SECOND
        at = local(2024, 4, 2, 10, 5)
        row = Version(
            plan_id=plan.id, number=2, at=at, actor="an", reason="CV 77/UBND", source=SECOND
        )
        session.add(row)
    database.close()


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["history", "thi-dua", *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_history_tells_who_changed_what_and_why() -> None:
    first, second, why, *table = run().splitlines()
    assert first == "Phiên bản 1 · 29/03/2024 09:00 · dondoc · phát động"
    assert second == "Phiên bản 2 · 02/04/2024 10:05 · an"
    assert why == "Lý do: CV 77/UBND"
    cells = [[cell.strip() for cell in line.split("│")] for line in table if "│" in line]
    assert cells == [["dang-ky", "hạn", "15/04/2024", "22/04/2024"]]


def test_history_as_json() -> None:
    first, second = map(json.loads, run("--json").splitlines())
    assert first["changes"] is None
    assert (second["version"], second["at"]) == (2, "2024-04-02T10:05:00+07:00")
    assert second["changes"]["altered"] == [
        {"milestone": "dang-ky", "field": "due", "before": "15/04/2024", "after": "22/04/2024"}
    ]


def test_the_file_of_a_version_can_be_had_again(tmp_path: Path) -> None:
    assert run("--show", "1") == PLAN
    assert run("--show", "2") == SECOND
