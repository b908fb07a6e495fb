from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.stops import NothingToConfirm, confirm, standing_stop
from dondoc.tables import Event, Incident, Letter, Notice
from notifications.beat import next_planned
from notifications.demand import Demand, remind
from notifications.scope import Scope
from tests.cast import local
from tests.office import PLAN, Office

LAUNCH = local(2024, 3, 29)
T14 = local(2024, 4, 1, 8)
YEARS_LATER = local(2034, 5, 15, 8)
EVERYBODY = PLAN.replace("{units: [p-1, p-2]}", "all")


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("DONDOC_GUARD_LEAST", "1")
    return Office(database)


def affirm(office: Office, now: datetime) -> int:
    with office.database.writing() as session:
        return confirm(session, Decision(actor="an", reason="đúng là vậy", now=now)).letters


def demand(office: Office, now: datetime) -> None:
    with office.database.writing() as session:
        scope = Scope(plan="thi-dua", milestone="dang-ky")
        remind(session, Demand(scope=scope, actor="an", now=now), hours=office.hours)


def test_launch_day_and_due_days_pass(office: Office) -> None:
    announced = EVERYBODY.replace("announce: false", "announce: true")
    office.launch(announced, at=LAUNCH)
    for day in (LAUNCH, T14, local(2024, 4, 15, 8), local(2024, 4, 16, 8)):
        assert office.beat(day).swept.stopped == 0
    assert len(office.letters()) == 4 * 6


def test_clock_that_jumped_sends_nothing_but_tells_the_operator(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    beaten = office.beat(YEARS_LATER)
    assert (beaten.swept.stopped, office.letters()) == (12, [])  # officers, and heads above them
    office.beat(YEARS_LATER + timedelta(minutes=1))
    with office.database.reading() as session:
        (incident,) = session.scalars(select(Incident)).all()
        assert (incident.kind, incident.text[:32]) == ("guard", "Đã chặn một lượt gửi đến 12 thư,")
        assert session.scalars(select(func.count()).select_from(Letter)).one() == 0
        assert next_planned(session) is None


def test_stop_is_lifted_when_there_is_no_reason_any_more(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    office.beat(YEARS_LATER)
    assert office.beat(T14).swept.letters == 6
    with office.database.reading() as session:
        assert standing_stop(session) is None


def test_confirmed_sweep_goes_on(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    office.beat(YEARS_LATER)
    assert affirm(office, YEARS_LATER) == 12
    with office.database.reading() as session:
        entry = session.scalars(select(Event).where(Event.action == "confirm")).one()
        assert (entry.actor, entry.facts) == ("an", {"letters": 12, "usual": 0})
        assert next_planned(session) == T14
    assert office.beat(YEARS_LATER + timedelta(minutes=2)).swept.letters == 6


def test_word_given_in_the_evening_holds_for_the_next_morning(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    office.beat(YEARS_LATER)
    affirm(office, local(2034, 5, 15, 19))
    assert office.beat(local(2034, 5, 16, 8)).swept.letters == 6


def test_nothing_to_confirm(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    with pytest.raises(NothingToConfirm):
        affirm(office, LAUNCH)


def test_reminding_everybody_out_of_season_waits_for_a_word(office: Office) -> None:
    early = local(2024, 2, 5, 9)
    office.launch(EVERYBODY.replace("2024-04-15", "2024-06-28"), at=early)
    demand(office, early)
    assert office.beat(early).swept.stopped == 6


def test_reminding_everybody_near_a_busy_day_is_nothing_unusual(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    demand(office, LAUNCH)
    assert office.beat(LAUNCH).swept.letters == 6


def test_after_an_outage_the_next_busy_days_are_the_measure(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    assert office.beat(local(2024, 4, 11, 8)).swept.letters == 6


def test_busiest_day_of_the_last_two_months_is_a_measure(office: Office) -> None:
    office.launch(EVERYBODY, at=LAUNCH)
    for day in (T14, local(2024, 4, 16, 8)):
        office.beat(day)
    with office.database.writing() as session:  # nothing more is planned
        ahead = update(Notice).where(Notice.planned_at > local(2024, 4, 17, 0))
        session.execute(ahead.values(planned_at=local(2024, 12, 1)))
    demand(office, local(2024, 5, 20, 9))
    assert office.beat(local(2024, 5, 20, 9)).swept.letters == 6


@pytest.mark.parametrize(("times", "least"), [("0", "1"), ("3", "12")])
def test_few_letters_and_a_guard_switched_off_pass(
    database: Database, monkeypatch: pytest.MonkeyPatch, times: str, least: str
) -> None:
    monkeypatch.setenv("DONDOC_GUARD_TIMES", times)
    monkeypatch.setenv("DONDOC_GUARD_LEAST", least)
    office = Office(database)
    office.launch(EVERYBODY, at=LAUNCH)
    assert office.beat(YEARS_LATER).swept.letters == 6
