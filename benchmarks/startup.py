"""How long `dondoc up` takes to be of use, beside `prefect server start` alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import httpx

from cli.address import free_port
from cli.prefect_environment import embedded, url_of

PATIENCE = 180.0


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"{url_of(port)}/health", timeout=1).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> float:
    start = monotonic()
    while not ready():
        if process.poll() is not None or monotonic() - start > PATIENCE:
            raise RuntimeError("the process did not become ready")
        sleep(0.05)
    return monotonic() - start


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def server_alone() -> float:
    with TemporaryDirectory(prefix="dondoc-bench-") as name:
        port = free_port(4700, exactly=False)
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
            env=embedded(Path(name), port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return _until(lambda: _answers(port), process)
        finally:
            _stop(process)


def up() -> tuple[float, float]:
    """Seconds until the clock has beaten (letters leave), and until Prefect answers."""
    with TemporaryDirectory(prefix="dondoc-bench-") as name:
        port = free_port(4800, exactly=False)
        process = subprocess.Popen(
            [sys.executable, "-c", "from cli.main import run; run()", "up", "--port", str(port)],
            env={**os.environ, "DONDOC_DATA": name},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            first = _until(lambda: bool(process.stdout and process.stdout.readline()), process)
            return first, first + _until(lambda: _answers(port), process)
        finally:
            _stop(process)


def run() -> None:
    alone = server_alone()
    beating, with_prefect = up()
    print(f"prefect server start alone answers after {alone:.1f} s")
    print(f"dondoc up: clock running after {beating:.1f} s, Prefect after {with_prefect:.1f} s")
    print(f"startup: dondoc up to prefect alone: {with_prefect / alone:.2f}")
