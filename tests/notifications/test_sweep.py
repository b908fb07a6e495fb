from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from dondoc.database import Database
from dondoc.tables import Contact, Letter, Notice, NoticeState, Problem, Unit
from notifications.parcel import Verdict
from notifications.sending import send_here
from notifications.sweep import batches, prepare, sweep
from tests.cast import local
from tests.office import PLAN, Office

LAUNCH = local(2024, 3, 29)
T_MINUS_14 = local(2024, 4, 1, 8)
DUE = local(2024, 4, 15, 8)
T_PLUS_1 = local(2024, 4, 16, 8)
LEVEL_1 = local(2024, 4, 17, 8)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def test_nothing_leaves_before_its_moment(office: Office) -> None:
    assert office.beat(local(2024, 4, 1, 7, 59)).idle
    assert office.letters() == []


def test_due_notices_become_one_letter_a_person(office: Office) -> None:
    office.beat(T_MINUS_14)
    assert office.letters() == [("p-1@quan.example", "reminder"), ("p-2@quan.example", "reminder")]
    assert office.verdicts("p-1")["T-14"] == ("sent", None)


def test_second_sweep_finds_nothing(office: Office) -> None:
    office.beat(T_MINUS_14)
    assert office.beat(T_MINUS_14).idle
    assert len(office.server.received) == 2


def test_two_sweeps_at_once_make_each_letter_once(office: Office) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: sweep(office.post, T_MINUS_14), range(4)))
    assert sum(one.letters for one in done) == 2
    assert sum(one.queued for one in done) == 2


def test_batches_of_one_seat_reach_everybody(office: Office) -> None:
    """Several instants are due, and each seat comes up in a batch of its own."""
    office.post = replace(office.post, batch=1)
    office.launch(PLAN.replace("thi-dua", "hai").replace("2024-04-15", "2024-04-17"), at=LAUNCH)
    swept = sweep(office.post, local(2024, 4, 8, 8))
    assert (swept.letters, swept.queued, swept.skipped) == (2, 4, 2)


def test_seats_that_share_an_address_share_a_letter(office: Office) -> None:
    """Also where they come up in different batches."""
    office.post = replace(office.post, batch=1)
    with office.database.writing() as session:
        shared = update(Contact).where(Contact.email.in_(["p-1@quan.example", "p-2@quan.example"]))
        session.execute(shared.values(email="chung@quan.example"))
    office.beat(T_MINUS_14)
    (content,) = office.contents("chung@quan.example")
    assert [item.unit for item in content.items] == ["p-1", "p-2"]
    assert len(office.server.received) == 1


def test_letters_wait_for_office_hours(office: Office) -> None:
    saturday, monday = local(2024, 4, 6), local(2024, 4, 8, 8)
    assert office.beat(saturday).idle
    office.beat(monday)
    assert office.letters() == [("p-1@quan.example", "reminder"), ("p-2@quan.example", "reminder")]


def test_after_an_outage_one_letter_with_todays_wording(office: Office) -> None:
    """Down from before T-14 until after the due date."""
    office.beat(T_PLUS_1)
    assert office.letters() == [("p-1@quan.example", "overdue"), ("p-2@quan.example", "overdue")]
    verdicts = office.verdicts("p-1")
    assert verdicts["T-14"] == verdicts["T-0"] == ("skipped", "superseded")
    assert verdicts["T+1"] == ("sent", None)


def test_delivered_units_get_no_letter(office: Office) -> None:
    office.deliver("p-1")
    office.beat(T_MINUS_14)
    assert office.letters() == [("p-2@quan.example", "reminder")]
    assert office.verdicts("p-1")["T-14"] == ("skipped", "submitted")


def test_delivery_between_claim_and_sending_stops_the_letter(office: Office) -> None:
    sweep(office.post, T_MINUS_14)
    office.deliver("p-1")
    office.beat(T_MINUS_14)
    assert office.server.recipients == ["p-2@quan.example"]
    assert office.verdicts("p-1")["T-14"] == ("skipped", "submitted")


