from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import Decision, NothingToReturn
from dondoc.fulfilment import fulfil
from dondoc.tables import Obligation, ObligationState, Unit
from schedules.returning import correction_day, give_back
from tests.cast import local
from tests.office import Office

LAUNCH = local(2024, 3, 29)
DELIVERED, RETURNED = local(2024, 4, 12), local(2024, 4, 17)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def owed(session: Session, unit: str) -> Obligation:
    return session.scalars(select(Obligation).join(Unit).where(Unit.code == unit)).one()


def deliver(office: Office, at: datetime) -> None:
    with office.database.writing() as session:
        fulfil(session, [owed(session, "p-1").id], now=at)


def send_back(office: Office, until: date, at: datetime) -> None:
    decision = Decision(actor="an", reason="thiếu chữ ký", now=at)
    with office.database.writing() as session:
        give_back(session, owed(session, "p-1"), until, decision, hours=office.hours)


def test_return_sets_a_date_of_its_own_and_leaves_timeliness(office: Office) -> None:
    deliver(office, DELIVERED)
    day = correction_day(office.hours, RETURNED)
    assert day == date(2024, 4, 25)  # five working days, 18/4 is Giỗ Tổ
    send_back(office, day, RETURNED)
    with office.database.reading() as session:
        obligation = owed(session, "p-1")
        assert obligation.state is ObligationState.RETURNED
        assert obligation.first_complete_at == DELIVERED
        assert obligation.late_at == local(2024, 4, 16, 0)
    office.beat(local(2024, 4, 22, 8))
    (content,) = office.contents("p-1@quan.example")
    assert content.items[0].due == day
    assert content.items[0].returned == "thiếu chữ ký"


def test_only_what_waits_for_review_is_returned(office: Office) -> None:
    with pytest.raises(NothingToReturn):
        send_back(office, date(2024, 4, 22), LAUNCH)


def test_what_comes_after_a_return_is_resubmitted_and_may_be_returned_again(
    office: Office,
) -> None:
    again = local(2024, 4, 19)
    deliver(office, DELIVERED)
    send_back(office, date(2024, 4, 22), DELIVERED)
    deliver(office, again)
    with office.database.reading() as session:
        obligation = owed(session, "p-1")
        assert obligation.state is ObligationState.RESUBMITTED
        assert obligation.first_complete_at == DELIVERED
    send_back(office, date(2024, 4, 26), again)
    with office.database.reading() as session:
        assert owed(session, "p-1").state is ObligationState.RETURNED
