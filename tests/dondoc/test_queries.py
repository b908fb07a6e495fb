from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.errors import NotFound
from dondoc.queries import (
    all_plans,
    group_by_code,
    milestone_by_code,
    obligation_of,
    obligations,
    plan_by_code,
    seats,
    unit_by_code,
)
from dondoc.tables import ObligationState, Plan, Role
from dondoc.words import Language
from tests.cast import make_plan, make_units


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session, make_units(session))


def test_found_by_code(session: Session, plan: Plan) -> None:
    assert plan_by_code(session, "ke-hoach") is plan
    assert milestone_by_code(session, plan, "guong").name == "Gương điển hình tiên tiến"
    assert unit_by_code(session, "p-1").name == "Ủy ban nhân dân phường Một"
    assert group_by_code(session, "cum-1").name == "Cụm thi đua số 1"
    assert all_plans(session) == [plan]


def test_code_that_is_not_there_names_the_nearest(session: Session, plan: Plan) -> None:
    with pytest.raises(NotFound) as error:
        milestone_by_code(session, plan, "Dang-Kí")
    assert error.value.text(Language.VI) == "Không có mốc 'Dang-Kí'. Có phải 'dang-ky'?"
    assert error.value.text(Language.EN) == (
        "There is no milestone 'Dang-Kí'. Did you mean 'dang-ky'?"
    )


def test_code_far_from_all_lists_some(session: Session, plan: Plan) -> None:
    with pytest.raises(NotFound) as error:
        milestone_by_code(session, plan, "zzzz")
    assert error.value.text(Language.EN) == (
        "There is no milestone 'zzzz'. There are: dang-ky, so-ket, guong."
    )


def test_nothing_there_at_all(session: Session) -> None:
    with pytest.raises(NotFound) as error:
        plan_by_code(session, "{a}")
    assert error.value.text(Language.VI) == "Không có kế hoạch '{a}'."


def test_obligation_of_several_dates_is_the_earliest_owed(session: Session, plan: Plan) -> None:
    milestone, unit = milestone_by_code(session, plan, "guong"), unit_by_code(session, "p-1")
    first = obligation_of(session, milestone, unit)
    assert first.occurrence.key == "2024-07-10"
    first.state = ObligationState.ACCEPTED
    second = obligation_of(session, milestone, unit)
    assert second.occurrence.key == "2024-10-10"
    second.state = ObligationState.SUBMITTED
    assert obligation_of(session, milestone, unit) is second
    assert obligation_of(session, milestone, unit, occurrence="2024-07-10") is first


def test_obligation_that_does_not_exist(session: Session, plan: Plan) -> None:
    milestone = milestone_by_code(session, plan, "guong")
    with pytest.raises(NotFound):
        obligation_of(session, milestone, unit_by_code(session, "noi-vu"))
    with pytest.raises(NotFound) as error:
        obligation_of(session, milestone, unit_by_code(session, "p-1"), occurrence="2024-07-11")
    assert "2024-07-10" in error.value.text(Language.VI)


def test_obligations_in_order(session: Session, plan: Plan) -> None:
    found = session.scalars(obligations(plan=plan, unit=unit_by_code(session, "p-2"))).all()
    assert [one.occurrence.milestone.code for one in found] == [
        "dang-ky",
        "so-ket",
        "guong",
        "guong",
    ]


def test_seats(session: Session, plan: Plan) -> None:
    heads = seats(session, unit_by_code(session, "p-2"), Role.HEAD)
    assert [seat.email for seat in heads] == ["head.p-2@quan.example"]