def test_second_plan_on_the_same_day_waits_for_tomorrows_letter(office: Office) -> None:
    office.beat(T_MINUS_14)
    later = local(2024, 4, 1, 10)
    office.launch(
        PLAN.replace("thi-dua", "hai").replace("announce: false", "announce: true"), at=later
    )
    office.beat(later)
    assert len(office.server.received) == 2
    office.beat(local(2024, 4, 2, 8))
    assert office.letters()[2:] == [
        ("p-1@quan.example", "announcement"),
        ("p-2@quan.example", "announcement"),
    ]


def test_two_plans_share_one_letter(office: Office) -> None:
    office.launch(PLAN.replace("thi-dua", "hai"), at=LAUNCH)
    office.beat(T_MINUS_14)
    (content,) = office.contents("p-1@quan.example")
    assert [item.plan_code for item in content.items] == ["thi-dua", "hai"]
    assert len(office.server.received) == 2


def test_escalation_follows_an_accepted_reminder(office: Office) -> None:
    office.beat(T_PLUS_1)
    office.beat(LEVEL_1)
    assert office.letters()[2:] == [
        ("head.p-1@quan.example", "escalation"),
        ("head.p-2@quan.example", "escalation"),
    ]
    (content,) = office.contents("head.p-1@quan.example")
    assert content.level == 1
    assert content.pressed[0].unit == "p-1"
    assert content.pressed[0].told_on == T_PLUS_1.date()


def test_refused_reminder_makes_a_contact_problem_not_an_escalation(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    office.beat(T_PLUS_1)
    office.beat(LEVEL_1)
    assert ("head.p-1@quan.example", "escalation") not in office.letters()
    assert ("head.p-2@quan.example", "escalation") in office.letters()
    assert office.verdicts("p-1")["L1"] == ("skipped", "contact_problem")
    with office.database.reading() as session:
        codes = session.scalars(select(Unit.code).join(Problem, Problem.unit_id == Unit.id))
        assert set(codes) == {"p-1"}


def test_escalation_waits_while_the_reminder_is_on_its_way(office: Office) -> None:
    """The unit's letter is deferred all day; its superior is told only after it has arrived."""
    office.server.answers["p-1@quan.example"] = Verdict.DEFERRED
    office.beat(T_PLUS_1)
    office.beat(LEVEL_1)
    assert office.verdicts("p-1")["L1"] == ("planned", None)
    office.server.answers.clear()
    office.beat(local(2024, 4, 17, 15))
    office.beat(local(2024, 4, 19, 8))
    assert office.verdicts("p-1")["L1"] == ("sent", None)


def test_after_an_outage_the_unit_is_told_a_day_before_its_superior(office: Office) -> None:
    office.beat(LEVEL_1)
    assert office.letters() == [("p-1@quan.example", "overdue"), ("p-2@quan.example", "overdue")]
    office.beat(local(2024, 4, 19, 8))
    assert ("head.p-1@quan.example", "escalation") in office.letters()


def test_superiors_wait_a_day_though_letters_leave_while_others_are_made(office: Office) -> None:
    post = replace(office.post, batch=1)
    prepare(post, LEVEL_1)
    for _ in batches(post, LEVEL_1):
        send_here(post, LEVEL_1)
    assert office.letters() == [("p-1@quan.example", "overdue"), ("p-2@quan.example", "overdue")]
    assert office.verdicts("p-1")["L1"] == ("planned", None)
    office.beat(local(2024, 4, 19, 8))
    assert office.verdicts("p-1")["L1"] == ("sent", None)


def test_every_due_notice_has_a_verdict(office: Office) -> None:
    for day in range(1, 31):
        office.beat(local(2024, 4, day, 8))
    with office.database.reading() as session:
        waiting = session.scalars(
            select(Notice).where(
                Notice.state.in_((NoticeState.PLANNED, NoticeState.QUEUED)),
                Notice.planned_at <= local(2024, 4, 30, 8),
            )
        ).all()
        letters = session.scalars(select(Letter.key)).all()
    assert waiting == []
    assert len(set(letters)) == len(letters)
