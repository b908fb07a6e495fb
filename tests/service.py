"""`dondoc up` as its user starts it, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from dondoc.database import Database, open_database
from dondoc.migration import migrate

DONDOC = Path(sys.executable).with_name("dondoc")


@dataclass
class Service:
    process: subprocess.Popen[bytes]
    data: Path
    said: Path

    def text(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def wait_for(self, words: str, *, within: float = 180) -> None:
        until(lambda: words in self.text() or self.process.poll() is not None, within=within)
        assert words in self.text(), self.text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Seconds it took to end."""
        start = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - start

    def end(self) -> None:
        if self.process.poll() is None:
            self.stop()

    def others(self) -> set[int]:
        """Processes working on the same data folder, other than `dondoc up` itself."""
        return processes_on(self.data) - {self.process.pid}

    def log(self, name: str) -> str:
        return (self.data / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(
    data: Path, *options: str, settings: Mapping[str, str] | None = None
) -> Iterator[Service]:
    service = starting(data, *options, settings=settings)
    try:
        yield service
    finally:
        service.end()


def starting(data: Path, *options: str, settings: Mapping[str, str] | None = None) -> Service:
    data.mkdir(parents=True, exist_ok=True)
    said = data / f"said-{time.monotonic_ns()}.log"
    environment = dict(os.environ) | {"DONDOC_DATA": str(data), "DONDOC_LANGUAGE": "en"}
    with said.open("wb") as out:
        process = subprocess.Popen(
            [DONDOC, "up", *options],
            env=environment | dict(settings or {}),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return Service(process, data, said)


def until(true: Callable[[], Any], *, within: float) -> None:
    """Raises TimeoutError."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)


def processes_on(data: Path) -> set[int]:
    """Linux only; elsewhere none are found."""
    mark = f"DONDOC_DATA={data}".encode()
    return {
        int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if _has(path, mark)
    }


def _has(path: Path, mark: bytes) -> bool:
    try:
        return mark in path.read_bytes().split(b"\0")
    except OSError:
        return False


def database_in(data: Path) -> Database:
    database = open_database(f"sqlite:///{data / 'dondoc.db'}")
    migrate(database)
    return database


@dataclass(frozen=True)
class Api:
    """What an operator sees in Prefect's UI."""

    url: str

    def post(self, path: str, **body: Any) -> Any:
        answer = httpx.post(f"{self.url}{path}", json=body, timeout=30, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def runs(self, **chosen: Any) -> list[dict[str, Any]]:
        body = {"sort": "EXPECTED_START_TIME_ASC", "flow_runs": chosen} if chosen else {}
        found: list[dict[str, Any]] = self.post("/flow_runs/filter", **body)
        return found

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.post("/deployments/filter")}
