"""Two wards become one: what was due counts for them, what is to come for their successor."""

from datetime import date

import pytest

from dondoc.database import Database
from dondoc.queries import plan_by_code
from dondoc.standing import rates
from dondoc.tables import ObligationState
from schedules.collection import collect
from schedules.reorganising.reorganise import StillOpen
from tests.cast import local
from tests.office import Office
from tests.reorganised import YEAR, add_unit, decided, hand_in, merge, owed

LAUNCHED = local(2024, 4, 1)
JULY = local(2024, 7, 1, 10)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(YEAR, at=LAUNCHED)
    with database.writing() as session:
        add_unit(session, "p-12", group="cum-1")
    return office


def test_without_a_choice_nothing_changes_and_what_is_open_is_listed(office: Office) -> None:
    with pytest.raises(StillOpen) as refused:
        decided(office, merge("p-1", "p-2", into="p-12"), now=JULY)

    assert str(refused.value).splitlines()[1:] == [
        "  thi-dua/so-ket/2024-05-20@p-1: Báo cáo sơ kết, 20/05/2024",
        "  thi-dua/so-ket/2024-05-20@p-2: Báo cáo sơ kết, 20/05/2024",
        "  thi-dua/tong-ket/2024-11-15@p-1: Báo cáo tổng kết, 15/11/2024",
        "  thi-dua/tong-ket/2024-11-15@p-2: Báo cáo tổng kết, 15/11/2024",
    ]
    with office.database.reading() as session:
        assert owed(session, "p-12", "tong-ket") is None


def test_what_was_due_counts_for_those_who_owed_it_and_what_comes_counts_once(
    office: Office,
) -> None:
    hand_in(office, "p-1", "so-ket", now=local(2024, 5, 10))
    with office.database.writing() as session:
        collect(session, hours=office.hours, now=local(2024, 5, 21))

    decided(office, merge("p-1", "p-2", into="p-12"), "move", now=JULY)

    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        before, after = (column.tally for column in rates(session, plan, JULY).columns)
        assert (before.expected, before.complete, before.overdue) == (3, 1, 2)
        assert (after.expected, after.complete) == (2, 0)
        taken = owed(session, "p-12", "so-ket")
        assert taken is not None
        assert not taken.counted

    hand_in(office, "p-12", "so-ket", now=local(2024, 7, 8))

    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        found = rates(session, plan, local(2024, 7, 9)).columns[0].tally
        assert (found.expected, found.complete, found.on_time, found.late) == (3, 2, 1, 1)
        assert found.days == {49: 1}
        ended = owed(session, "p-2", "so-ket")
        assert ended is not None
        assert ended.state is ObligationState.ENDED


def test_successor_is_told_once_and_the_ended_units_never_again(office: Office) -> None:
    decided(office, merge("p-1", "p-2", into="p-12"), "move", now=JULY)
    office.beat(JULY)

    assert [name for address, name in office.letters() if "p-12" in address] == ["taken_over"]
    told = office.contents("p-12@quan.example")[0]
    assert [(item.milestone, item.taken_from) for item in told.items] == [
        ("so-ket", ("Ủy ban nhân dân phường Một", "Ủy ban nhân dân phường Hai")),
        ("tong-ket", ("Ủy ban nhân dân phường Một", "Ủy ban nhân dân phường Hai")),
    ]
    assert [item.due for item in told.items] == [date(2024, 5, 20), date(2024, 11, 15)]
    for unit in ("p-1", "p-2"):
        ends = set(office.verdicts(unit).values())
        assert ends <= {("skipped", "dissolved"), ("skipped", "superseded")}
