"""Databases as they stand at eight in the morning, prepared once and copied for every run."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, make_url, text

from benchmarks import memory
from benchmarks.city import found
from benchmarks.sending import Order, Run, settings
from dondoc.database import open_database
from notifications.dkim import key_folder, make_keys

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1/postgres"


@dataclass(frozen=True, kw_only=True)
class Ledger:
    name: str
    folder: Path
    now: datetime
    copy: Callable[[Path], str]

    def send(self, port: int, *, key: str = "", **changes: Any) -> Run:
        """With the `key` named, rsa or ed25519, letters are signed."""
        with TemporaryDirectory(prefix="dondoc-bench-") as name:
            data = Path(name)
            keys = key_folder(settings(Order(data=str(self.folder), url="", port=0, now="")))
            if key:
                (data / keys.name).mkdir()
                shutil.copy(keys / f"{key}.pem", data / keys.name)
            order = Order(data=name, url=self.copy(data), port=port, now=self.now.isoformat())
            command = [sys.executable, "-m", "benchmarks.sending"]
            command.append(json.dumps(asdict(replace(order, **changes))))
            with subprocess.Popen(command, stdout=subprocess.PIPE) as sender:
                megabytes = memory.most(sender)
                told = sender.communicate()[0]
        return replace(Run(**json.loads(told)), megabytes=megabytes)


@contextmanager
def on_sqlite(letters: int, waiting: int = 0) -> Iterator[Ledger]:
    with TemporaryDirectory(prefix="dondoc-bench-") as name:
        folder = Path(name)
        now = _prepare(folder, "", letters, waiting)

        def copy(data: Path) -> str:
            shutil.copy(folder / "dondoc.db", data / "dondoc.db")
            return ""

        yield Ledger(name="SQLite", folder=folder, now=now, copy=copy)


@contextmanager
def on_postgres(letters: int, waiting: int = 0) -> Iterator[Ledger]:
    """Vacuumed, as autovacuum leaves an installation overnight."""
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    template, used = "dondoc_bench_template", "dondoc_bench"

    def fresh(name: str, like: str) -> str:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
        return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)

    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        url = fresh(template, "template1")
        now = _prepare(Path(folder), url, letters, waiting)
        vacuum(url)
        yield Ledger(
            name="PostgreSQL",
            folder=Path(folder),
            now=now,
            copy=lambda _data: fresh(used, template),
        )
    with admin.connect() as connection:
        for name in (used, template):
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


def vacuum(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
    engine.dispose()


def _prepare(folder: Path, url: str, letters: int, waiting: int) -> datetime:
    chosen = settings(Order(data=str(folder), url=url, port=0, now=""))
    database = open_database(chosen.url)
    now = found(database, chosen, letters=letters, waiting=waiting)
    database.close()
    make_keys(chosen)
    return now
