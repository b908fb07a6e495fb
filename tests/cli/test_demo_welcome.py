"""The front page of the demonstration offers units with different things to see."""

import pytest
import time_machine

from cli.context import context
from cli.demo_welcome import make_welcome
from dondoc.queries import obligations
from dondoc.tables import ObligationState
from portal.welcome import read_welcome
from tests.cast import local
from tests.migrated import own_database
from tests.office import Office
from tests.portal.house import LAUNCHED, PLAN

THREE = PLAN.replace("[p-1, p-2]", "[p-1, p-2, p-3]")


@pytest.mark.parametrize(
    ("day", "seen"),
    [
        (15, [(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 1, 0)]),
        (16, [(0, 1, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0)]),
    ],
)
def test_what_each_offered_unit_sees_is_counted(
    day: int, seen: list[tuple[int, int, int, int]]
) -> None:
    database = own_database()
    Office(database).launch(THREE, at=LAUNCHED)
    with database.writing() as session:
        owed = next(one for one in session.scalars(obligations()) if one.unit.code == "p-2")
        owed.state = ObligationState.RETURNED
        second = owed.unit.name
    with time_machine.travel(local(2024, 4, day, 12), tick=False):
        found = read_welcome(make_welcome(context(), "thi-dua"))
    database.close()

    assert [(one.overdue, one.returned, one.ahead, one.handed) for one in found.offers] == seen
    assert found.offers[0].unit == second
    assert all(one.path.startswith("/l/") for one in found.offers)
