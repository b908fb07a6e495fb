"""What a unit's browser is given by mistake, and what the page says: once, and briefly."""

import pytest
from playwright.sync_api import Page, expect

from dondoc.tables import Submission
from tests.papers import PDF
from tests.portal.browser.test_clerk import COUNT, FILES, attach, button, open_item
from tests.portal.house import House
from tests.portal.test_bad_input import inconsistencies
from tests.portal.test_hand_in import state

pytestmark = pytest.mark.browser

LONG = "a" * 400 + ".pdf"
FAULTS = [
    ("lie.pdf", b"MZ", "lie.pdf: is no pdf file"),
    ("empty.pdf", b"", "empty.pdf: the file is empty"),
    (LONG, PDF, "cannot be used"),
]


@pytest.mark.parametrize(("name", "body", "said"), FAULTS)
def test_a_refused_file_is_named_once(
    house: House, page: Page, name: str, body: bytes, said: str
) -> None:
    open_item(house, page)
    page.locator(FILES).set_input_files({"name": name, "mimeType": "", "buffer": body})
    error = page.locator(".sending .error")
    expect(error).to_contain_text(said)
    text = error.inner_text()
    assert text.count(name[:20]) == 1 or name == LONG
    assert len(text) < 200
    assert inconsistencies(house) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_back_after_handing_in_shows_that_it_is_handed_in(
    house: House, request: pytest.FixtureRequest, scripts: bool
) -> None:
    """No form is left that would hand in the same once more."""
    page: Page = request.getfixturevalue("page" if scripts else "plain_page")
    open_item(house, page)
    page.locator(COUNT).fill("12")
    if scripts:
        attach(page)
    else:
        page.locator(FILES).set_input_files({"name": "a.pdf", "mimeType": "", "buffer": PDF})
    button(page, "Hand in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    page.go_back()
    expect(page.get_by_text("handed in, waiting for review")).to_be_visible()
    expect(page.get_by_role("button", name="Hand in", exact=True)).to_have_count(0)
    assert state(house) == "submitted"
    assert inconsistencies(house) == []


def test_a_window_from_before_hands_in_nothing_twice(house: House, page: Page) -> None:
    open_item(house, page)
    page.locator(COUNT).fill("12")
    attach(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_role("button", name="Hand in", exact=True)).to_be_visible()
    button(page, "Hand in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    button(other, "Hand in")
    expect(other.get_by_role("heading", level=1)).to_contain_text("handed in", ignore_case=True)
    with house.database.reading() as session:
        assert session.query(Submission).count() == 1
    assert inconsistencies(house) == []
