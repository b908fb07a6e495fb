from datetime import datetime

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.errors import NotFound
from dondoc.history import EventLine, NoticeLine, history
from dondoc.queries import milestone_by_code, plan_by_code, unit_by_code
from dondoc.skipping import NothingAhead, Sending, TooLate, skip, skip_step
from dondoc.tables import Notice, Obligation, Unit
from notifications.parcel import Verdict
from tests.cast import local
from tests.office import Office

LAUNCH = local(2024, 3, 29)
T14, T7 = local(2024, 4, 1, 8), local(2024, 4, 8, 8)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def notice(office: Office, unit: str, step: str) -> int:
    with office.database.reading() as session:
        chosen = select(Notice.id).join(Obligation).join(Unit)
        return session.scalars(chosen.where(Unit.code == unit, Notice.step == step)).one()


def cancel(office: Office, *notices: int, now: datetime = LAUNCH) -> int:
    with office.database.writing() as session:
        return skip(session, notices, decide(now))


def cancel_step(office: Office, step: str, occurrence: str | None = None) -> int:
    with office.database.writing() as session:
        milestone = milestone_by_code(session, plan_by_code(session, "thi-dua"), "dang-ky")
        sending = Sending(milestone=milestone, step=step, occurrence=occurrence)
        return skip_step(session, sending, decide(LAUNCH))


def decide(now: datetime) -> Decision:
    return Decision(actor="an", reason="đã họp, nhắc tại chỗ", now=now)


def test_one_sending_is_cancelled_and_the_next_goes_out(office: Office) -> None:
    assert cancel(office, notice(office, "p-1", "T-14")) == 1
    office.beat(T14)
    assert office.server.recipients == ["p-2@quan.example"]
    office.beat(T7)
    assert office.verdicts("p-1")["T-7"] == ("sent", None)


def test_one_step_is_cancelled_for_everybody(office: Office) -> None:
    assert cancel_step(office, "T-14") == 2
    assert office.beat(T14).idle
    office.beat(T7)
    assert len(office.letters()) == 2


def test_letter_that_waits_in_the_outbox_says_nothing_any_more(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.DEFERRED
    office.beat(T14)
    cancel(office, notice(office, "p-1", "T-14"), now=T14)
    office.server.answers.clear()
    assert office.beat(local(2024, 4, 1, 9)).drained.dropped == 1
    assert office.verdicts("p-1")["T-14"] == ("skipped", "cancelled")


def test_why_says_who_cancelled_it_and_why(office: Office) -> None:
    cancel(office, notice(office, "p-1", "T-14"))
    cancel_step(office, "T-7")
    with office.database.reading() as session:
        lines = history(session, unit_by_code(session, "p-1"))
    whys = {line.step: line.said_why.vi for line in lines if isinstance(line, NoticeLine)}
    said = "đã quyết định bỏ lần nhắc này; đã họp, nhắc tại chỗ (an)"
    assert (whys["T-14"], whys["T-7"], whys["T-1"]) == (said, said, "")
    events = [line for line in lines if isinstance(line, EventLine)]
    assert [(one.action, one.facts["step"]) for one in events] == [
        ("skip", "T-14"),
        ("skip", "T-7"),
    ]


def test_what_has_left_cannot_be_cancelled(office: Office) -> None:
    office.beat(T14)
    sent, ahead = notice(office, "p-1", "T-14"), notice(office, "p-1", "T-7")
    with pytest.raises(TooLate) as late:
        cancel(office, ahead, sent)
    assert late.value.text(office.settings.language) == (
        f"Lần nhắc {sent}: đã gửi; chỉ bỏ được lần nhắc chưa gửi."
    )
    assert office.verdicts("p-1")["T-7"] == ("planned", None)


def test_cancelling_twice_or_nothing_is_refused(office: Office) -> None:
    number = notice(office, "p-1", "T-14")
    cancel(office, number)
    with pytest.raises(TooLate):
        cancel(office, number)
    with pytest.raises(NotFound):
        cancel(office, 9_999)
    with pytest.raises(NothingAhead):
        cancel_step(office, "T-15")
    with pytest.raises(NothingAhead):
        cancel_step(office, "T-7", occurrence="2024-Q3")
