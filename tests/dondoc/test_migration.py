from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from dondoc import migration
from dondoc.database import Database
from dondoc.tables import Base


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
