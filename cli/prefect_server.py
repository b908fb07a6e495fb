"""`python -m cli.prefect_server --port N --home DIR`: Prefect's server and UI, loopback only.

Started by `dondoc up` with the environment of `cli.prefect_environment`.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import prefect
import uvicorn
from prefect.server.api.server import create_app
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

from cli.prefect_environment import HOST

PATCHED_VERSIONS = ("3.8.",)


def lock_at_once() -> bool:
    """Makes every writing transaction of Prefect on SQLite take the write lock at its beginning.

    As shipped, a transaction reads first and loses to the event writer when it then writes: the
    server answers 503, bulk calls fail in part. Returns False where the version is not one this
    was tried with; the server then runs as shipped.
    """
    if not prefect.__version__.startswith(PATCHED_VERSIONS):
        return False
    shipped = AioSqliteConfiguration.begin_transaction

    @asynccontextmanager
    async def immediate(
        self: AioSqliteConfiguration,
        session: AsyncSession,
        with_for_update: bool = True,  # noqa: ARG001 Prefect's own signature
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        async with shipped(self, session, with_for_update=True) as transaction:
            yield transaction

    AioSqliteConfiguration.begin_transaction = immediate  # type: ignore[method-assign]
    return True


def server(port: int) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            create_app(),
            host=HOST,
            port=port,
            log_level="warning",
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
        )
    )


def main() -> None:
    arguments = argparse.ArgumentParser(prog="cli.prefect_server")
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--home", type=Path, required=True)
    given = arguments.parse_args()
    if os.environ.get("PREFECT_HOME") != str(given.home):
        sys.exit("PREFECT_HOME must be --home before Prefect is imported; use `dondoc up`")
    lock_at_once()
    asyncio.run(server(given.port).serve())


if __name__ == "__main__":
    main()
