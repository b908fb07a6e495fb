"""prefect.yaml as an operator of several machines uses it: a pool, a worker, one run."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli.prefect_environment import remote
from dondoc.database import Database
from dondoc.tables import Letter, LetterState
from notifications.smtp import SmtpTransport
from tests.mail_server import MailServer, running
from tests.outbox_cast import NOW, drain_all, settings
from tests.pressed import always_open
from tests.service import Api, processes_on, until
from tests.urgent import make_sign_in_letters

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect"), pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PREFECT = Path(sys.executable).with_name("prefect")


LETTERS = 200
SOME = 20


@pytest.fixture(scope="module")
def pool(prefect: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `prefect.yaml` deploys is there; the environment of an operator's commands."""
    environment = remote(prefect, tmp_path_factory.mktemp("home"))
    for command in (
        ("work-pool", "create", "dondoc", "--type", "process"),
        ("--no-prompt", "deploy", "--all"),
    ):
        done = subprocess.run(
            [PREFECT, *command], env=environment, cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return environment


@contextmanager
def _worker(environment: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [PREFECT, "worker", "start", "--pool", "dondoc", "--limit", "1"],
            env=environment | {"PREFECT_WORKER_QUERY_SECONDS": "1"},
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            worker.terminate()
            try:
                worker.wait(10)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


def test_a_worker_runs_what_prefect_yaml_deploys(
    prefect: str, pool: dict[str, str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    api = Api(prefect)
    deployed = api.deployments()["thu-bao-cao"]
    assert deployed["work_pool_name"] == "dondoc"
    [schedule] = deployed["schedules"]
    assert schedule["schedule"]["timezone"] == "Asia/Ho_Chi_Minh"
    run = api.post(f"/deployments/{deployed['id']}/create_flow_run")["id"]
    with _worker(pool | {"DONDOC_DATA": str(data)}, tmp_path):
        until(lambda: api.runs(id={"any_": [run]})[0]["state_type"] == "COMPLETED", within=180)
    [ended] = api.runs(id={"any_": [run]})
    assert "0 closed, 0 nudges" in ended["state"]["message"]
    assert (data / "dondoc.db").exists()


def test_a_run_that_is_told_to_end_finishes_what_is_on_its_way(
    prefect: str, pool: dict[str, str], sqlite: Database, tmp_path: Path
) -> None:
    """SIGTERM, as when its pod is moved or its run is cancelled."""
    make_sign_in_letters(sqlite, LETTERS, NOW)
    data = tmp_path / "data"
    api = Api(prefect)
    deployment = api.deployments()["nhac-han"]["id"]
    with running(MailServer(waits=lambda _to: 0.25)) as server:
        environment = pool | always_open(data) | _mail(server, sqlite, data)
        with _worker(environment, tmp_path):
            body = {"parameters": {"moment": "some"}}
            api.post(f"/deployments/{deployment}/create_flow_run", **body)
            until(lambda: len(server.mails) >= SOME, within=180)
            (run,) = _runs_on(data)
            os.kill(run, signal.SIGTERM)
            until(lambda: run not in _runs_on(data), within=60)
        before = _states(sqlite)
        assert SOME <= before[LetterState.SENT] == len(server.mails) < LETTERS
        assert before[LetterState.QUEUED] == LETTERS - len(server.mails)
        assert list((data / "journals").glob("*/*")) == []
        server.waits = lambda _to: 0
        drain_all(sqlite, SmtpTransport(settings(server.port)))

    arrived = Counter(mail.message_id for mail in server.mails)
    assert (len(arrived), arrived.total()) == (LETTERS, LETTERS)
    assert _states(sqlite) == {LetterState.SENT: LETTERS}


def _mail(server: MailServer, database: Database, data: Path) -> dict[str, str]:
    return {
        "DONDOC_DATA": str(data),
        "DONDOC_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "DONDOC_MAIL": "smtp",
        "DONDOC_MAIL_FROM": "dondoc@quan.example",
        "DONDOC_SMTP_PORT": str(server.port),
        "DONDOC_SMTP_SECURITY": "none",
    }


def _runs_on(data: Path) -> set[int]:
    """The processes that a worker has started, one for each run."""
    return {one for one in processes_on(data) if b"PREFECT__FLOW_RUN_ID=" in _environment(one)}


def _environment(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return b""


def _states(database: Database) -> dict[LetterState, int]:
    with database.reading() as session:
        rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return dict(rows.tuples().all())
