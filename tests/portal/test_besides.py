"""What a clerk may do besides handing in: ask for a later date, promise one, take back, say who is
the wrong person."""

from datetime import date

import pytest
from httpx import Response
from sqlalchemy import select

from dondoc.decision import Decision
from dondoc.extensions import asked_for, deny
from dondoc.tables import (
    Extension,
    ExtensionState,
    Obligation,
    ObligationState,
    Problem,
    Promise,
    Submission,
)
from schedules.returning import Wanted, give_back
from tests.cast import local
from tests.portal.house import House
from tests.portal.test_hand_in import page_of, rows, send, state, whole

WHY = {"reason": "Chờ đại hội"}


def act(house: House, name: str, **fields: str) -> Response:
    browser = house.visitor("unit")
    browser.get(page_of(house))
    return browser.post(f"{page_of(house)}/acts/{name}", fields)


def send_back(house: House, **parts: str) -> None:
    wanted = Wanted(
        until=date(2024, 4, 24),
        parts={code.replace("_", "-"): why for code, why in parts.items()},
    )
    decision = Decision(actor="an", reason="Chưa đạt", now=house.now)
    with house.database.writing() as session:
        owed = session.get_one(Obligation, house.obligation("p-1"))
        give_back(session, owed, wanted, decision, hours=house.portal.hours)


def test_a_later_date_is_asked_for_and_the_question_taken_back(house: House) -> None:
    page = act(house, "ask", until="2024-04-22", **WHY)
    assert "Your request was sent" in page.text
    assert "22 April 2024: asked for" in page.text
    assert "Ask for a later date" not in page.text
    with house.database.reading() as session:
        [asked] = session.scalars(select(Extension))
        assert (asked.asked_by, asked.asked_reason) == ("p-1@quan.example", "Chờ đại hội")
    page = act(house, "unask")
    assert "withdrawn by the unit" in page.text
    assert "Ask for a later date" in page.text


def test_an_answer_is_read_where_it_was_asked(house: House) -> None:
    act(house, "ask", until="2024-04-22", **WHY)
    with house.database.writing() as session:
        asked = asked_for(session, session.get_one(Obligation, house.obligation("p-1")))
        assert asked is not None
        deny(session, asked, Decision(actor="an", reason="Đã lùi một lần", now=house.now))
    page = house.visitor("unit").get(page_of(house))
    assert "22 April 2024: denied. Đã lùi một lần" in page.text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"until": "2024-04-15", **WHY}, "is not after the date it has now"),
        ({"until": "31/6/2024", **WHY}, "A date is needed"),
        ({"until": "2024-05-02", "reason": " "}, "A reason is needed"),
    ],
)
def test_what_cannot_be_asked_is_explained_and_kept(
    house: House, fields: dict[str, str], why: str
) -> None:
    page = act(house, "ask", **fields)
    assert page.status_code == 400
    assert why in page.text
    assert fields["reason"].strip() in page.text
    assert '<details open id="ask">' in page.text
    assert rows(house, Extension) == 0


def test_what_is_overdue_is_promised_for_a_day(house: House) -> None:
    assert act(house, "acknowledge", until="2024-04-22", **WHY).status_code == 400
    house.now = local(2024, 4, 17)
    page = house.visitor("unit").get(page_of(house))
    assert "Promise a day" in page.text
    assert 'max="2024-05-06"' in page.text
    page = act(house, "acknowledge", until="2024-04-22", **WHY)
    assert "The day is noted" in page.text
    assert "Promised for" in page.text
    with house.database.reading() as session:
        assert session.scalars(select(Promise.promised_on)).all() == [date(2024, 4, 22)]
    page = act(house, "acknowledge", until="2024-09-22", **WHY)
    assert "is too far" in page.text


def test_what_was_handed_in_is_taken_back_and_goes_on_as_a_draft(house: House) -> None:
    whole(house.visitor("unit"))
    page = act(house, "withdraw", reason="Gửi nhầm tệp")
    assert "It was taken back" in page.text
    assert 'value="12"' in page.text
    assert "đăng ký.pdf" in page.text
    assert "taken back 09:00" in page.text
    assert state(house) is ObligationState.OPEN
    version = house.visitor("unit").get(f"{page_of(house)}/versions/1")
    assert "was taken back" in version.text
    again = send(house.visitor("unit"), do="submit", so_nguoi="13")
    assert again.url.path.endswith("/versions/2")
    assert "taken back" in house.visitor("unit").get(page_of(house)).text


