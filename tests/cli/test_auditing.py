import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from cli.main import app
from dondoc.database import Database
from dondoc.errors import NotFound
from dondoc.record import Entry, enter, subject_of
from tests.cast import local, make_plan, make_units
from tests.migrated import own_database


@pytest.fixture
def database() -> Iterator[Database]:
    """An extension and a launch in the record."""
    database = own_database()
    with database.writing() as session:
        make_plan(session, make_units(session))
        launched = Entry(actor="an", action="launch", subject=subject_of("ke-hoach"))
        enter(session, launched, now=local(2024, 3, 29, 9))
        extended = Entry(
            actor="an",
            on_behalf="noi-vu",
            action="extend",
            subject=subject_of("ke-hoach", "dang-ky", "p-1"),
            reason="bão số 3",
            before={"due_on": "2024-04-15"},
            after={"due_on": "2024-04-22"},
        )
        enter(session, extended, now=local(2024, 4, 12, 9, 30))
    yield database
    database.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["audit", *words], catch_exceptions=False)


def test_audit_tells_who_decided_what_and_why(database: Database) -> None:
    row = run("--unit", "p-1").output.splitlines()[2]
    assert [part.strip() for part in row.split("│")] == [
        "2",
        "12/04/2024 09:30",
        "an (noi-vu)",
        "gia hạn",
        "ke-hoach/dang-ky/p-1",
        "lý do: bão số 3",
    ]


def test_audit_since_a_day_as_json(database: Database) -> None:
    (line,) = run("--since", "12/04/2024", "--plan", "ke-hoach", "--json").output.splitlines()
    found = json.loads(line)
    assert (found["number"], found["action"]) == (2, "extend")
    assert found["at"] == "2024-04-12T09:30:00+07:00"
    assert found["after"] == {"due_on": "2024-04-22"}
    assert len(run("--json").output.splitlines()) == 2


def test_nothing_decided_yet() -> None:
    assert run().output == "Chưa có quyết định nào.\n"


def test_unknown_plan_is_refused(database: Database) -> None:
    with pytest.raises(NotFound):
        run("--plan", "ke-hoac")


def test_whole_record_gives_a_hash_to_note_down(database: Database) -> None:
    result = run("--verify")
    assert result.exit_code == 0
    assert result.output.startswith("Nhật ký nguyên vẹn: 2 mục.")
    noted = result.output.split()[-1]
    assert run("--verify", "--holds", noted).exit_code == 0
    assert run("--holds", "f" * 64).exit_code == 1


def test_altered_record_names_the_first_broken_entry(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DROP TRIGGER events_no_update"))
        session.execute(text("UPDATE events SET actor = 'bình' WHERE number = 2"))
    result = run("--verify")
    assert result.exit_code == 1
    assert "BỊ ĐỨT ở mục số 2: nội dung đã bị sửa" in result.output
    found = json.loads(run("--verify", "--json").output)
    assert (found["whole"], found["broken_at"], found["entries"]) == (False, 2, 1)
