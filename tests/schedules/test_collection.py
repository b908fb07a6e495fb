import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.fulfilment import fulfil
from dondoc.tables import Notice, Obligation, Occurrence, Stage, Submission, Unit
from schedules.collection import Closed, Collected, collect
from tests.cast import local
from tests.office import Office

DELIVERED = local(2024, 4, 12)


@pytest.fixture
def office(database: Database) -> Office:
    """p-1 delivers on Friday the 12th; p-2 never does."""
    office = Office(database)
    office.launch(at=local(2024, 3, 29))
    with database.writing() as session:
        owed = session.scalars(select(Obligation).join(Unit).where(Unit.code == "p-1")).one()
        fulfil(session, [owed.id], now=DELIVERED)
        session.add(
            Submission(
                obligation_id=owed.id,
                version=1,
                received_at=DELIVERED,
                received_by="p-1",
                complete=True,
                fields={},
                missing={},
            )
        )
    return office


def run(office: Office, *now: int) -> Collected:
    with office.database.writing() as session:
        return collect(session, hours=office.hours, now=local(2024, 4, *now))


def test_occurrence_closes_when_lateness_begins_and_only_once(office: Office) -> None:
    assert run(office, 15, 23, 59).closed == ()
    closed = run(office, 16, 0).closed
    assert closed == (
        Closed(
            plan="thi-dua",
            milestone="dang-ky",
            occurrence="2024-04-15",
            due=closed[0].due,
            expected=2,
            received=1,
            late=1,
        ),
    )
    assert run(office, 16, 1).closed == ()
    with office.database.reading() as session:
        assert session.scalars(select(Occurrence.expected)).one() == 2


def test_review_that_is_done_is_not_asked_for(office: Office) -> None:
    run(office, 22)
    office.deliver("p-1", state="accepted")
    office.beat(local(2024, 4, 22, 10))
    assert "noi-vu@quan.example" not in office.server.recipients
    with office.database.reading() as session:
        reasons = session.scalars(
            select(Notice.reason).where(
                Notice.stage == Stage.REVIEW, Notice.planned_at <= local(2024, 4, 22, 10)
            )
        ).all()
    assert [reason and reason.value for reason in reasons] == ["reviewed"]
