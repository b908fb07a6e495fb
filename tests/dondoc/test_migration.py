from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from dondoc import migration
from dondoc.database import Database
from dondoc.migrations.versions.recipient_domains import AFTER_AT
from dondoc.tables import Base
from tests.outbox_cast import make_letters


def test_migrated_schema_equals_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", "dondoc:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [migration.HEAD]


def test_migrating_twice_does_nothing(database: Database) -> None:
    assert migration.migrate(database) is False


@pytest.mark.parametrize("address", ["vp@p1.quan.vn", "a@b@c.vn", "vn.c@c.vn", "x+y-z@C.VN"])
def test_letters_of_before_learn_their_domain(database: Database, address: str) -> None:
    asked = text(f"SELECT {AFTER_AT} FROM (SELECT '{address}' AS address) AS one")
    with database.engine.connect() as connection:
        assert connection.scalar(asked) == address.rpartition("@")[2]


def test_letters_that_get_a_new_table_keep_their_place(sqlite: Database) -> None:
    make_letters(sqlite, 3)
    before = [_rows(sqlite, table) for table in ("letters", "notices")]
    with sqlite.engine.execution_options(writes=True).connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "dondoc:migrations")
        with connection.begin():
            command.downgrade(config, "0030_patterns")
        raw.execute("PRAGMA foreign_keys=ON")
    assert migration.migrate(sqlite) is True

    assert [_rows(sqlite, table) for table in ("letters", "notices")] == before
    with sqlite.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def _rows(database: Database, table: str) -> list[dict[str, Any]]:
    with database.engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))
        return [dict(row) for row in found.mappings()]
