"""Letters as a mail program shows them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import notifications
from tests.portal.browser.looking import DESK, TELEPHONE

pytestmark = pytest.mark.browser

LETTERS = Path(notifications.__file__).parent / "letters"
EXAMPLES = sorted(LETTERS.glob("*/example.*.html"))
WIDEST = 680
CUT = """[...document.querySelectorAll('td, th, p')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 40))"""


@pytest.mark.parametrize("width", [TELEPHONE, 600, DESK])
def test_no_letter_is_wider_than_the_screen(chromium: Browser, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 780})
    wrong = []
    for example in EXAMPLES:
        page.goto(example.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > width or page.evaluate(CUT):
            wrong.append(example.parent.name)
        text = page.locator("table table").first.bounding_box()
        assert text is not None
        assert text["width"] <= WIDEST
    page.close()
    assert (len(EXAMPLES) >= 30, wrong) == (True, [])
