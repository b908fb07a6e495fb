"""`python -m portal.serve`: the portal as a process of its own, started and kept by `dondoc up`.

Stops on SIGTERM: answers under way have `GRACE` seconds.
"""

import argparse
import gc
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from dondoc import settings as settings_module
from dondoc.database import check, open_database
from dondoc.migration import migrate
from portal.app import create_app
from portal.context import open_portal
from portal.line import Line
from portal.warming import warm_soon
from portal.welcome import read_welcome

GRACE = 2
YOUNG = 10_000
"""objects; a page makes some thousands, and most are gone with it"""
SHARE = 0.0005
"""seconds a thread computes before another may; a page asks the database dozens of times, and after
each answer waits that long for every unit that is being served"""
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="portal.serve")
    parser.add_argument("--welcome", type=Path, help="what a demonstration offers to click")
    parsed = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format=LINE)
    settings = settings_module.load()
    database = open_database(settings.url)
    check(database)
    migrate(database)
    welcome = None if parsed.welcome is None else read_welcome(parsed.welcome)
    app = create_app(open_portal(settings, database, welcome=welcome))
    warm_soon(app)
    _settle()
    uvicorn.run(
        app,
        http=Line,
        ws="none",
        host=settings.portal_host,
        port=settings.portal_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=32_768,
    )
    database.close()


def _settle() -> None:
    """What is loaded by now stays for ever: a page need not wait while all of it is looked through
    for what could be thrown away. Nor need it wait long for its turn to compute."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    sys.setswitchinterval(SHARE)


if __name__ == "__main__":
    main()
