"""What the first visitor would wait for is done before."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from dondoc.database import Database
from portal.warming import warm, warm_soon
from tests.portal.house import House
from tests.portal.server import Server


@contextmanager
def _asked(database: Database) -> Iterator[set[str]]:
    """The statements that are asked meanwhile."""
    found: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.add(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def test_pages_ask_nothing_that_was_not_asked_before(house: House) -> None:
    with _asked(house.database) as before:
        warm(house.app)
    pages = [
        ("official", "/office"),
        ("official", "/office/plans/thi-dua"),
        ("official", "/office/outbox"),
        ("official", f"/office/obligations/{house.obligation('p-2')}"),
        ("administrator", "/office"),
        ("reader", "/office/plans/thi-dua"),
    ]
    browsers = {who: house.visitor(who) for who, _ in pages}

    with _asked(house.database) as asked:
        for who, page in pages:
            assert browsers[who].get(page).status_code == 200

    assert asked
    assert {one for one in asked - before if "FROM signed_in" not in one} == set()


def test_an_office_without_anything_is_warmed_too(sqlite: Database, server: Server) -> None:
    house = House(sqlite, server, bare=True)
    warm(house.app)
    house.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_goes_wrong_keeps_nobody_out() -> None:
    warm_soon(FastAPI())  # has no portal
