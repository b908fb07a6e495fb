"""SQLite (WAL) by default, PostgreSQL by URL; the same statements on both."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from dondoc.errors import DondocError

BUSY_SECONDS = 30
LOOK_EVERY, LOOKS = 0.0005, 1_000
"""seconds between two looks at whether another still writes"""
DISK_FULL = "53100"
"""PostgreSQL's word for it"""


def _to_json(value: Any) -> str:
    """Dataclasses, dates and enums too."""
    return orjson.dumps(value).decode()


JSON: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": orjson.loads}
JSON_BYTES = JSON | {"json_serializer": orjson.dumps}
"""Psycopg would only turn the text into bytes again."""


class DatabaseUnreachable(DondocError):
    """The database {url} cannot be reached: {why}
    Check DONDOC_DATABASE_URL, or run `dondoc doctor`."""

    vi = (
        "Không kết nối được cơ sở dữ liệu {url}: {why}\n"
        "Hãy kiểm tra DONDOC_DATABASE_URL hoặc chạy `dondoc doctor`."
    )
    exit_status = 1


class Database:
    """Hands out sessions. `writing` commits at its end and takes SQLite's write lock at once, so
    that a read cannot lose a race it then writes on; `reading` never blocks a writer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        lasting, passing = (
            engine.execution_options(writes=True, lasts=lasts) for lasts in (True, False)
        )
        self._writing = sessionmaker(lasting, expire_on_commit=False)
        self._passing = sessionmaker(passing, expire_on_commit=False)
        self._reading = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Session]:
        """Not `lasting`: on SQLite nobody waits for the disk, and a power cut may take it back,
        though not the end of a process. PostgreSQL always waits: it would lose it with the end of
        its own process, while those who wrote go on."""
        sessions = self._writing if lasting else self._passing
        with sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._reading() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


class ReadsOnly(Exception):
    """What was begun in a session that only reads is to be done again in one that writes."""


def to_write(session: Session) -> None:
    """Before anything is changed where nearly always nothing is. Raises ReadsOnly."""
    if not session.connection().get_execution_options().get("writes", False):
        raise ReadsOnly


def open_database(url: str) -> Database:
    """Makes the folder of an SQLite file; does not migrate."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True, **JSON_BYTES)
        event.listen(engine, "connect", _postgres_connect)
        return Database(engine)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, **JSON)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return Database(engine)


def open_throw_away(folder: Path) -> Database:
    """An SQLite database nobody will miss: quick, and gone with its folder. What is not committed
    can still be taken back."""
    engine = create_engine(f"sqlite:///{folder / 'throw-away.db'}", **JSON)
    event.listen(engine, "connect", _careless_connect)
    event.listen(engine, "begin", _begin)
    return Database(engine)


def _careless_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # as below
    for pragma in (
        "page_size=8192",
        "journal_mode=MEMORY",
        "synchronous=OFF",
        "secure_delete=OFF",  # some systems' SQLite writes zeros over whatever is gone
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-100000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _postgres_connect(connection: Any, _record: object) -> None:
    """Compiling a statement for every page takes PostgreSQL several times as long as answering it:
    it expects far more rows than there are."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
    connection.commit()


def _sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=8000",  # pages: those that many transactions change are copied once
        "foreign_keys=ON",
        "cache_size=-16000",  # kilobytes; what is counted is sorted there too
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    if writes:
        safety = "FULL" if options.get("lasts", True) else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous={safety}")
    if not (writes and _got_hold(connection)):
        _begin(connection)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _got_hold(connection: Connection) -> bool:
    """Whether the write lock came soon. SQLite looks for it at intervals that grow to a tenth of
    a second: of two processes that write by turns each would sleep long after the other is done."""
    raw: Any = connection.connection.dbapi_connection
    ((patience,),) = raw.execute("PRAGMA busy_timeout")
    raw.execute("PRAGMA busy_timeout=0")
    try:
        for _ in range(LOOKS):
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
                sleep(LOOK_EVERY)
            else:
                return True
    finally:
        raw.execute(f"PRAGMA busy_timeout={patience}")
    return False


def is_full(error: BaseException) -> bool:
    """Whether the database has no room left on its disk; nothing of the transaction is kept."""
    if not isinstance(error, DBAPIError):
        return False
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return True
    return getattr(error.orig, "sqlstate", None) == DISK_FULL


def check(database: Database) -> None:
    """Raises DatabaseUnreachable."""
    try:
        with database.engine.connect():
            pass
    except (OperationalError, SQLAlchemyError, OSError) as error:
        url = database.engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachable(url=url, why=str(error).splitlines()[0]) from error
