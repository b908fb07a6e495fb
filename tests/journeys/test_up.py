"""`dondoc up` without Prefect: the clock alone sends, one service a folder, nothing left behind."""

import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.address import PortTaken, free_port
from dondoc.database import Database
from tests.pressed import always_open, launch, states
from tests.service import Service, database_in, running, until

pytestmark = pytest.mark.slow  # processes of their own


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def database(data: Path) -> Iterator[Database]:
    opened = database_in(data)
    yield opened
    opened.close()


def _stopped_clean(service: Service) -> None:
    assert service.process.returncode == 0
    assert service.text().rstrip().endswith("Stopped.")
    assert service.others() == set()


def test_letters_leave_from_the_first_second(database: Database, data: Path) -> None:
    now = datetime.now(UTC)
    launch(database, {"T-7": now - timedelta(minutes=5), "T-3": now + timedelta(days=1)})
    with running(data, "--no-prefect", settings=always_open(data)) as service:
        until(lambda: states(database).get("sent") == 4, within=60)
        assert states(database) == {"planned": 4, "sent": 4}
        assert len(list((data / "letters").rglob("*.eml"))) == 4
        assert service.stop() < 20  # ten seconds, on a machine that it shares with other tests
        _stopped_clean(service)


def test_a_moment_that_comes_while_it_runs_is_kept_to_the_second(
    database: Database, data: Path
) -> None:
    at = datetime.now(UTC) + timedelta(seconds=8)
    launch(database, {"T-7": at})
    with running(data, "--no-prefect", settings=always_open(data)):
        until(lambda: states(database) == {"sent": 4}, within=60)
        assert datetime.now(UTC) - at < timedelta(seconds=20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_at_once_when_told(data: Path, number: signal.Signals) -> None:
    with running(data, "--no-prefect") as service:
        service.wait_for("Stop it with Ctrl-C")
        assert service.stop(number) < 10
        _stopped_clean(service)


def test_a_second_one_on_the_same_folder_is_refused(data: Path) -> None:
    with running(data, "--no-prefect") as first:
        first.wait_for("Stop it with Ctrl-C")
        with running(data, "--no-prefect") as second:
            assert second.process.wait(60) == 2
            assert second.text() == (
                f"dondoc is already running on the data folder {data} "
                f"(process {first.process.pid}).\n"
            )


def test_after_a_kill_the_folder_is_free_again(data: Path) -> None:
    with running(data, "--no-prefect") as first:
        first.wait_for("Stop it with Ctrl-C")
        first.stop(signal.SIGKILL)
    with running(data, "--no-prefect") as second:
        second.wait_for("Stop it with Ctrl-C")


def test_a_configured_port_in_use_is_said_in_one_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = {"DONDOC_PREFECT_PORT": str(port), "DONDOC_PORTAL": "false"}
        with running(data, settings=settings) as service:
            assert service.process.wait(60) == 2
            assert service.text() == (
                f"Port {port} is in use by another program: "
                "choose another with --port or DONDOC_PREFECT_PORT.\n"
            )
            assert service.others() == set()


def test_the_default_port_in_use_gives_way_to_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert port < free_port(port, exactly=False) < port + 50
        with pytest.raises(PortTaken):
            free_port(port, exactly=True)


def test_a_wrong_setting_starts_nothing(data: Path) -> None:
    with running(data, settings={"DONDOC_PREFECT_PORT": "many"}) as service:
        assert service.process.wait(60) == 2
        assert "DONDOC_PREFECT_PORT" in service.text()
