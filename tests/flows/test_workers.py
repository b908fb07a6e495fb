"""prefect.yaml as an operator of several machines uses it: a pool, a worker, one run."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.prefect_environment import remote
from tests.service import Api, until

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect"), pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PREFECT = Path(sys.executable).with_name("prefect")


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


def test_a_worker_runs_what_prefect_yaml_deploys(prefect: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = remote(prefect, tmp_path / "home") | {"DONDOC_DATA": str(data)}
    for command in (
        ("work-pool", "create", "dondoc", "--type", "process"),
        ("--no-prompt", "deploy", "--all"),
    ):
        done = subprocess.run(
            [PREFECT, *command], env=environment, cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    api = Api(prefect)
    deployed = api.deployments()["thu-bao-cao"]
    assert deployed["work_pool_name"] == "dondoc"
    [schedule] = deployed["schedules"]
    assert schedule["schedule"]["timezone"] == "Asia/Ho_Chi_Minh"
    run = api.post(f"/deployments/{deployed['id']}/create_flow_run")["id"]
    with _worker(environment, tmp_path):
        until(lambda: api.runs(id={"any_": [run]})[0]["state_type"] == "COMPLETED", within=180)
    [ended] = api.runs(id={"any_": [run]})
    assert "0 closed, 0 nudges" in ended["state"]["message"]
    assert (data / "dondoc.db").exists()
