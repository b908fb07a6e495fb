"""Postfix's load generator and sink, which measure what a machine can do at most."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from resource import RUSAGE_CHILDREN, getrusage
from time import monotonic, sleep

from benchmarks.processes import cpu_of

FOLDERS = ("/usr/sbin", "/usr/lib/postfix/sbin", "/usr/local/sbin")
SIZE = 5_000
"""bytes of a letter of others, about"""


class Missing(Exception):
    """smtp-source and smtp-sink come with Postfix: apt-get install postfix."""


class Sink:
    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def cpu(self) -> float:
        return cpu_of(self.process.pid)

    def settle(self) -> None:
        """Nothing is left of a run."""


@contextmanager
def sink() -> Iterator[Sink]:
    """Takes everything, keeps nothing."""
    port = free_port()
    user = ("-u", "nobody") if os.geteuid() == 0 else ()
    command = (tool("smtp-sink"), *user, f"127.0.0.1:{port}", "1000")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait(port)
            yield Sink(process, port)
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def smtp_source(port: int, letters: int, size: int, *options: str) -> float:
    """Letters of `size` bytes over ten sessions that stay connected. Returns its CPU seconds."""
    command = (
        *(tool("smtp-source"), *options, "-M", "lab.example", "-d", "-s", "10"),
        *("-m", str(letters), "-l", str(size), "-f", "a@lab.example", "-t", "b@lab.example"),
        f"127.0.0.1:{port}",
    )
    before = _of_children()
    subprocess.run(command, check=True)
    return _of_children() - before


def _of_children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tool(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *FOLDERS)))
    if found is None:
        raise Missing
    return found


def wait(port: int) -> None:
    until = monotonic() + 10
    while monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.02)
    raise Missing
