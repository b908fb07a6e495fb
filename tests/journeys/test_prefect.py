"""A day of `dondoc up` with a real Prefect server, told from the operator's side.

One office for all tests, because a server takes its time to start; each test starts it again
where the one before has killed it.
"""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cli.prefect_environment import url_of
from dondoc.database import Database
from dondoc.probing import answers
from dondoc.tables import Letter, Notice, Plan
from tests.prefect_service import free_port
from tests.pressed import always_open, launch, states
from tests.service import DONDOC, Api, Service, database_in, starting, until

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

READY = "Prefect is ready"
DEPLOYMENTS = 6
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Office:
    data: Path
    port: int
    database: Database
    service: Service | None = field(default=None)

    @property
    def api(self) -> Api:
        return Api(url_of(self.port))

    def started(self, **settings: str) -> Service:
        """Ready; running already unless it was stopped or killed."""
        if self.service is None or self.service.process.poll() is not None:
            known = always_open(self.data) | settings
            self.service = starting(self.data, "--port", str(self.port), settings=known)
            self.service.wait_for(READY)
        return self.service

    def moments(self, plan: str) -> list[dict[str, Any]]:
        return self.api.runs(tags={"all_": ["moment", plan]})

    def ended(self, run: str) -> dict[str, Any]:
        """The run's state, once it is final."""
        until(lambda: self._state(run)["type"] in FINAL, within=120)
        return self._state(run)

    def start(self, deployment: str, **parameters: Any) -> dict[str, Any]:
        """As the UI's Run button does; the state in which it ended."""
        until(lambda: deployment in self.api.deployments(), within=120)
        found = self.api.deployments()[deployment]
        path = f"/deployments/{found['id']}/create_flow_run"
        return self.ended(self.api.post(path, parameters=parameters)["id"])

    def _state(self, run: str) -> dict[str, Any]:
        [found] = self.api.runs(id={"any_": [run]})
        known: dict[str, Any] = found["state"]
        return known


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """With a plan whose next reminder is tomorrow."""
    data = tmp_path_factory.mktemp("office") / "data"
    data.mkdir()
    database = database_in(data)
    launch(database, {"T-3": _in(days=1), "T-1": _in(days=2), "T-0": _in(days=12)})
    office = Office(data, free_port(), database)
    yield office
    if office.service is not None:
        office.service.end()
    database.close()


def _all_ready(office: Office) -> bool:
    known = office.api.deployments()
    return len(known) == DEPLOYMENTS and {one["status"] for one in known.values()} == {"READY"}


def _in(**delta: float) -> datetime:
    return datetime.now(UTC) + timedelta(**delta)


def test_the_operator_sees_what_comes(office: Office) -> None:
    office.started()
    until(lambda: len(office.moments("ke-hoach")) == 3, within=120)
    runs = office.moments("ke-hoach")
    assert [run["name"] for run in runs] == [
        "ke-hoach · Đăng ký thi đua · nhắc hạn T-3",
        "ke-hoach · Đăng ký thi đua · nhắc hạn T-1",
        "ke-hoach · Đăng ký thi đua · đóng kỳ",
    ]
    assert {run["state_name"] for run in runs} == {"Scheduled"}
    until(lambda: _all_ready(office), within=120)


