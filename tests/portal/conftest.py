import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dondoc.database import open_database
from tests.portal.house import House, furnish
from tests.portal.server import Server


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """An SQLite database with units, a launched plan and accounts, to start from a copy of."""
    path = tmp_path_factory.mktemp("furnished") / "dondoc.db"
    shutil.copy(migrated_file, path)
    database = open_database(f"sqlite:///{path}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONDOC_DATA", str(path.parent))
        furnish(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def house(tmp_path: Path, furnished: Path, server: Server) -> Iterator[House]:
    path = tmp_path / "dondoc.db"
    shutil.copy(furnished, path)
    database = open_database(f"sqlite:///{path}")
    house = House(database, server)
    yield house
    house.close()
    database.close()
