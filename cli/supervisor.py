"""Child processes that are kept running, and never outlive us."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
STEADY_AFTER = 120.0
"""Seconds after which a child counts as healthy again and the next restart is quick."""
LOG_LIMIT = 5_000_000
PATIENCE = 7.5
"""Seconds that all children together have to end."""
KEPT = 1.0
"""seconds of them that are kept for each, however long those before it take"""


@dataclass(frozen=True, kw_only=True)
class Child:
    """`command` is run by this Python: module and arguments."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass
class _Kept:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    deaths: int = field(default=0)


class Supervisor:
    """Starts children in the background, restarts those that die, stops all within `patience`
    seconds, the last started first: SIGTERM, then SIGKILL to the whole process group. Each may take
    what is left, but for a little that is kept for each after it. Logs go to files in `logs`."""

    def __init__(
        self, children: Sequence[Child], *, logs: Path, patience: float = PATIENCE
    ) -> None:
        self._kept = [_Kept(child) for child in children]
        self._logs = logs
        self._patience = patience
        self._stopping = Event()
        # One thread starts every child and lives until the end: the death signal of a child
        # follows the thread that made it.
        self._thread = Thread(target=self._keep, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def running(self) -> dict[str, int]:
        """Process ids by name."""
        return {
            kept.child.name: kept.process.pid
            for kept in self._kept
            if kept.process is not None and kept.process.poll() is None
        }

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _keep(self) -> None:
        while not self._stopping.is_set():
            for kept in self._kept:
                self._look_after(kept)
            self._stopping.wait(LOOK_EVERY)
        _end_all([kept.process for kept in reversed(self._kept)], self._patience)

    def _look_after(self, kept: _Kept) -> None:
        if kept.process is not None and kept.process.poll() is None:
            return
        if kept.process is not None:
            _note_death(kept)
        if monotonic() < kept.next_start:
            return
        kept.started = monotonic()
        try:
            kept.process = self._start(kept.child)
        except OSError as error:
            log.error("%s: %s", kept.child.name, error, extra={"action": "child_not_started"})
            _note_death(kept)

    def _start(self, child: Child) -> subprocess.Popen[bytes]:
        path = self.log_of(child.name)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".old.log"))
        python = [sys.executable, "-P", "-m"]  # -P: the current folder may hold anything
        with path.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 our own command
                [*python, "cli.leash", str(os.getpid()), *python, *child.command],
                env=dict(child.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _note_death(kept: _Kept) -> None:
    if monotonic() - kept.started > STEADY_AFTER:
        kept.deaths = 0
    wait = BACKOFF[min(kept.deaths, len(BACKOFF) - 1)]
    kept.deaths += 1
    kept.process = None
    kept.next_start = monotonic() + wait


def _end_all(processes: Sequence[subprocess.Popen[bytes] | None], patience: float) -> None:
    running = [one for one in processes if one is not None and one.poll() is None]
    deadline = monotonic() + patience
    kept = min(KEPT, patience / max(1, len(running)))
    for number, process in enumerate(running, start=1):
        _end(process, max(0.0, deadline - monotonic() - kept * (len(running) - number)))


def _end(process: subprocess.Popen[bytes], patience: float) -> None:
    _signal_group(process, signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
