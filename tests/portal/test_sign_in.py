from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from dondoc.access.signing_in import make_link, sign_in_token
from dondoc.record import entries, verify
from dondoc.tables import Account, SignedIn
from tests.portal.house import PASSWORD, Browser, House, email

WRONG = "The mail address or the password is not right."


def actions(house: House) -> list[str]:
    with house.database.reading() as session:
        return [entry.action for entry in session.scalars(entries(plan="account"))]


def test_a_password_signs_in_and_out(house: House) -> None:
    browser = house.browser()
    page = browser.sign_in("official")
    assert (page.status_code, page.url.path) == (200, "/office")
    assert "Bà official" in page.text
    assert browser.post("/sign-out").url.path == "/"
    assert browser.get("/office").url.path == "/sign-in"
    assert actions(house)[-2:] == ["sign_in", "sign_out"]


def test_the_page_that_was_asked_for_is_shown_afterwards(house: House) -> None:
    browser = house.browser()
    assert browser.get("/office").url.params["next"] == "/office"
    fields = {"email": email("reader"), "password": PASSWORD, "next": "https://evil.example/"}
    assert browser.post("/sign-in", fields).url.path == "/office"


def test_a_wrong_password_and_an_unknown_address_look_alike(house: House) -> None:
    for address in ("official", "nobody"):
        page = house.browser().sign_in(address, "sai mật khẩu rồi")
        assert page.status_code == 400
        assert WRONG in page.text
    assert actions(house)[-2:] == ["sign_in_failed", "sign_in_failed"]


def test_the_sixth_attempt_waits_a_quarter_of_an_hour(house: House) -> None:
    browser = house.browser()
    for _ in range(5):
        assert browser.sign_in("official", "sai").status_code == 400
    assert browser.sign_in("official").status_code == 429
    assert browser.sign_in("reader").status_code == 200
    house.later(minutes=14, seconds=59)
    assert browser.sign_in("official").status_code == 429
    house.later(seconds=1)
    assert browser.sign_in("official").status_code == 200


def test_many_tries_in_one_moment_are_no_more_than_five(house: House) -> None:
    browsers = [house.browser() for _ in range(12)]
    for browser in browsers:
        browser.get("/sign-in")
    fields = {"email": email("official"), "password": "sai mật khẩu rồi"}
    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(lambda browser: browser.post("/sign-in", fields), browsers))
    assert sorted(answer.status_code for answer in answers) == [400] * 5 + [429] * 7


def test_many_accounts_tried_from_one_place_are_stopped_too(house: House) -> None:
    browser = house.browser()
    browser.get("/sign-in")
    tried = [
        browser.post("/sign-in", {"email": f"ai{n}@quan.example", "password": "x"}).status_code
        for n in range(31)
    ]
    assert tried == [400] * 30 + [429]


def test_a_session_ends_after_half_an_idle_hour(house: House) -> None:
    browser = house.visitor("official")
    for _ in range(3):
        house.later(minutes=29, seconds=59)
        assert browser.get("/office").url.path == "/office"
    house.later(minutes=30)
    assert browser.get("/office").url.path == "/sign-in"


def test_a_session_ends_after_twelve_hours_in_any_case(house: House) -> None:
    browser = house.visitor("official")
    for _ in range(47):
        house.later(minutes=15)
        assert browser.get("/office").url.path == "/office"
    house.later(minutes=15)
    assert browser.get("/office").url.path == "/sign-in"


def test_what_the_browser_keeps_is_not_in_the_database(house: House) -> None:
    browser = house.visitor("official")
    kept = browser.client.cookies["dondoc-office"]
    with house.database.reading() as session:
        assert kept not in set(session.scalars(select(SignedIn.token)))


def first_link(house: House) -> str:
    with house.database.writing() as session:
        for account in session.scalars(select(Account)):
            account.closed_at = house.now
        link = make_link(session, None, house.now)
    return f"/sign-in/{sign_in_token(house.portal.seal, link.id)}"


NEW = {"name": "Trần Thị Bình", "email": "Binh@Quan.Example", "password": PASSWORD}


def make_first(browser: Browser, path: str) -> int:
    browser.get(path)
    return browser.post(path, NEW).status_code


def test_the_first_link_makes_the_first_administrator_once(house: House) -> None:
    path, browser = first_link(house), house.browser()
    for _ in range(3):
        assert "Make the first administrator" in browser.get(path).text
    assert make_first(browser, path) == 200
    assert browser.get("/office").url.path == "/office"
    assert house.browser().get(path).status_code == 404
    with house.database.reading() as session:
        account = session.scalars(select(Account).where(Account.closed_at.is_(None))).one()
    assert (account.email, account.role) == ("binh@quan.example", "administrator")


def test_a_first_link_is_of_no_use_once_there_is_an_administrator(house: House) -> None:
    path = first_link(house)
    assert make_first(house.browser(), first_link(house)) == 200
    assert make_first(house.browser(), path) == 404


def test_a_short_password_makes_nobody(house: House) -> None:
    path, browser = first_link(house), house.browser()
    browser.get(path)
    page = browser.post(path, NEW | {"password": "ngắn"})
    assert page.status_code == 400
    assert "12" in page.text
    assert make_first(browser, path) == 200


def test_a_first_link_ends_after_a_day(house: House) -> None:
    path = first_link(house)
    house.later(hours=24)
    assert house.browser().get(path).status_code == 404


def test_the_record_still_fits_together(house: House) -> None:
    browser = house.browser()
    browser.sign_in("official", "sai")
    browser.sign_in("official")
    with house.database.reading() as session:
        assert verify(session).broken is None
