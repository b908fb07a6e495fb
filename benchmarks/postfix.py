"""A real Postfix with a configuration, a queue and a port of its own. It syncs each letter to its
queue on disk before it answers."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from benchmarks.sink import Missing, free_port, tool, wait

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/maillog
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
DISCARDING = "myhostname = lab.example\ndefault_transport = discard:\n"
QUEUES = ("incoming", "active", "deferred", "maildrop")
LOG_SECONDS = 120.0
TRIES = 5
"""ports that another program may have taken in the moment between"""


class Postfix:
    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.port = port

    def cpu(self) -> float:
        """Not counted: its processes come and go."""
        return 0.0

    def settle(self) -> None:
        """Waits until its queue is empty, so that one run does not pay for another."""
        while self._queued():
            sleep(0.2)

    def log_with(self, times: int, *lines: re.Pattern[str]) -> str:
        """Its log, once each of `lines` is in it so often: a letter leaves its queue before the log
        says so. After two minutes, what there is."""
        end = monotonic() + LOG_SECONDS
        while True:
            log = (self._folder / "maillog").read_text(encoding="utf-8")
            if monotonic() > end or all(len(line.findall(log)) >= times for line in lines):
                return log
            sleep(0.1)

    def _queued(self) -> bool:
        """Folders come and go while they are looked through."""
        queues = [self._folder / "queue" / name for name in QUEUES]
        try:
            return any(file.is_file() for queue in queues for file in queue.rglob("*"))
        except FileNotFoundError:
            return True


@contextmanager
def postfix() -> Iterator[Postfix]:
    """Throws away what it took. Raises Missing."""
    with TemporaryDirectory(prefix="dondoc-postfix-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with serving(folder, DISCARDING) as port:
            yield Postfix(folder, port)


@contextmanager
def serving(folder: Path, settings: str) -> Iterator[int]:
    """Its port; it logs to `maillog`. Its own users must be able to enter the folder. Raises
    Missing where it is not installed or this user may not start it."""
    program = tool("postfix")
    if os.geteuid() != 0:
        raise Missing
    config = folder / "postfix"
    for path in (folder / "queue", folder / "data", config):
        path.mkdir()
    shutil.chown(folder / "data", "postfix")
    (config / "main.cf").write_text(MAIN.format(folder=folder) + settings, encoding="ascii")
    port = _start(program, config)
    try:
        wait(port)
        yield port
    finally:
        _run(program, config, "stop")


def _start(program: str, config: Path) -> int:
    """It fails where it cannot have its port."""
    for _ in range(TRIES - 1):
        with suppress(subprocess.CalledProcessError):
            return _start_at(free_port(), program, config)
    return _start_at(free_port(), program, config)


def _start_at(port: int, program: str, config: Path) -> int:
    (config / "master.cf").write_text(MASTER.format(port=port), encoding="ascii")
    _run(program, config, "start")
    return port


def _run(program: str, config: Path, command: str) -> None:
    quiet = subprocess.DEVNULL
    subprocess.run((program, "-c", config, command), check=True, stdout=quiet, stderr=quiet)
