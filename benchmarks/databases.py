"""A database of its own for a benchmark, gone afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text

URL_HELP = "a PostgreSQL server, such as postgresql+psycopg://postgres@127.0.0.1/postgres"


@contextmanager
def database_at(url: str, what: str) -> Iterator[str]:
    """Its address: made on the PostgreSQL server at `url`, named for `what` it is. Empty where no
    `url` is given, which is SQLite."""
    if not url:
        yield ""
        return
    name = f"dondoc_bench_{os.getpid()}_{what}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        made = make_url(url).set(database=name)
        yield made.render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
