"""Officials with a second factor: set up, asked for, lost."""

import re

import pyotp
import pytest
from sqlalchemy import select

from dondoc.access.accounts import account_named
from dondoc.access.signing_in import LINK, enter, make_link, sign_in_token
from dondoc.record import entries
from dondoc.tables import Letter
from tests.portal.house import PASSWORD, Browser, House, email

PATH = "/office/own-account/second-factor"
KEY = re.compile(r'mono">([A-Z2-7 ]{39})<')
CODES = re.compile(r'<li class="mono">([A-Z2-9 ]{19})<')


def set_up(house: House, who: str = "administrator") -> tuple[pyotp.TOTP, list[str]]:
    """Ten minutes later, so that the code that confirmed it is over."""
    browser = house.visitor(who)
    app = pyotp.TOTP(begin(browser))
    codes = CODES.findall(confirm(house, browser, app))
    house.later(minutes=10)
    return app, codes


def begin(browser: Browser) -> str:
    browser.get(PATH)
    found = KEY.search(browser.post(f"{PATH}/begin").text)
    assert found is not None
    return found[1].replace(" ", "")


def confirm(house: House, browser: Browser, app: pyotp.TOTP) -> str:
    page = browser.post(f"{PATH}/confirm", {"code": app.at(house.now)})
    assert page.status_code == 200
    return page.text


def told(house: House, who: str) -> list[str]:
    """What its letters said was done."""
    with house.database.reading() as session:
        letters = session.scalars(select(Letter).where(Letter.address == email(who)))
        payloads = [one.payload or {} for one in letters if one.name == "account"]
        return [payload["news"]["what"] for payload in payloads]


def actions(house: House, subject: str) -> list[str]:
    with house.database.reading() as session:
        found = session.scalars(entries(plan="account"))
        return [one.action for one in found if one.subject == f"account/{email(subject)}"]


def by_letter(house: House, who: str) -> Browser:
    """Opens the link of a letter and presses its button."""
    with house.database.writing() as session:
        link = make_link(session, account_named(session, email(who)), house.now)
        path = f"/sign-in/{sign_in_token(house.portal.seal, link.id)}"
    browser = house.browser()
    browser.get(path)
    browser.post(path)
    return browser


def test_a_password_alone_signs_nobody_in(house: House) -> None:
    app, _ = set_up(house)
    browser = house.browser()

    page = browser.sign_in("administrator")

    assert page.url.path == "/sign-in/code"
    assert house.browser().get("/office").url.path == "/sign-in"
    assert browser.get("/office").url.path == "/sign-in"
    browser.get("/sign-in/code")
    page = browser.post("/sign-in/code", {"code": app.at(house.now), "next": "/office/accounts"})
    assert page.url.path == "/office/accounts"
    assert actions(house, "administrator")[-1] == "sign_in"


def test_a_code_opens_one_browser_only(house: House) -> None:
    app, _ = set_up(house)
    first, second = house.browser(), house.browser()
    for browser in (first, second):
        browser.sign_in("administrator")
    assert first.post("/sign-in/code", {"code": app.at(house.now)}).url.path == "/office"
    again = second.post("/sign-in/code", {"code": app.at(house.now)})
    assert again.status_code == 400
    assert "was used already" in again.text
    assert second.get("/office").url.path == "/sign-in"


def test_codes_are_not_to_be_guessed(house: House) -> None:
    app, codes = set_up(house)
    browser = house.browser()
    browser.sign_in("administrator")
    tried = [browser.post("/sign-in/code", {"code": "abcdef"}).status_code for _ in range(6)]
    assert tried == [400] * 5 + [429]
    for code in (app.at(house.now), codes[0]):
        assert browser.post("/sign-in/code", {"code": code}).status_code == 429
    assert actions(house, "administrator").count("sign_in_failed") == 5
    house.later(minutes=15)
    browser.sign_in("administrator")
    assert browser.post("/sign-in/code", {"code": codes[0]}).url.path == "/office"


def test_the_half_way_ends_after_ten_minutes(house: House) -> None:
    app, _ = set_up(house)
    browser = house.browser()
    browser.sign_in("administrator")
    house.later(minutes=10)
    assert browser.post("/sign-in/code", {"code": app.at(house.now)}).url.path == "/sign-in"


def test_the_half_way_is_one_accounts_own(house: House) -> None:
    """What the browser keeps names the account: another's number there proves nothing."""
    set_up(house)
    app, _ = set_up(house, "official")
    browser = house.browser()
    browser.sign_in("administrator")
    kept = browser.client.cookies["dondoc-halfway"]
    own, others = (str(house.account_id(who)) for who in ("administrator", "official"))
    browser = house.browser()
    browser.client.cookies.set("dondoc-halfway", kept.replace(own, others, 1))
    assert kept.startswith(f"{own}.")
    assert browser.post("/sign-in/code", {"code": app.at(house.now)}).url.path == "/sign-in"


def test_a_new_password_ends_the_half_way(house: House) -> None:
    app, _ = set_up(house)
    browser, inside = house.browser(), house.visitor("administrator")
    browser.sign_in("administrator")
    new = "một câu khác cũng dài và dễ nhớ"
    inside.post("/office/own-account/password", {"present": PASSWORD, "password": new})
    assert browser.post("/sign-in/code", {"code": app.at(house.now)}).url.path == "/sign-in"


