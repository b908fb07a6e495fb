"""Two at the same time, on both databases: the rows decide who was first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.decision import DecisionRefused
from dondoc.record import verify
from dondoc.tables import Handover, Obligation, ObligationState, Submission, UnitChange
from schedules.collection import collect
from tests.cast import local
from tests.office import Office
from tests.reorganised import YEAR, add_unit, decided, hand_in, merge, owed

JULY = local(2024, 7, 1, 10)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(YEAR, at=local(2024, 4, 1))
    with database.writing() as session:
        for code in ("x", "y"):
            add_unit(session, code)
    return office


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each returns, or raises."""
    ready = Barrier(len(acts))

    def start(act: Callable[[], object]) -> object:
        ready.wait()
        try:
            return act()
        except DecisionRefused as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def test_a_unit_is_merged_into_one_of_two(office: Office) -> None:
    done = at_once(
        lambda: decided(office, merge("p-1", into="x"), "move", now=JULY),
        lambda: decided(office, merge("p-1", into="y"), "move", now=JULY),
    )

    assert sorted(isinstance(one, DecisionRefused) for one in done) == [False, True]
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UnitChange)) == 1
        assert session.scalar(select(func.count()).select_from(Handover)) == 2
        assert verify(session).broken is None


def test_two_that_go_to_the_same_successor_are_owed_once(office: Office) -> None:
    done = at_once(
        lambda: decided(office, merge("p-1", into="x"), "move", now=JULY),
        lambda: decided(office, merge("p-2", into="x"), "move", now=JULY),
    )

    assert not [one for one in done if isinstance(one, DecisionRefused)]
    with office.database.reading() as session:
        mine = select(func.count()).select_from(Obligation).join(Obligation.unit)
        assert session.scalar(mine.where(Obligation.unit.has(code="x"))) == 2
        assert session.scalar(select(func.count()).select_from(Handover)) == 4


def test_handed_in_or_handed_over_never_both(office: Office) -> None:
    at_once(
        lambda: hand_in(office, "p-1", "so-ket", now=JULY),
        lambda: decided(office, merge("p-1", into="x"), "move", now=JULY),
    )

    with office.database.reading() as session:
        one = owed(session, "p-1", "so-ket")
        assert one is not None
        submitted = session.scalar(select(func.count()).where(Submission.obligation_id == one.id))
        assert (one.state, submitted) in (
            (ObligationState.SUBMITTED, 1),
            (ObligationState.ENDED, 0),
        )


def test_two_clocks_carry_out_a_change_once(office: Office) -> None:
    decided(office, merge("p-1", "p-2", into="x"), "move", now=local(2024, 6, 10))

    def clock() -> object:
        with office.database.writing() as session:
            return collect(session, hours=office.hours, now=JULY).changed

    assert sorted(at_once(clock, clock), key=str) == [(), (1,)]
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Handover)) == 4