def test_a_receipt_says_that_its_version_was_taken_back(house: House) -> None:
    page = whole(house.visitor("unit"))
    receipt = house.visitor("unit").get(f"{page.url.path}/receipt")
    act(house, "withdraw", reason="Gửi nhầm tệp")
    anybody = house.browser()
    anybody.get("/receipts")
    checked = anybody.send("/receipts/file", {}, [("file", ("r.json", receipt.content))])
    assert "Genuine" in checked.text
    assert "The unit took this version back" in checked.text


def test_what_was_accepted_stays(house: House) -> None:
    whole(house.visitor("unit"))
    with house.database.writing() as session:
        session.get_one(Obligation, house.obligation("p-1")).state = ObligationState.ACCEPTED
    page = act(house, "withdraw", reason="Gửi nhầm tệp")
    assert page.status_code == 400
    assert "only what waits for review can be taken back" in page.text
    with house.database.reading() as session:
        assert session.scalars(select(Submission.withdrawn_at)).all() == [None]


def test_a_return_is_read_part_by_part_and_resubmitted(house: House) -> None:
    browser = house.visitor("unit")
    whole(browser)
    send_back(house, ban_dang_ky="thiếu con dấu", so_nguoi="không khớp danh sách")
    page = browser.get(page_of(house))
    assert "Chưa đạt" in page.text
    assert "Bản đăng ký: thiếu con dấu" in page.text
    page = browser.post(f"{page_of(house)}/draft")
    assert '<a href="#ban-dang-ky">Bản đăng ký</a>: thiếu con dấu' in page.text
    assert '<p class="error">The office: thiếu con dấu</p>' in page.text
    assert '<p class="error">The office: không khớp danh sách</p>' in page.text
    page = send(browser, do="submit", so_nguoi="13")
    assert page.url.path.endswith("/versions/2")
    assert state(house) is ObligationState.RESUBMITTED
    page = browser.get(page_of(house))
    assert "Returned 09:00" in page.text
    assert "The office:" not in page.text


def test_a_wrong_contact_is_reported_to_the_office(house: House) -> None:
    browser = house.visitor("unit")
    page = browser.get("/unit/contacts")
    assert "p-1@quan.example" in page.text
    assert "head.p-1@quan.example" not in page.text
    seat = house.seat("p-1").contact_id
    said = "Ông Ba nghỉ hưu, nay là bà Tư"
    page = browser.post("/unit/contacts", {"seat": str(seat), "reason": said})
    assert "The standing office has been told" in page.text
    assert "Known to be wrong since" in page.text
    today = house.visitor("official").get("/office")
    assert said in today.text


def test_nobody_reports_for_another_unit(house: House) -> None:
    browser = house.visitor("unit")
    browser.get("/unit/contacts")
    other = str(house.seat("p-2").contact_id)
    assert browser.post("/unit/contacts", {"seat": other, "reason": "x"}).status_code == 404
    page = browser.post("/unit/contacts", {"reason": "x"})
    assert (page.status_code, "Choose who is wrong" in page.text) == (400, True)
    assert rows(house, Problem) == 0


def test_reports_are_counted(house: House) -> None:
    browser = house.visitor("unit")
    browser.get("/unit/contacts")
    report = {"seat": str(house.seat("p-1").contact_id), "reason": "nhầm"}
    found = [browser.post("/unit/contacts", report).status_code for _ in range(6)]
    assert found == [200] * 5 + [429]


def test_only_questions_that_wait_are_shown_as_waiting(house: House) -> None:
    act(house, "ask", until="2024-04-22", **WHY)
    whole(house.visitor("unit"))
    page = house.visitor("unit").get(page_of(house))
    assert "no longer needed" in page.text
    with house.database.reading() as session:
        assert session.scalars(select(Extension.state)).all() == [ExtensionState.LAPSED]
