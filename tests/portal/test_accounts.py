"""An administrator decides who comes in."""

import re

import pytest
from sqlalchemy import select

from dondoc.access.accounts import account_named
from dondoc.tables import Account, AccountRole, Contact, Event, Letter
from tests.portal.house import PASSWORD, House, email

INVITED = {"email": "moi@quan.example", "name": "Ông Mới", "role": "reader", "office": "noi-vu"}


def _account(house: House, name: str) -> Account:
    with house.database.reading() as session:
        return account_named(session, email(name))


def test_whoever_is_invited_gets_a_letter_that_signs_in(house: House) -> None:
    browser = house.visitor("administrator")

    page = browser.post("/office/accounts", INVITED)

    assert "a letter with a sign-in link leaves at once" in page.text
    assert "moi@quan.example" in page.text
    with house.database.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.name == "sign_in")).one()
        made = session.scalars(select(Event).where(Event.action == "account_made")).all()
    assert (letter.address, letter.urgent) == ("moi@quan.example", True)
    assert made[-1].actor == email("administrator")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"email": "no address"}, 400),
        ({"email": email("reader")}, 409),
        ({"role": "king"}, 400),
        ({"office": ""}, 400),
        ({"office": "no-such-unit"}, 400),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    house: House, changes: dict[str, str], status: int
) -> None:
    answer = house.visitor("administrator").post("/office/accounts", INVITED | changes)
    assert answer.status_code == status


def test_another_role_signs_out_and_is_in_the_record(house: House) -> None:
    reader, browser = house.visitor("reader"), house.visitor("administrator")
    person = house.account_id("reader")

    fields = {"role": "official", "office": "tai-chinh"}
    browser.post(f"/office/accounts/{person}/role", fields)

    changed = _account(house, "reader")
    assert changed.role is AccountRole.OFFICIAL
    assert "/sign-in" in str(reader.get("/office").url)
    with house.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.action == "account_changed"))
    assert (event.before, event.after) == (
        {"role": "reader", "office": "noi-vu"},
        {"role": "official", "office": "tai-chinh"},
    )


def test_the_last_administrator_stays(house: House) -> None:
    browser = house.visitor("administrator")
    person = house.account_id("administrator")

    role = browser.post(f"/office/accounts/{person}/role", {"role": "reader", "office": "noi-vu"})
    closed = browser.post(f"/office/accounts/{person}/close")

    assert (role.status_code, closed.status_code) == (400, 400)
    assert "last administrator" in role.text
    assert browser.get("/office/accounts").status_code == 200


def test_a_closed_account_is_out_at_once(house: House) -> None:
    official, browser = house.visitor("official"), house.visitor("administrator")
    person = house.account_id("official")

    browser.post(f"/office/accounts/{person}/close")

    assert "/sign-in" in str(official.get("/office").url)
    assert browser.post(f"/office/accounts/{person}/close").status_code == 404


def test_sessions_end_and_the_account_stays(house: House) -> None:
    official, browser = house.visitor("official"), house.visitor("administrator")

    browser.post(f"/office/accounts/{house.account_id('official')}/sessions")

    assert "/sign-in" in str(official.get("/office").url)
    assert house.visitor("official").get("/office").status_code == 200


def test_a_units_links_end_with_its_visits(house: House) -> None:
    link, visit = house.link("p-1"), house.visitor("unit")
    other = house.link("p-2")
    browser = house.visitor("administrator")

    page = browser.post("/office/links/end", {"unit": "p-1", "reason": "thư gửi nhầm"})

    assert "No earlier link of the unit works" in page.text
    assert house.browser().get(link).status_code == 404
    assert visit.get("/unit").status_code == 403
    assert house.browser().get(other).status_code == 200
    assert house.browser().get(house.link("p-1")).status_code == 200
    with house.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.action == "links_ended"))
        epochs = session.scalars(select(Contact.link_epoch).where(Contact.link_epoch > 0)).all()
    assert (event.reason, event.subject.rpartition("/")[2]) == ("thư gửi nhầm", "p-1")
    assert set(epochs) == {1}


def test_after_a_quarter_of_an_hour_an_administrator_is_asked_again(house: House) -> None:
    browser = house.visitor("administrator")
    browser.get("/office/accounts")
    house.later(minutes=15)

    asked = browser.post("/office/accounts", INVITED)

    assert asked.status_code == 403
    assert "Say once more that it is you" in asked.text
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
    assert {name: kept[name] for name in INVITED} == INVITED
    wrong = browser.post("/office/accounts", INVITED | {"present_password": "sai rồi"})
    assert wrong.status_code == 400
    assert "The password is not right" in wrong.text
    assert "moi@quan.example" not in browser.get("/office/accounts").text
    done = browser.post("/office/accounts", INVITED | {"present_password": PASSWORD})
    assert "a letter with a sign-in link leaves at once" in done.text
    house.later(minutes=14, seconds=59)
    person = house.account_id("reader")
    assert browser.post(f"/office/accounts/{person}/close").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["accounts/{}/role", "accounts/{}/close", "accounts/{}/sessions", "accounts/{}/factor-reset"],
)
def test_nothing_of_an_account_changes_before(house: House, path: str) -> None:
    browser, person = house.visitor("administrator"), house.account_id("reader")
    reader = house.visitor("reader")
    browser.get("/office/accounts")
    house.later(minutes=15)
    fields = {"role": "administrator", "present_password": "sai rồi"}
    assert browser.post(f"/office/{path.format(person)}", fields).status_code == 400
    assert reader.get("/office").url.path == "/office"
    assert _account(house, "reader").role is AccountRole.READER


def test_without_a_password_one_signs_in_again(house: House) -> None:
    with house.database.writing() as session:
        account_named(session, email("administrator")).password = None
    browser = house.visitor("administrator")
    browser.get("/office/accounts")
    house.later(minutes=15)
    answer = browser.post("/office/accounts", INVITED | {"present_password": ""})
    assert "Have a new sign-in link sent to you" in answer.text


def test_guessing_the_password_there_is_counted(house: House) -> None:
    browser = house.visitor("administrator")
    browser.get("/office/accounts")
    house.later(minutes=15)
    fields = INVITED | {"present_password": "sai rồi"}
    tried = [browser.post("/office/accounts", fields).status_code for _ in range(6)]
    assert tried == [400] * 5 + [429]


def test_links_end_for_a_reason_only(house: House) -> None:
    link = house.link("p-1")
    browser = house.visitor("administrator")
    assert browser.post("/office/links/end", {"unit": "p-1", "reason": ""}).status_code == 400
    assert house.browser().get(link).status_code == 200
