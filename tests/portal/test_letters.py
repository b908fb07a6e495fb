"""Links that come by letter, read as their recipient reads them."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from dondoc.tables import Letter
from notifications.beat import beat
from notifications.links import linker
from notifications.post import Post
from notifications.writing import writer
from tests.cast import local
from tests.office import MailServer
from tests.portal.house import PASSWORD, Browser, House, email

ASKED_FOR = ("link", "sign_in")
URL = re.compile(r"^http://127\.0\.0\.1:8080(/\S+)\r?$", re.MULTILINE)


@pytest.fixture
def mail(house: House) -> "Mailbox":
    return Mailbox(house)


class Mailbox:
    def __init__(self, house: House) -> None:
        self.house = house
        self.server = MailServer()
        self.post = Post(
            database=house.database,
            transport=self.server,
            hours=house.portal.hours,
            settings=house.settings,
            write=writer(linker(house.settings)),
        )

    def arrived(self, *kinds: str) -> list[EmailMessage]:
        """What was not there when somebody last looked."""
        self.server.received.clear()
        beat(self.post, self.house.now)
        letters = [
            message_from_bytes(letter.data, policy=policy.default)
            for letter in self.server.received
        ]
        return [one for one in letters if one["X-Dondoc-Letter"] in (kinds or ASKED_FOR)]


def said(letter: EmailMessage) -> str:
    """Its words, without regard to where lines end."""
    return " ".join(_text(letter).split())


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def path(letter: EmailMessage) -> str:
    found = URL.search(_text(letter))
    assert found is not None
    return found[1]


def ask(browser: Browser, address: str) -> str:
    page = browser.post("/link", {"address": address})
    assert page.status_code == 200
    return page.text


def test_a_new_link_comes_by_letter_and_opens_the_list(house: House, mail: Mailbox) -> None:
    house.now = local(2024, 4, 6, 22)  # a Saturday evening: it does not wait
    ask(house.browser(), " P-1@quan.example ")
    [letter] = mail.arrived()
    assert letter["To"] == "Chuyên viên p-1 <p-1@quan.example>"
    assert "phường Một" in house.browser().get(path(letter)).text


def test_the_answer_does_not_tell_whether_an_address_is_known(house: House, mail: Mailbox) -> None:
    def told(address: str) -> str:
        return re.sub(r'(content|value)="[^"]{30,}"', "", ask(house.browser(), address))

    assert told("p-1@quan.example") == told("nguoi.la@quan.example")
    assert [letter["To"].addresses[0].addr_spec for letter in mail.arrived()] == [
        "p-1@quan.example"
    ]


def test_asking_ends_no_link_that_somebody_uses(house: House) -> None:
    link, browser = house.link("p-1"), house.visitor("unit")
    ask(house.browser(), "p-1@quan.example")
    assert house.browser().get(link).status_code == 200
    assert browser.get("/unit").status_code == 200


def test_nobody_is_flooded_with_letters(house: House, mail: Mailbox) -> None:
    browser = house.browser()
    for _ in range(5):
        ask(browser, "p-1@quan.example")  # all in one instant
    assert browser.post("/link", {"address": "p-1@quan.example"}).status_code == 429
    assert len(mail.arrived()) == 5


def test_an_official_signs_in_by_letter_once(house: House, mail: Mailbox) -> None:
    browser = house.browser()
    page = browser.post("/sign-in/letter", {"email": email("official").upper()})
    assert "mailbox" in page.text
    [letter] = mail.arrived()
    link = path(letter)
    for _ in range(3):  # a mail gateway looks too
        assert house.browser().get(link).status_code == 200
    browser.get(link)
    assert browser.post(link).url.path == "/office"
    other = house.browser()
    assert other.get(link).status_code == 404
    assert other.post(link).status_code == 404


def test_a_sign_in_letter_is_old_after_ten_minutes(house: House, mail: Mailbox) -> None:
    house.browser().post("/sign-in/letter", {"email": email("official")})
    [letter] = mail.arrived()
    assert "for 10 minutes" in said(letter)
    house.later(minutes=9, seconds=59)
    assert house.browser().get(path(letter)).status_code == 200
    house.later(seconds=1)
    assert house.browser().get(path(letter)).status_code == 404


def test_an_invitation_works_for_a_day(house: House, mail: Mailbox) -> None:
    fields = {"email": "moi@quan.example", "name": "", "role": "reader", "office": "noi-vu"}
    house.visitor("administrator").post("/office/accounts", fields | {"language": "en"})
    [letter] = mail.arrived()
    assert "for 24 hours" in said(letter)
    house.later(hours=23, minutes=59)
    assert house.browser().get(path(letter)).status_code == 200
    house.later(minutes=1)
    assert house.browser().get(path(letter)).status_code == 404


def test_an_account_is_told_what_was_done_with_it(house: House, mail: Mailbox) -> None:
    house.now = local(2024, 4, 6, 22)  # a Saturday evening: it does not wait
    person = house.account_id("reader")
    fields = {"role": "official", "office": "tai-chinh"}
    house.visitor("administrator").post(f"/office/accounts/{person}/role", fields)
    new = "một câu khác cũng dài và dễ nhớ"
    browser = house.visitor("official")
    browser.post("/office/own-account/password", {"present": PASSWORD, "password": new})
    house.visitor("administrator").post(f"/office/accounts/{person}/close")

    letters = mail.arrived("account")

    assert [(one["To"].addresses[0].addr_spec, one["Subject"]) for one in letters] == [
        (email("reader"), "The role is now: official, Phòng Tài chính - Kế hoạch"),
        (email("official"), "The password was set anew"),
        (email("reader"), "The account was closed"),
    ]
    assert "at 22:00 on 6 April 2024" in said(letters[0])
    assert f"by {email('administrator')}" in said(letters[0])
    assert "http://127.0.0.1:8080/office/own-account" in said(letters[0])


def test_a_stranger_gets_no_sign_in_letter(house: House, mail: Mailbox) -> None:
    page = house.browser().post("/sign-in/letter", {"email": "nguoi.la@quan.example"})
    assert page.status_code == 200
    assert mail.arrived() == []


def test_what_the_outbox_keeps_opens_nothing(house: House, mail: Mailbox) -> None:
    house.browser().post("/sign-in/letter", {"email": email("official")})
    ask(house.browser(), "p-1@quan.example")
    links = [path(letter) for letter in mail.arrived()]
    with house.database.reading() as session:
        kept = "".join(str(letter.facts) for letter in session.scalars(select(Letter)))
    assert len(links) == 2
    assert not any(link[-20:] in kept for link in links)


def test_a_reminder_carries_the_units_own_link(house: House, mail: Mailbox) -> None:
    letters = {letter["To"].addresses[0].addr_spec: letter for letter in mail.arrived("reminder")}
    assert set(letters) == {"p-1@quan.example", "p-2@quan.example"}
    page = house.browser().get(path(letters["p-2@quan.example"]))
    assert "phường Hai" in page.text
    assert "phường Một" not in page.text
    html = letters["p-2@quan.example"].get_body(("html",))
    assert html is not None
    assert f'href="http://127.0.0.1:8080{path(letters["p-2@quan.example"])}"' in html.get_content()
