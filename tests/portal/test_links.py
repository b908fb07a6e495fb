from sqlalchemy import func, select, update

from dondoc.access.links import end_links
from dondoc.tables import Contact, EndedVisit, Event
from tests.portal.house import House


def set_address(house: House, old: str, new: str | None) -> None:
    with house.database.writing() as session:
        session.execute(update(Contact).where(Contact.email == old).values(email=new))


def test_the_link_opens_the_units_own_list(house: House) -> None:
    page = house.browser().open_link("p-1")
    assert (page.status_code, page.url.path) == (200, "/unit")
    assert "Ủy ban nhân dân phường Một" in page.text
    assert "Đăng ký danh hiệu thi đua" in page.text
    assert "chậm nhất ngày 15/4/2024" in page.text
    assert "7 days left" in page.text
    assert "phường Hai" not in page.text


def test_looking_at_a_link_writes_nothing_and_uses_nothing_up(house: House) -> None:
    link = house.link("p-1")
    with house.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Event))
    for _ in range(5):
        assert house.browser().get(link).status_code == 200
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == before
        assert session.scalar(select(func.count()).select_from(EndedVisit)) == 0


def test_a_link_from_last_year_says_so(house: House) -> None:
    page = house.browser().get(house.link("p-1", day=house.now.replace(year=2023)))
    assert page.status_code == 410
    assert "This link is from 08/04/2023" in page.text


def test_a_link_works_ninety_days(house: House) -> None:
    link = house.link("p-1")
    house.later(days=90)
    assert house.browser().get(link).status_code == 200
    house.later(days=1)
    assert house.browser().get(link).status_code == 410


def test_a_link_with_one_letter_changed_is_refused(house: House) -> None:
    link = house.link("p-1")
    for place in range(3, len(link)):
        other = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        assert house.browser().get(other).status_code == 404, other


def test_the_seats_next_person_does_not_inherit_the_link(house: House) -> None:
    link, browser = house.link("p-1"), house.visitor("unit")
    set_address(house, "p-1@quan.example", "nguoi.moi@quan.example")
    assert house.browser().get(link).status_code == 404
    assert browser.get("/unit").status_code == 403


def test_a_vacated_seats_link_ends(house: House) -> None:
    link = house.link("p-1")
    set_address(house, "p-1@quan.example", None)
    assert house.browser().get(link).status_code == 404


def test_ended_links_end_the_visits_too(house: House) -> None:
    link, browser = house.link("p-1"), house.visitor("unit")
    with house.database.writing() as session:
        end_links(session, "p-1@quan.example")
    assert house.browser().get(link).status_code == 404
    assert browser.get("/unit").status_code == 403
    assert house.browser().open_link("p-1").status_code == 200


def test_one_address_at_two_units_sees_both(house: House) -> None:
    set_address(house, "p-2@quan.example", "p-1@quan.example")
    page = house.browser().open_link("p-1")
    assert "phường Một" in page.text
    assert "phường Hai" in page.text


def test_a_visit_lasts_twelve_hours(house: House) -> None:
    browser = house.visitor("unit")
    house.later(hours=11, minutes=59)
    assert browser.get("/unit").status_code == 200
    house.later(minutes=1)
    assert browser.get("/unit").status_code == 403


def test_a_visit_that_was_closed_stays_closed(house: House) -> None:
    browser = house.visitor("unit")
    kept = browser.client.cookies["dondoc-visit"]
    browser.get("/unit")
    assert browser.post("/unit/leave").url.path == "/"
    browser.client.cookies.set("dondoc-visit", kept)
    assert browser.get("/unit").status_code == 403


def test_a_units_proof_does_not_sign_in(house: House) -> None:
    browser = house.visitor("unit")
    browser.client.cookies.set("dondoc-office", browser.client.cookies["dondoc-visit"])
    assert browser.get("/office").url.path == "/sign-in"
