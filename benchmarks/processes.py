"""What other processes of this machine have used, as Linux counts it."""

import os
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from dondoc.database import Database

TICKS = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """CPU seconds of a process, and of those of its children that have ended."""

    parent: int
    own: float
    ended: float


def cpu_of(pid: int) -> float:
    """Seconds, its own."""
    return _spent(Path(f"/proc/{pid}")).own


def cpu_of_server(database: Database) -> float:
    """Seconds of all processes of a PostgreSQL on this machine, whoever's work they do; 0.0 for
    SQLite."""
    if database.engine.dialect.name == "sqlite":
        return 0.0
    with database.engine.connect() as connection:
        backend: int = connection.scalar(text("SELECT pg_backend_pid()")) or 0
    server = _spent(Path(f"/proc/{backend}")).parent
    own = _spent(Path(f"/proc/{server}"))
    return own.own + own.ended + sum(one.own for one in _every() if one.parent == server)


def _every() -> list[Spent]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append(_spent(folder))
        except OSError:  # it has ended
            continue
    return found


def _spent(folder: Path) -> Spent:
    words = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    fields = words.split()
    own, ended = (sum(map(int, fields[at : at + 2])) / TICKS for at in (11, 13))
    return Spent(int(fields[1]), own, ended)
