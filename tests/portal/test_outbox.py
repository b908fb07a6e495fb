"""Letters, past and to come, as an official sees and stops them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.access.accounts import account_named
from dondoc.access.links import link_token
from dondoc.plan.source import parse_plan
from dondoc.tables import Event, Hold, Letter, LetterState, Notice, NoticeState, Reason, Stop
from notifications import catalogue
from notifications.beat import beat
from notifications.catalogue import Wanted
from notifications.folder import FolderTransport
from notifications.links import linker
from notifications.post import Post
from notifications.showing import MASK
from notifications.sweep import sweep
from notifications.writing import writer
from portal.figures import Kept
from portal.office.outbox import APART
from schedules.launch import launch
from schedules.moments import Coming
from tests.cast import local
from tests.office import MailServer
from tests.portal.house import LAUNCHED, PLAN, House, email
from tests.portal.test_hand_in import whole

SEVEN_DAYS_BEFORE = local(2024, 4, 8)

NOBODYS = PLAN.replace("code: thi-dua", "code: tai-san").replace("noi-vu", "tai-chinh")


def post(house: House, server: MailServer | None = None) -> Post:
    return Post(
        database=house.database,
        transport=server or MailServer(),
        hours=house.portal.hours,
        settings=house.settings,
        write=writer(linker(house.settings)),
    )


def letters(house: House) -> list[Letter]:
    with house.database.reading() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def notices(house: House, step: str) -> list[Notice]:
    with house.database.reading() as session:
        return list(session.scalars(select(Notice).where(Notice.step == step).order_by(Notice.id)))


def test_letters_are_found_by_unit_address_state_and_day(house: House) -> None:
    beat(post(house), SEVEN_DAYS_BEFORE)
    one, two = letters(house)
    browser = house.visitor("reader")

    for query, found in (
        ("", {one.id, two.id}),
        ("q=p-1", {one.id}),
        ("q=Hai", {two.id}),
        (f"q={two.address[:6]}", {two.id}),
        (f"q={one.address}", {one.id}),
        ("q=%25", set()),
        ("state=sent", {one.id, two.id}),
        ("state=failed", set()),
        ("day=08/04/2024", {one.id, two.id}),
        ("day=2024-04-09", set()),
        (f"before={two.id}", {one.id}),
    ):
        page = browser.get(f"/office/outbox?{query}").text
        assert {one.id for one in (one, two) if f"/office/letters/{one.id}" in page} == found, query


def test_another_office_finds_none_of_them(house: House) -> None:
    beat(post(house), SEVEN_DAYS_BEFORE)
    assert "/office/letters/" not in house.visitor("other_official").get("/office/outbox").text


def test_a_letter_is_shown_as_it_was_read_without_its_link(house: House) -> None:
    server = MailServer()
    beat(post(house, server), SEVEN_DAYS_BEFORE)
    sent = server.received[0].data.decode()
    (letter, _) = letters(house)
    live = link_token(house.portal.seal, house.seat("p-1"), letter.day)
    assert live in sent

    browser = house.visitor("reader")
    page = browser.get(f"/office/letters/{letter.id}")
    alone = browser.get(f"/office/letters/{letter.id}/html")

    assert "Đăng ký danh hiệu thi đua" in page.text
    for one in (page, alone):
        assert f"/l/{MASK}" in one.text
        assert live not in one.text
        assert live[-20:] not in one.text
    assert alone.headers["content-security-policy"] == APART


def test_a_letter_kept_as_a_file_is_told_so(house: House, tmp_path: Path) -> None:
    beat(replace(post(house), transport=FolderTransport(tmp_path)), SEVEN_DAYS_BEFORE)
    letter = next(one for one in letters(house) if one.address == "p-1@quan.example")
    reader = house.visitor("reader")

    history = reader.get(f"/office/obligations/{house.obligation('p-1')}").text
    assert "only as a file on this machine" in history
    assert ".eml" not in history
    assert "Only kept as a file" in reader.get(f"/office/letters/{letter.id}").text


def test_a_letter_that_waits_is_shown_and_stays_as_it_is(house: House) -> None:
    sweep(post(house), SEVEN_DAYS_BEFORE)
    before = [(one.id, one.state, one.attempts, one.payload) for one in letters(house)]
    planned = [(one.id, one.state) for one in notices(house, "T-7")]

    page = house.visitor("reader").get(f"/office/letters/{before[0][0]}").text

    assert "This is what it would say now." in page
    assert "Đăng ký danh hiệu thi đua" in page
    assert [(one.id, one.state, one.attempts, one.payload) for one in letters(house)] == before
    assert [(one.id, one.state) for one in notices(house, "T-7")] == planned


def test_a_letter_for_two_offices_is_opened_by_administrators_alone(house: House) -> None:
    with house.database.writing() as session:
        plan = parse_plan(NOBODYS)
        launch(session, plan, source=NOBODYS, hours=house.portal.hours, now=LAUNCHED)
    beat(post(house), SEVEN_DAYS_BEFORE)
    path = f"/office/letters/{letters(house)[0].id}"

    page = house.visitor("official").get(path)

    assert "also speaks of another office" in page.text
    assert "tai-san" not in page.text
    assert house.visitor("official").get(f"{path}/html").status_code == 400
    assert "12/KH-UBND" in house.visitor("administrator").get(path).text


def test_a_reminder_is_sent_again_in_the_words_of_the_day(house: House) -> None:
    server = MailServer()
    beat(post(house, server), SEVEN_DAYS_BEFORE)
    letter = letters(house)[0]
    browser = house.visitor("official")

    answer = browser.post(f"/office/letters/{letter.id}/again", {"reason": "xóa nhầm"})
    beat(post(house, server), house.now)

    assert "Noted" in answer.text
    assert server.recipients.count(letter.address) == 2
    first, second = (one for one in letters(house) if one.address == letter.address)
    assert first.message_id != second.message_id
    with house.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.action == "send_again"))
    assert (event.actor, event.reason, event.subject) == (email("official"), "xóa nhầm", "thi-dua")


def test_a_receipt_is_sent_again_as_it_was(house: House) -> None:
    whole(house.visitor("unit"))
    server = MailServer()
    beat(post(house, server), house.now)
    (receipt,) = (one for one in letters(house) if one.name == "receipt")
    browser = house.visitor("official")

    browser.post(f"/office/letters/{receipt.id}/again", {"reason": "không thấy thư"})
    beat(post(house, server), house.now)

    first, second = (one for one in letters(house) if one.name == "receipt")
    assert second.state is LetterState.SENT
    assert (second.subject, second.payload) == (first.subject, first.payload)
    assert browser.get(f"/office/letters/{second.id}").status_code == 200
    assert house.visitor("other_official").get(f"/office/letters/{second.id}").status_code == 404


def test_a_letter_on_its_way_is_not_sent_again(house: House) -> None:
    sweep(post(house), SEVEN_DAYS_BEFORE)
    path = f"/office/letters/{letters(house)[0].id}"
    browser = house.visitor("official")

    answer = browser.post(f"{path}/again", {"reason": "x"})

    assert answer.status_code == 400
    assert "only what left, or could not" in answer.text


def test_a_cancelled_letter_does_not_leave(house: House) -> None:
    sweep(post(house), SEVEN_DAYS_BEFORE)
    letter = letters(house)[0]
    browser = house.visitor("official")

    assert browser.post(f"/office/letters/{letter.id}/cancel", {"reason": ""}).status_code == 400
    browser.post(f"/office/letters/{letter.id}/cancel", {"reason": "đã gọi điện"})
    server = MailServer()
    beat(post(house, server), SEVEN_DAYS_BEFORE)

    assert letter.address not in server.recipients
    assert letters(house)[0].state is LetterState.DROPPED
    assert "says nothing" in browser.get(f"/office/letters/{letter.id}").text


def test_what_is_to_come_can_be_read_beforehand(house: House) -> None:
    (notice, _) = notices(house, "T-1")
    browser = house.visitor("reader")

    page = browser.get(f"/office/notices/{notice.id}").text

    assert "What Ủy ban nhân dân phường Một will get at 08:00, 12 Apr" in page
    assert page.count('class="letter"') == 1
    assert f"/l/{MASK}" in page
    assert notices(house, "T-1")[0].state is NoticeState.PLANNED
    assert letters(house) == []


def test_ticked_notices_are_skipped_for_one_unit(house: House) -> None:
    first, second = notices(house, "T-1")
    browser = house.visitor("official")
    assert f'value="{first.id}"' in browser.get("/office/outbox/ahead?q=p-1").text

    answer = browser.post("/office/outbox/skip", {"notice": str(first.id), "reason": "đã gọi"})

    assert answer.status_code == 200
    skipped, other = notices(house, "T-1")
    assert (skipped.state, skipped.reason) == (NoticeState.SKIPPED, Reason.CANCELLED)
    assert (other.id, other.state) == (second.id, NoticeState.PLANNED)


def test_one_step_is_skipped_for_every_unit(house: House) -> None:
    browser = house.visitor("official")
    page = browser.get("/office/outbox/ahead").text
    path = "/office/plans/thi-dua/milestones/dang-ky/skip"
    assert f"{path}?step=T-1&amp;occurrence=" in page

    browser.get(f"{path}?step=T-1")
    browser.post(path, {"step": "T-1", "reason": "trùng ngày lễ"})

    assert {one.state for one in notices(house, "T-1")} == {NoticeState.SKIPPED}
    assert browser.post(path, {"step": "T-1", "reason": "lần nữa"}).status_code == 400


def test_what_is_held_waits_until_it_is_released(house: House) -> None:
    browser = house.visitor("official")
    fields = {"plan": "thi-dua", "unit": "p-1", "until": "30/4/2024", "reason": "mưa lũ"}
    assert browser.post("/office/holds", fields).status_code == 200
    server = MailServer()
    beat(post(house, server), SEVEN_DAYS_BEFORE)
    assert len(server.received) == 1

    with house.database.reading() as session:
        (hold,) = session.scalars(select(Hold))
    browser.post(f"/office/holds/{hold.id}/release", {"reason": "nước rút"})
    beat(post(house, server), SEVEN_DAYS_BEFORE)

    assert len(server.received) == 2


def test_only_administrators_hold_all_mail(house: House) -> None:
    fields = {"plan": "", "unit": "p-1", "reason": "x"}
    assert house.visitor("official").post("/office/holds", fields).status_code == 403
    assert house.visitor("administrator").post("/office/holds", fields).status_code == 200


@pytest.mark.parametrize("until", ["hôm nào đó", "31/02/2024", "1/1/99999999999999999999"])
def test_a_hold_until_no_day_is_refused(house: House, until: str) -> None:
    fields = {"plan": "thi-dua", "until": until, "reason": "x"}
    answer = house.visitor("official").post("/office/holds", fields)
    assert answer.status_code == 400
    assert "A date is needed" in answer.text


def test_why_a_unit_got_a_letter_or_not(house: House) -> None:
    beat(post(house), SEVEN_DAYS_BEFORE)
    browser = house.visitor("reader")

    got = browser.get("/office/plans/thi-dua/why?unit=p-1&milestone=dang-ky").text
    never = browser.get("/office/plans/thi-dua/why?unit=tai-chinh").text

    assert f"/office/letters/{letters(house)[0].id}" in got
    assert "sent" in got
    assert "there is nothing to remind of" in never


@pytest.mark.parametrize("path", ["letters", "obligations", "notices"])
@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "x"])
def test_a_number_no_row_can_have_is_no_page(house: House, path: str, number: str) -> None:
    assert house.visitor("reader").get(f"/office/{path}/{number}").status_code == 404


def test_a_stopped_sweep_leaves_when_an_administrator_says_so(house: House) -> None:
    with house.database.writing() as session:
        session.add(Stop(at=house.now, letters=500, usual=20, seen_at=house.now))
    fields = {"reason": "đúng là ngày cuối"}
    page = house.visitor("official").get("/office/outbox").text
    browser = house.visitor("administrator")

    assert "500 letters were stopped" in page
    assert "/office/outbox/confirm" not in page
    assert house.visitor("official").post("/office/outbox/confirm", fields).status_code == 403
    assert "were stopped" not in browser.post("/office/outbox/confirm", fields).text
    assert browser.post("/office/outbox/confirm", fields).status_code == 400
    with house.database.reading() as session:
        stop = session.scalars(select(Stop)).one()
    assert (stop.confirmed_by, stop.reason) == (email("administrator"), "đúng là ngày cuối")


def test_where_many_seats_fit_the_letters_are_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(post(house), SEVEN_DAYS_BEFORE)
    one, two = letters(house)
    monkeypatch.setattr(catalogue, "FEW_SEATS", 0)

    with house.database.reading() as session:
        account = account_named(session, email("reader"))
        found = {
            text: [line.id for line in catalogue.letters(session, account, Wanted(text)).lines]
            for text in ("p-1", "Hai", "phường", one.address, "%")
        }

    assert found == {
        "p-1": [one.id],
        "Hai": [two.id],
        "phường": [two.id, one.id],
        one.address: [one.id],
        "%": [],
    }


def test_what_was_cancelled_no_longer_comes(house: House) -> None:
    house.replace(coming=Kept(timer=Slow()))
    official = house.visitor("official")
    step = _first_step(official.get("/office/outbox/ahead?days=30").text)

    path = "/office/plans/thi-dua/milestones/dang-ky/skip"
    official.get(f"{path}?step={step}")
    official.post(path, {"step": step, "reason": "đã gọi điện"})

    assert _first_step(official.get("/office/outbox/ahead?days=30").text) != step


def test_what_takes_long_to_count_is_counted_while_the_page_says_so(house: House) -> None:
    kept = Later(patience=0)
    house.replace(coming=kept)
    official = house.visitor("official")

    page = official.get("/office/outbox/ahead?days=365&number=1").text
    kept.counts.set()
    kept.patience = 600
    renewed = official.get("/office/outbox/ahead?days=365&number=1").text

    assert "Counting what comes within 365 days" in page
    assert 'hx-get="/office/outbox/ahead?days=365&amp;number=1"' in page
    assert _first_step(page) == ""
    assert _first_step(renewed) != ""


class Later(Kept[int, Coming]):
    """Nothing is counted before it is told to."""

    def __init__(self, *, patience: float) -> None:
        super().__init__(patience=patience)
        self.counts = threading.Event()

    def get(self, key: int, now: datetime, count: Callable[[], Coming]) -> Coming:
        self.counts.wait()
        return super().get(key, now, count)


def _first_step(page: str) -> str:
    return page.partition("/skip?step=")[2].partition("&amp;")[0]


class Slow:
    """Whatever is counted takes a second."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 1.0
        return self.at
