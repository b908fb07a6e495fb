from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.tables import Contact, Obligation
from tests.cast import DUES, NAMES, OWING, make_plan, make_units


def test_cast_can_be_written(database: Database) -> None:
    with database.writing() as session:
        make_plan(session, make_units(session))
    with database.reading() as session:
        seats = session.scalar(select(func.count()).select_from(Contact))
        owed = session.scalar(select(func.count()).select_from(Obligation))
    assert (seats, owed) == (2 * len(NAMES), len(OWING) * sum(len(due.dates) for due in DUES))
