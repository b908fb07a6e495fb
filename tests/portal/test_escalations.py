"""Who is overdue and who knows; an official presses them now, having seen the letters."""

from sqlalchemy import func, select

from dondoc.tables import Event, Letter, Notice
from notifications.beat import beat
from tests.cast import local
from tests.office import MailServer
from tests.portal.house import House, email
from tests.portal.test_outbox import post

OVERDUE = local(2024, 4, 16, 10)
ESCALATE = "/office/plans/thi-dua/press/escalate"
REMIND = "/office/plans/thi-dua/press/remind"


def _rows(house: House) -> tuple[int | None, int | None, int | None]:
    """Nothing that is only looked at may change one of these."""
    with house.database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(one)) for one in (Notice, Letter)]
        return counts[0], counts[1], session.scalar(select(func.max(Event.number)))


def _remind_units(house: House) -> MailServer:
    """Both units get their letters, and then are late."""
    server = MailServer()
    for day in (8, 15, 16):
        beat(post(house, server), local(2024, 4, day))
    house.now = OVERDUE
    return server


def test_nobody_is_on_the_ladder_before_the_deadline(house: House) -> None:
    page = house.visitor("official").get("/office/escalations").text
    assert "<b>0</b>" in page
    assert "phường Một" not in page


def test_the_ladder_shows_who_knows_and_the_evidence(house: House) -> None:
    house.now = OVERDUE
    without = house.visitor("reader").get("/office/escalations").text
    assert without.count("no evidence") == 2
    assert "/press/" not in without

    _remind_units(house)
    page = house.visitor("official").get("/office/escalations?plan=thi-dua&level=0").text
    assert "no evidence" not in page
    assert "09:00, 16" in page
    assert "/press/escalate?milestone=dang-ky&amp;unit=p-1" in page
    other = house.visitor("other_official").get("/office/escalations?plan=thi-dua").text
    assert "phường Một" not in other


def test_a_preview_shows_the_letters_and_changes_nothing(house: House) -> None:
    _remind_units(house)
    browser = house.visitor("official")
    before = _rows(house)

    page = browser.get(f"{ESCALATE}?unit=p-1").text

    assert "Preview: 1 notices" in page or "Preview: 01 notices" in page
    assert page.count('class="letter"') == 1
    assert "phường Một" in page
    assert "/l/xxxxxxxx" in page
    assert _rows(house) == before


def test_escalated_at_once_the_head_gets_a_letter(house: House) -> None:
    server = _remind_units(house)
    browser = house.visitor("official")
    browser.get(ESCALATE)
    sent = len(server.received)

    answer = browser.post(ESCALATE, {"unit": "p-1"})
    beat(post(house, server), house.now)

    assert "notices planned" in answer.text
    assert len(server.received) == sent + 1
    with house.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.action == "escalate"))
    assert (event.actor, event.subject) == (email("official"), "thi-dua/*/p-1")
    page = browser.get("/office/escalations?level=1").text
    assert "phường Một" in page
    assert "phường Hai" not in page


def test_without_evidence_the_preview_says_that_nobody_is_told(house: House) -> None:
    house.now = OVERDUE
    page = house.visitor("official").get(ESCALATE).text
    assert "nothing proves that the unit itself was reminded" in page
    assert 'class="letter"' not in page


def test_pressed_twice_the_second_is_refused(house: House) -> None:
    _remind_units(house)
    browser = house.visitor("official")
    fields = {"unit": "p-1", "milestone": "dang-ky"}
    assert browser.post(ESCALATE, fields).status_code == 200

    again = browser.post(ESCALATE, fields)

    assert again.status_code == 400
    assert "Nobody is left to tell" in again.text


def test_reminded_now_only_the_unit_named_is_told(house: House) -> None:
    house.now = local(2024, 4, 9)
    browser, server = house.visitor("official"), MailServer()
    page = browser.get(f"{REMIND}?milestone=dang-ky&unit=p-2").text
    assert page.count('class="letter"') == 1

    browser.post(REMIND, {"milestone": "dang-ky", "unit": "p-2"})
    beat(post(house, server), house.now)

    with house.database.reading() as session:
        manual = session.scalars(select(Notice).where(Notice.step.startswith("manual"))).all()
        assert [one.obligation and one.obligation.unit.code for one in manual] == ["p-2"]


def test_what_is_not_there_is_named(house: House) -> None:
    browser = house.visitor("official")
    assert browser.get(f"{ESCALATE}?unit=p-99").status_code == 400
    assert browser.get(f"{ESCALATE}?milestone=x").status_code == 400
    assert browser.get("/office/plans/thi-dua/press/burn").status_code == 404
    assert browser.get(f"{ESCALATE}?level=9&unit=").status_code == 200
