import pytest
from sqlalchemy import select

from dondoc.access.accounts import make_account
from dondoc.access.scope import NotHere, obligation_for, obligation_of_units, plan_for, plans_of
from dondoc.database import Database
from dondoc.queries import obligations
from dondoc.tables import Account, AccountRole, Unit
from tests.cast import LAUNCHED, make_plan, make_units


def account(database: Database, role: AccountRole, office: str | None) -> Account:
    with database.writing() as session:
        units = make_units(session)
        make_plan(session, units)
        return make_account(
            session,
            email="binh@quan.example",
            name="Bà Bình",
            role=role,
            office=None if office is None else units[office],
            actor="test",
            now=LAUNCHED,
        )


@pytest.mark.parametrize(
    ("role", "office"),
    [(AccountRole.ADMINISTRATOR, None), (AccountRole.OFFICIAL, "noi-vu")],
)
def test_the_own_offices_plans_are_there(
    database: Database, role: AccountRole, office: str | None
) -> None:
    own = account(database, role, office)
    with database.reading() as session:
        assert [plan.code for plan in plans_of(session, own)] == ["ke-hoach"]
        assert plan_for(session, own, "ke-hoach").code == "ke-hoach"
        owed = session.scalars(obligations()).first()
        assert owed is not None
        assert obligation_for(session, own, owed.id).id == owed.id


def test_another_offices_plans_do_not_exist(database: Database) -> None:
    other = account(database, AccountRole.OFFICIAL, "tai-chinh")
    with database.reading() as session:
        assert plans_of(session, other) == []
        with pytest.raises(NotHere):
            plan_for(session, other, "ke-hoach")
        for owed in session.scalars(obligations()).all():
            with pytest.raises(NotHere):
                obligation_for(session, other, owed.id)


def test_a_unit_has_its_own_obligations(database: Database) -> None:
    account(database, AccountRole.ADMINISTRATOR, None)
    with database.reading() as session:
        for owed in session.scalars(obligations()).all():
            assert obligation_of_units(session, (owed.unit_id,), owed.id).id == owed.id
            others = tuple(
                unit for unit in session.scalars(select(Unit.id)) if unit != owed.unit_id
            )
            with pytest.raises(NotHere):
                obligation_of_units(session, others, owed.id)
