"""Two processes, and a killed one, on the same rows: each letter once, none lost."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import func, insert, select

from dondoc.database import Database, open_database
from dondoc.settings import Settings
from dondoc.tables import Contact, Letter, LetterState, Notice, NoticeState, Role, Unit
from notifications.beat import beat
from notifications.folder import FolderTransport
from notifications.ledger import LEASE
from notifications.post import Post
from schedules.overrides import open_hours
from tests.cast import local
from tests.office import PLAN, Office

pytestmark = pytest.mark.slow  # processes of their own

UNITS = 150
AT = local(2024, 4, 1, 8)
PATIENCE = 60.0


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    with database.writing() as session:
        for number in range(UNITS):
            unit = Unit(code=f"x-{number:03}", name=f"Đơn vị {number}", kind="school")
            session.add(unit)
            session.flush()
            seats = [
                {"unit_id": unit.id, "role": role, "email": f"{role}.{number}@quan.example"}
                for role in (Role.OFFICER, Role.HEAD)
            ]
            session.execute(insert(Contact), seats)
    office.launch(PLAN.replace("{units: [p-1, p-2]}", "{kinds: [school]}"), at=local(2024, 3, 29))
    return office


def starting(database: Database, folder: Path, now: datetime) -> subprocess.Popen[bytes]:
    url = database.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.test_at_once", url, str(folder), now.isoformat()],
        cwd=Path(__file__).parents[2],
    )


def states(database: Database) -> dict[LetterState, int]:
    with database.reading() as session:
        rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return dict(rows.tuples().all())


def test_two_processes_triggered_at_once_send_each_letter_once(
    office: Office, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    processes = [starting(office.database, folder, AT) for folder in folders]
    assert [process.wait(PATIENCE) for process in processes] == [0, 0]
    written = Counter(path.name for folder in folders for path in folder.rglob("*.eml"))
    assert len(written) == UNITS
    assert set(written.values()) == {1}
    assert states(office.database) == {LetterState.SENT: UNITS}


def test_killed_while_sending_nothing_is_lost(office: Office, tmp_path: Path) -> None:
    """What a crash leaves unmarked goes out again, into the same file: the same Message-ID."""
    process = starting(office.database, tmp_path, AT)
    until = monotonic() + PATIENCE
    while len(list(tmp_path.rglob("*.eml"))) < UNITS // 3 and monotonic() < until:
        sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
    again = starting(office.database, tmp_path, AT + 2 * LEASE)
    assert again.wait(PATIENCE) == 0
    assert len(list(tmp_path.rglob("*.eml"))) == UNITS
    assert states(office.database) == {LetterState.SENT: UNITS}
    with office.database.reading() as session:
        told = select(func.count()).where(Notice.step == "T-14", Notice.state == NoticeState.SENT)
        assert session.scalar(told) == UNITS


def main(url: str, folder: str, now: str) -> None:
    settings = Settings()
    post = Post(
        database=open_database(url),
        transport=FolderTransport(Path(folder)),
        hours=open_hours(settings),
        settings=settings,
    )
    beat(post, datetime.fromisoformat(now))


if __name__ == "__main__":
    main(*sys.argv[1:])
