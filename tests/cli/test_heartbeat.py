"""The clock of `dondoc up`: it leaves a due moment to Prefect for the grace, and no longer."""

import os
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cli.heartbeat import Heartbeat
from dondoc.database import Database
from dondoc.tables import Notice, NoticeState, Occurrence
from dondoc.uploads import KEPT, open_uploads
from tests.cast import ZONE
from tests.office import Office

LAUNCHED = datetime(2024, 4, 1, 9, tzinfo=ZONE)
DUE = datetime(2024, 4, 8, 8, tzinfo=ZONE)
"""T-7 of 15/4/2024"""
GRACE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)
BOTH = ["p-1@quan.example", "p-2@quan.example"]


@pytest.fixture
def office(sqlite: Database) -> Office:
    office = Office(sqlite)
    office.launch(at=LAUNCHED)
    return office


def _heartbeat(office: Office, *, well: bool) -> Heartbeat:
    return Heartbeat(
        database=office.database,
        post=office.post,
        hours=office.hours,
        grace=GRACE,
        well=lambda: well,
    )


@pytest.mark.parametrize(
    ("well", "at", "told"),
    [
        (False, DUE - SECOND, []),
        (False, DUE, BOTH),
        (True, DUE, []),
        (True, DUE + GRACE - SECOND, []),
        (True, DUE + GRACE, BOTH),
        (True, DUE + GRACE + SECOND, BOTH),
    ],
)
def test_prefect_has_the_grace_only_while_it_is_well(
    office: Office, well: bool, at: datetime, told: list[str]
) -> None:
    _heartbeat(office, well=well).tick(at)
    assert sorted(office.server.recipients) == told


def test_the_next_tick_is_at_the_next_moment(office: Office) -> None:
    before = DUE - timedelta(hours=1)
    assert _heartbeat(office, well=False).tick(before) == DUE
    assert _heartbeat(office, well=True).tick(before) == DUE + GRACE


def test_what_cannot_be_sent_now_does_not_make_the_clock_race(office: Office) -> None:
    saturday = datetime(2024, 4, 13, 10, tzinfo=ZONE)
    following = _heartbeat(office, well=False).tick(saturday)
    assert following is None or following > saturday
    assert office.server.recipients == []


def test_elapsed_occurrences_are_closed_with_or_without_prefect(office: Office) -> None:
    late_at = datetime(2024, 4, 16, tzinfo=ZONE)
    _heartbeat(office, well=True).tick(late_at)
    with office.database.reading() as session:
        [occurrence] = session.scalars(select(Occurrence))
    assert occurrence.closed_at == late_at


def test_two_clocks_tell_everybody_once(office: Office) -> None:
    _heartbeat(office, well=False).tick(DUE)
    _heartbeat(office, well=False).tick(DUE + SECOND)
    assert sorted(office.server.recipients) == BOTH
    with office.database.reading() as session:
        sent = session.scalars(select(Notice.state).where(Notice.planned_at == DUE)).all()
    assert sent == [NoticeState.SENT] * 2


def test_files_that_broke_off_long_ago_are_discarded(office: Office) -> None:
    uploads = open_uploads(office.settings.data)
    for key, days in (("a" * 32, KEPT + 1), ("b" * 32, KEPT - 1)):
        with uploads.appending(key) as file:
            file.write(b"a piece")
        long_ago = time.time() - days * 86_400
        os.utime(uploads.path(key), (long_ago, long_ago))
    _heartbeat(office, well=True).tick(DUE)
    assert [path.name for path in uploads.folder.iterdir()] == ["b" * 32]