def test_the_doctor_finds_that_schedules_yield_runs(office: Office) -> None:
    office.started()
    settings = always_open(office.data) | {"DONDOC_DATA": str(office.data), "COLUMNS": "200"}
    told = subprocess.run(
        [DONDOC, "doctor"],
        env=dict(os.environ) | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
    assert "lịch sinh lượt chạy sau" in told.stdout


def test_the_operator_starts_a_flow_by_hand(office: Office) -> None:
    service = office.started()
    dry = office.start("nhac-han", plan="ke-hoach", unit="p-1", dry_run=True)
    assert dry["type"] == "COMPLETED"
    assert "dry run: 1 of 1 notices" in dry["message"]
    assert states(office.database) == {"planned": 12}

    done = office.start("nhac-han", plan="ke-hoach", unit="p-1")
    assert "1 of 1 notices" in done["message"]
    assert states(office.database) == {"planned": 12, "sent": 1}

    wrong = office.start("tong-hop", plan="ke-hoac")
    assert wrong["type"] == "FAILED"
    assert "ke-hoach" in wrong["message"]

    assert office.start("tong-hop", plan="ke-hoach")["type"] == "COMPLETED"
    assert len(list((service.data / "reports").glob("ke-hoach-*.xlsx"))) == 1
    artifacts = office.api.post("/artifacts/filter")
    tables = {one["key"] for one in artifacts if one["type"] == "table"}
    assert tables == {"remind-ke-hoach", "consolidate-ke-hoach"}
    assert "@quan.example" not in str(artifacts) + str(office.api.runs())


def test_a_due_moment_is_run_once_and_says_whom_it_told(office: Office) -> None:
    office.started()
    launch(office.database, {"T-7": _in(seconds=20)}, code="gan", owing=["p-2"])
    until(lambda: states(office.database, code="gan") == {"sent": 1}, within=120)
    [run, _] = office.moments("gan")
    assert run["name"] == "gan · Đăng ký thi đua · nhắc hạn T-7"
    assert "1 letters, 1 notices, 0 skipped" in office.ended(run["id"])["message"]
    again = office.start("diem-tin-tuan", plan="gan")
    assert "Nothing was due" in again["message"]
    assert states(office.database, code="gan") == {"sent": 1}


def test_published_runs_survive_a_killed_server_and_are_not_doubled(office: Office) -> None:
    service = office.started()
    until(lambda: len(office.moments("ke-hoach")) == 3, within=120)
    before = [run["id"] for run in office.moments("ke-hoach")]
    [server] = [pid for pid in service.others() if b"prefect_server" in _command(pid)]
    os.kill(server, signal.SIGKILL)
    until(lambda: server not in service.others(), within=60)
    until(lambda: answers(office.api.url), within=120)
    assert office.start("diem-tin-tuan")["type"] == "COMPLETED"
    assert [run["id"] for run in office.moments("ke-hoach")] == before


def test_a_kill_leaves_no_process_and_the_next_start_goes_on(office: Office) -> None:
    service = office.started()
    until(lambda: len(office.moments("ke-hoach")) == 3, within=120)
    before = [run["id"] for run in office.moments("ke-hoach")]
    service.stop(signal.SIGKILL)
    until(lambda: service.others() == set(), within=60)
    _leave_running(office.data / "prefect" / "prefect.db", before[0])
    office.started(DONDOC_PREFECT_GRACE="4")
    assert office.ended(before[0])["type"] == "CRASHED"
    assert [run["id"] for run in office.moments("ke-hoach")] == before


def test_a_hanging_prefect_delays_no_letter_beyond_the_grace(office: Office) -> None:
    service = office.started(DONDOC_PREFECT_GRACE="4")
    until(lambda: _all_ready(office), within=120)
    at = _in(seconds=60)  # several ticks of the clock ahead
    launch(office.database, {"T-7": at}, code="treo", owing=["p-3"])
    until(lambda: len(office.moments("treo")) == 2, within=58)
    for pid in service.others():
        os.kill(pid, signal.SIGSTOP)
    assert datetime.now(UTC) < at
    until(lambda: states(office.database, code="treo") == {"sent": 1}, within=120)
    assert _sent_at(office.database, "treo") - at < timedelta(seconds=4 + 15)
    assert service.stop() < 20  # its patience is 9 seconds; another journey shares the machine
    assert service.process.returncode == 0
    assert service.others() == set()


def _sent_at(database: Database, code: str) -> datetime:
    with database.reading() as session:
        of_plan = select(Letter.sent_at).join(Notice).join(Plan).where(Plan.code == code)
        [at] = session.scalars(of_plan)
    assert at is not None
    return at


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _leave_running(file: Path, run: str) -> None:
    """As if the runner had been killed in the middle of this run."""
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(
            "UPDATE flow_run SET state_type = 'RUNNING', state_name = 'Running' WHERE id = ?",
            (run,),
        )
    connection.close()
