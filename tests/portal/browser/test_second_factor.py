"""An administrator sets up a second factor and signs in with it, with scripts and without."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.looking import look
from tests.portal.house import PASSWORD, House, email

pytestmark = pytest.mark.browser


def test_a_second_factor_from_its_key_to_the_next_morning(page: Page, house: House) -> None:
    journey(page, house, looking=True)


def test_a_second_factor_without_scripts(plain_page: Page, house: House) -> None:
    journey(plain_page, house, looking=False)


def journey(page: Page, house: House, *, looking: bool) -> None:
    sign_in(page)
    page.get_by_role("link", name="Bà administrator").click()
    page.get_by_role("link", name="Look, change").click()
    page.get_by_role("button", name="Set it up").click()
    picture = page.get_by_role("img", name="QR picture of the key below")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 200
    seen(page, looking=looking)
    key = page.locator("main .mono").inner_text()
    app = pyotp.TOTP(re.sub(r"\s", "", key))
    page.get_by_label("Code").fill("abcdef")
    page.get_by_role("button", name="Switch the second factor on").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    seen(page, looking=looking)
    page.get_by_label("Code").fill(app.at(house.now))
    page.get_by_role("button", name="Switch the second factor on").click()
    expect(page.get_by_text("Recovery codes are shown this once")).to_be_visible()
    seen(page, looking=looking)
    page.get_by_role("button", name="Sign out").click()

    house.later(hours=14)
    sign_in(page)
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    seen(page, looking=looking)
    page.get_by_label("Code").fill(app.at(house.now))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/office$"))

    house.later(minutes=20)
    page.goto("/office/accounts")
    page.get_by_text("Change, close: Bà reader").click()
    page.locator("li", has_text="Bà reader").get_by_role(
        "button", name="Require a second factor"
    ).click()
    expect(page.get_by_role("heading", name="Say once more that it is you")).to_be_visible()
    seen(page, looking=looking)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("A second factor is required from now on.")).to_be_visible()
    expect(page.get_by_text("second factor not set up yet")).to_be_visible()


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    form = page.locator("form[action='/sign-in']")
    form.get_by_label("Mail address").fill(email("administrator"))
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_role("button", name="Sign in").click()


def seen(page: Page, *, looking: bool) -> None:
    if looking:
        look(page)
