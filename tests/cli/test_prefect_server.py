"""Canary: the one patch to Prefect's server does what it is for."""

import asyncio
import sqlite3
from pathlib import Path

import prefect
import pytest
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy import text

from cli import prefect_server
from cli.prefect_server import lock_at_once


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the test patches is put back."""
    begin = AioSqliteConfiguration.begin_transaction
    monkeypatch.setattr(AioSqliteConfiguration, "begin_transaction", begin)


def _is_locked_after_a_read(file: Path) -> bool:
    """Whether another connection finds the database locked while a transaction of Prefect's has
    only read so far."""

    async def story() -> bool:
        configuration = AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{file}")
        engine = await configuration.engine()
        session = await configuration.session(engine)
        async with session, configuration.begin_transaction(session):
            await session.execute(text("SELECT 1"))
            locked = _refuses_writers(file)
        await engine.dispose()
        return locked

    return asyncio.run(story())


def _refuses_writers(file: Path) -> bool:
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


def test_as_shipped_a_transaction_takes_the_write_lock_late(tmp_path: Path, shipped: None) -> None:
    assert not _is_locked_after_a_read(tmp_path / "prefect.db")


def test_patched_it_takes_the_write_lock_at_once(tmp_path: Path, shipped: None) -> None:
    assert lock_at_once()
    assert _is_locked_after_a_read(tmp_path / "prefect.db")


def test_another_version_runs_as_shipped(
    tmp_path: Path, shipped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefect, "__version__", "3.9.1")
    assert not prefect_server.lock_at_once()
    assert not _is_locked_after_a_read(tmp_path / "prefect.db")