def test_a_recovery_code_stands_for_the_telephone_once(house: House) -> None:
    _, codes = set_up(house)
    for code, ends in ((codes[0], "/office"), (codes[0], "/sign-in/code"), (codes[1], "/office")):
        browser = house.browser()
        browser.sign_in("administrator")
        assert browser.post("/sign-in/code", {"code": code}).url.path == ends
    assert told(house, "administrator") == ["factor_on", "recovery_used", "recovery_used"]


def test_a_letters_link_asks_for_no_code_unless_it_is_required(house: House) -> None:
    app, _ = set_up(house)
    assert by_letter(house, "administrator").get("/office").url.path == "/office"
    person = house.account_id("administrator")
    browser = house.visitor("administrator")
    browser.post(f"/office/accounts/{person}/factor-required", {"required": "true"})

    browser = by_letter(house, "administrator")

    assert browser.get("/office").url.path == "/sign-in"
    browser.get("/sign-in/code")
    assert browser.post("/sign-in/code", {"code": app.at(house.now)}).url.path == "/office"


def test_where_it_is_required_nothing_else_opens_before(house: House) -> None:
    person = house.account_id("official")
    browser = house.visitor("administrator")
    browser.post(f"/office/accounts/{person}/factor-required", {"required": "true"})
    assert told(house, "official") == ["factor_required"]

    official = house.browser()
    page = official.sign_in("official")

    assert page.url.path == PATH
    assert "requires a second factor" in page.text
    assert official.get("/office/plans/thi-dua").url.path == PATH
    assert official.post("/office/drafts").url.path == PATH
    confirm(house, official, pyotp.TOTP(begin(official)))
    assert official.get("/office/plans/thi-dua").status_code == 200
    refused = official.post(f"{PATH}/off", {"code": "1"})
    assert refused.status_code == 400
    browser.post(f"/office/accounts/{person}/factor-required", {"required": "false"})
    assert told(house, "official")[-1] == "factor_free"


def test_another_administrator_resets_what_is_lost(house: House) -> None:
    set_up(house, "official")
    inside, browser = house.visitor("official"), house.visitor("administrator")

    browser.post(f"/office/accounts/{house.account_id('official')}/factor-reset")

    assert inside.get("/office").url.path == "/sign-in"
    assert house.browser().sign_in("official").url.path == "/office"
    assert told(house, "official") == ["factor_on", "factor_reset"]
    assert "factor_reset" in actions(house, "official")


def test_it_is_switched_off_with_a_code(house: House) -> None:
    app, _ = set_up(house)
    browser = house.visitor("administrator")
    browser.get(PATH)
    assert browser.post(f"{PATH}/off", {"code": "abcdef"}).status_code == 400
    page = browser.post(f"{PATH}/off", {"code": app.at(house.now)})
    assert "is switched off" in page.text
    assert house.browser().sign_in("administrator").url.path == "/office"
    assert told(house, "administrator") == ["factor_on", "factor_off"]


def test_a_moment_after_a_letter_it_is_switched_off_without(house: House) -> None:
    """The telephone may be gone."""
    set_up(house)
    with house.database.writing() as session:
        account = account_named(session, email("administrator"))
        kept = [enter(session, account, kind=LINK, origin="", now=house.now) for _ in range(2)]
    early, late = (house.browser() for _ in kept)
    for browser, token in zip((early, late), kept, strict=True):
        browser.client.cookies.set("dondoc-office", token)
        browser.get(PATH)
    house.later(minutes=14, seconds=59)
    assert "no code is needed" in early.get(PATH).text
    house.later(seconds=1)
    assert "no code is needed" not in late.get(PATH).text
    sure = late.post(f"{PATH}/off", {"present_password": PASSWORD})
    assert sure.status_code == 400
    assert "This code is not right" in sure.text


def test_new_recovery_codes_end_the_earlier_ones(house: House) -> None:
    _, codes = set_up(house)
    browser = house.visitor("administrator")
    browser.get(PATH)
    new = CODES.findall(browser.post(f"{PATH}/codes").text)
    assert len(set(new) - set(codes)) == 10
    stranger = house.browser()
    stranger.sign_in("administrator")
    assert stranger.post("/sign-in/code", {"code": codes[0]}).status_code == 400
    assert stranger.post("/sign-in/code", {"code": new[0]}).url.path == "/office"


def test_the_key_is_shown_only_while_it_is_set_up(house: House) -> None:
    browser = house.visitor("administrator")
    assert browser.get(f"{PATH}/key.svg").status_code == 404
    app = pyotp.TOTP(begin(browser))
    picture = browser.get(f"{PATH}/key.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "no-store"
    assert picture.content.startswith(b"<?xml")
    page = confirm(house, browser, app)
    assert app.secret not in page.replace(" ", "")
    assert len(CODES.findall(page)) == 10
    assert CODES.findall(browser.get(PATH).text) == []
    assert browser.get(f"{PATH}/key.svg").status_code == 404


@pytest.mark.parametrize("act", ["begin", "confirm", "codes", "off"])
def test_whoever_finds_a_browser_open_changes_nothing(house: House, act: str) -> None:
    if act in ("codes", "off"):
        set_up(house)
    browser = house.visitor("administrator")
    browser.get(PATH)
    house.later(minutes=15)
    answer = browser.post(f"{PATH}/{act}", {"code": "1"})
    assert answer.status_code == 403
    assert "Say once more that it is you" in answer.text
