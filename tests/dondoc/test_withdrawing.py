from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from dondoc.consolidation import consolidated
from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.history import EventLine, history
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.standing import rates
from dondoc.submissions import accept
from dondoc.tables import (
    Notice,
    ObligationState,
    Reason,
    Stage,
    Submission,
)
from dondoc.voiding import OnlyVersion, void
from dondoc.withdrawing import NothingToWithdraw, withdraw_submission
from schedules.collection import collect
from schedules.returning import Wanted, give_back
from tests.cast import local
from tests.office import Office, deliver, owed

LAUNCH = local(2024, 3, 29)
DELIVERED, WITHDRAWN = local(2024, 4, 10), local(2024, 4, 11)
P1 = "p-1@quan.example"


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def take_back(office: Office, at: datetime = WITHDRAWN) -> list[int]:
    decision = Decision(actor="p-1@quan.example", reason="gửi nhầm tệp", now=at)
    with office.database.writing() as session:
        return withdraw_submission(session, owed(session), decision)


def decide(at: datetime) -> Decision:
    return Decision(actor="an", reason="thiếu chữ ký", now=at)


def tally(office: Office, at: datetime) -> Any:
    with office.database.reading() as session:
        return rates(session, plan_by_code(session, "thi-dua"), at).columns[0].tally


def test_the_unit_owes_again_and_is_reminded_as_before(office: Office) -> None:
    planned = office.verdicts("p-1")
    deliver(office, DELIVERED)
    assert office.verdicts("p-1")["T-1"] == ("skipped", "submitted")
    assert take_back(office) == [1]
    with office.database.reading() as session:
        assert owed(session).state is ObligationState.OPEN
        assert owed(session).first_complete_at is None
        assert session.scalars(select(Submission.withdrawn_at)).one() == WITHDRAWN
    again = office.verdicts("p-1")
    ahead = {step for step in planned if step not in ("T-14", "T-7")}
    assert {step: again[step] for step in ahead} == {step: planned[step] for step in ahead}
    office.beat(local(2024, 4, 12, 8))
    assert [name for to, name in office.letters() if to == P1] == ["reminder"]


def test_what_was_taken_back_counts_for_nothing(office: Office) -> None:
    deliver(office, DELIVERED)
    assert (tally(office, WITHDRAWN).received, tally(office, WITHDRAWN).complete) == (1, 1)
    take_back(office)
    assert (tally(office, WITHDRAWN).received, tally(office, WITHDRAWN).complete) == (0, 0)
    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        found = consolidated(session, plan, now=WITHDRAWN)
        assert [row.version for row in found.rows if row.unit == "p-1"] == [None]


def test_timeliness_is_judged_on_what_comes_next(office: Office) -> None:
    late = local(2024, 4, 18)
    deliver(office, DELIVERED)
    take_back(office)
    deliver(office, late, version=2)
    with office.database.reading() as session:
        assert owed(session).first_complete_at == late
    assert take_back(office, local(2024, 4, 19)) == [2]


def test_after_a_return_the_first_version_still_decides(office: Office) -> None:
    deliver(office, DELIVERED)
    with office.database.writing() as session:
        wanted = Wanted(until=date(2024, 4, 24))
        give_back(session, owed(session), wanted, decide(DELIVERED), hours=office.hours)
    corrected = local(2024, 4, 12)
    deliver(office, corrected, version=2)
    assert take_back(office, local(2024, 4, 13)) == [2]
    with office.database.reading() as session:
        assert owed(session).state is ObligationState.RETURNED
        assert owed(session).first_complete_at == DELIVERED
        assert owed(session).correct_by == date(2024, 4, 24)
    states = office.verdicts("p-1")
    assert states["T-0"] == ("planned", None)
    with office.database.writing() as session:
        void(session, owed(session), decide(corrected))
        assert owed(session).first_complete_at is None


def test_what_was_decided_stays(office: Office) -> None:
    with pytest.raises(NothingToWithdraw):
        take_back(office)
    deliver(office, DELIVERED)
    with office.database.writing() as session:
        accept(session, owed(session), actor="an", now=DELIVERED)
    with pytest.raises(NothingToWithdraw):
        take_back(office)


def test_of_two_that_decide_at_once_the_first_wins(office: Office) -> None:
    deliver(office, DELIVERED)
    take_back(office)
    with pytest.raises(NothingToWithdraw):
        take_back(office)


def test_no_version_taken_back_counts_in_place_of_a_voided_one(office: Office) -> None:
    deliver(office, DELIVERED)
    take_back(office)
    deliver(office, local(2024, 4, 12), version=2)
    with office.database.writing() as session, pytest.raises(OnlyVersion):
        void(session, owed(session), decide(local(2024, 4, 13)))


def test_the_collector_is_reminded_of_it_no_more(office: Office) -> None:
    deliver(office, DELIVERED)
    later = local(2024, 4, 24, 7)
    with office.database.writing() as session:
        assert collect(session, hours=office.hours, now=later).nudges == 5
    take_back(office, later)
    with office.database.reading() as session:
        reviews = select(Notice.reason).where(Notice.stage == Stage.REVIEW)
        assert session.scalars(reviews).all() == [Reason.WITHDRAWN] * 5


def test_it_is_in_the_record_in_the_units_name(office: Office) -> None:
    deliver(office, DELIVERED)
    take_back(office)
    with office.database.reading() as session:
        lines = history(session, unit_by_code(session, "p-1"))
        [line] = [one for one in lines if getattr(one, "action", "") == "withdraw_submission"]
        assert isinstance(line, EventLine)
        assert (line.actor, line.on_behalf, line.reason) == (P1, "p-1", "gửi nhầm tệp")
        assert line.facts == {"versions": [1]}
