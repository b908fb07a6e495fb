"""What a process and its children need, asked from Linux while they run."""

import subprocess
from contextlib import suppress
from pathlib import Path
from time import sleep

EVERY = 0.5
"""seconds; a look takes the machine a millisecond for each process"""
MEGABYTE = 1024


def most(process: subprocess.Popen[bytes]) -> int:
    """Megabytes at their most until it ends; pages they share are counted once."""
    found = 0
    while process.poll() is None:
        found = max(found, sum(_kilobytes(pid) for pid in _family(process.pid)))
        sleep(EVERY)
    return found // MEGABYTE


def _family(pid: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [pid, *(one for child in children.split() for one in _family(int(child)))]
    return []


def _kilobytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
