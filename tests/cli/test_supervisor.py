import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.supervisor import BACKOFF, Child, Supervisor
from tests.service import until

pytestmark = pytest.mark.slow  # processes of their own

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
AWAKE = "print('awake', flush=True)"
SLEEP = "import time; time.sleep(60)"
PARENT = """
import os, sys, time
from pathlib import Path
from cli.supervisor import Child, Supervisor
child = Child(name="one", command=("timeit", "-n1", "-r1", "import time; time.sleep(60)"),
              environment=os.environ)
with Supervisor([child], logs=Path(sys.argv[1])) as supervisor:
    while "one" not in supervisor.running():
        time.sleep(0.05)
    time.sleep(0.5)
    print(supervisor.running()["one"], flush=True)
    time.sleep(60)
"""


def _child(*statements: str, name: str = "one") -> Child:
    program = "; ".join(statements)
    return Child(name=name, command=("timeit", "-n1", "-r1", program), environment=os.environ)


def _started(supervisor: Supervisor, name: str = "one") -> int:
    until(lambda: name in supervisor.running(), within=40)
    return supervisor.running()[name]


def _says(supervisor: Supervisor, word: str, *, name: str = "one", times: int = 1) -> None:
    log = supervisor.log_of(name)
    until(lambda: log.exists() and log.read_text().count(word) >= times, within=40)


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    with Supervisor([_child(SLEEP)], logs=tmp_path) as supervisor:
        first = _started(supervisor)
        os.kill(first, signal.SIGKILL)
        until(lambda: supervisor.running().get("one", first) != first, within=40)


def test_a_child_that_keeps_dying_is_given_longer_and_longer_pauses(tmp_path: Path) -> None:
    with Supervisor([_child("print('here')")], logs=tmp_path) as supervisor:
        _says(supervisor, "here")
        begun = time.monotonic()
        _says(supervisor, "here", times=3)
        assert time.monotonic() - begun > 0.9 * sum(BACKOFF[:2])


def test_stopping_ends_even_a_child_that_ignores_it(tmp_path: Path) -> None:
    with Supervisor([_child(STUBBORN, SLEEP)], logs=tmp_path, patience=1.0) as supervisor:
        pid = _started(supervisor)
        _says(supervisor, "deaf")
        start = time.monotonic()
        supervisor.stop()
        assert 1.0 <= time.monotonic() - start < 20.0  # it would sleep for a minute
    assert not _alive(pid)


def test_several_stubborn_children_share_the_patience(tmp_path: Path) -> None:
    children = [_child(STUBBORN, SLEEP, name=name) for name in ("one", "two", "three")]
    with Supervisor(children, logs=tmp_path, patience=4.0) as supervisor:
        pids = [_started(supervisor, child.name) for child in children]
        for child in children:
            _says(supervisor, "deaf", name=child.name)
        start = time.monotonic()
        supervisor.stop()
        assert 4.0 <= time.monotonic() - start < 8.0  # one after the other would take twelve
    assert not any(_alive(pid) for pid in pids)


def test_an_interrupt_reaches_a_child_of_a_shell_that_ignores_it(tmp_path: Path) -> None:
    known = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Supervisor([_child(AWAKE, SLEEP)], logs=tmp_path) as supervisor:
            first = _started(supervisor)
            _says(supervisor, "awake")
            os.kill(first, signal.SIGINT)
            until(lambda: supervisor.running().get("one", first) != first, within=40)
    finally:
        signal.signal(signal.SIGINT, known)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's own")
def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _alive(child)
        parent.kill()
        until(lambda: not _alive(child), within=40)


def test_a_log_that_cannot_be_written_only_delays_the_child(tmp_path: Path) -> None:
    blocked = tmp_path / "one.log"
    blocked.mkdir()
    children = [_child(SLEEP), _child(SLEEP, name="two")]
    with Supervisor(children, logs=tmp_path) as supervisor:
        _started(supervisor, "two")
        assert set(supervisor.running()) == {"two"}
        blocked.rmdir()
        _started(supervisor, "one")
