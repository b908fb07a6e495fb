from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.checkup import checkup
from cli.finding import Finding
from cli.main import app
from dondoc.settings import load
from tests.cast import make_plan, make_units
from tests.migrated import own_database

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)


def _found(settings: Mapping[str, object] | None = None) -> dict[str, Finding]:
    return {one.what.en: one for one in checkup(load(**(settings or {})), NOW)}


def _wrong(**settings: object) -> list[str]:
    return [name for name, finding in _found(settings).items() if not finding.well]


def test_a_new_installation_only_lacks_its_service() -> None:
    assert _wrong() == ["Prefect"]
    assert _wrong(prefect=False) == []


def test_a_folder_that_cannot_be_written_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = _found({"data": tmp_path / "file" / "data", "database_url": "sqlite://"})
    assert not found["Data folder"].well
    assert "DONDOC_DATA" in str(found["Data folder"].mend)


def test_a_database_that_cannot_be_reached_is_wrong() -> None:
    found = _found({"database_url": "postgresql://nobody:secret@127.0.0.1:1/nothing"})
    assert not found["Database"].well
    assert "secret" not in str(found["Database"].said)


def test_years_that_are_not_decreed_are_named(tmp_path: Path) -> None:
    database = own_database()
    with database.writing() as session:
        plan = make_plan(session, make_units(session))
        plan.period_to = date(2090, 12, 31)
    database.close()
    found = _found()["Calendar"]
    assert found.note
    assert "2090" in found.said.en
    assert "DONDOC_CALENDAR_FILE" in str(found.mend)


def test_a_mail_server_that_does_not_answer_is_wrong() -> None:
    found = _found({"mail": "smtp", "smtp_host": "127.0.0.1", "smtp_port": 1})
    assert not found["Mail"].well


def test_the_mailbox_for_returned_mail_is_opened(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1").write_text("")

    well = _found({"bounce_mailbox": f"maildir:{tmp_path}"})["Returned mail"]
    gone = _found({"bounce_mailbox": f"maildir:{tmp_path / 'gone'}"})["Returned mail"]

    assert (well.said.en, well.well) == ("1 messages unread", True)
    assert not gone.well
    assert "DONDOC_BOUNCE_MAILBOX" in str(gone.mend)


def test_the_command_says_how_to_mend_and_exits_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    wrong = CliRunner().invoke(app, ["doctor"])
    assert wrong.exit_code == 1
    assert "Start `dondoc up`" in wrong.output
    monkeypatch.setenv("DONDOC_PREFECT", "false")
    well = CliRunner().invoke(app, ["doctor"])
    assert (well.exit_code, well.output.splitlines()[-1]) == (0, "All is well.")
