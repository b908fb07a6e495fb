"""A real Prefect server as `dondoc up` starts it, for the tests."""

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from cli.prefect_environment import embedded, url_of
from cli.supervisor import Child, Supervisor
from dondoc.probing import answers

PATIENCE = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_child(home: Path, port: int) -> Child:
    return Child(
        name="prefect-server",
        command=("cli.prefect_server", "--port", str(port), "--home", str(home)),
        environment=embedded(home, port),
    )


def wait_for_server(port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not answers(url_of(port)):
        if time.monotonic() > until:
            raise TimeoutError(log.read_text(errors="replace")[-2000:])
        time.sleep(0.2)


@contextmanager
def running_server(folder: Path) -> Iterator[int]:
    """Yields the port."""
    home, port = folder / "prefect", free_port()
    home.mkdir(parents=True, exist_ok=True)
    with Supervisor([server_child(home, port)], logs=folder / "logs") as supervisor:
        wait_for_server(port, supervisor.log_of("prefect-server"))
        yield port


def in_loop(url: str, story: Callable[[PrefectClient], Coroutine[Any, Any, None]]) -> None:
    """Runs the story against the server in a thread with an event loop of its own, as the runner
    does; what it raises is raised here."""

    async def told() -> None:
        async with get_client() as client:
            await story(client)

    def run() -> None:
        with temporary_settings({PREFECT_API_URL: url, PREFECT_LOGGING_TO_API_ENABLED: False}):
            asyncio.run(told())

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()
