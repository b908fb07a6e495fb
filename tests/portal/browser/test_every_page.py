"""Each page as axe-core sees it, and on a telephone."""

from pathlib import Path

import axe_core_python
import pytest
from playwright.sync_api import Page

from tests.portal.house import House
from tests.portal.test_access import places

pytestmark = pytest.mark.browser

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
PAGES = {
    "stranger": ("/", "/sign-in", "/link", "/receipts", "/no-such-page", "/unit", "/l/wrong"),
    "unit": (
        "/unit",
        "/unit/obligations/{obligation}",
        "/unit/obligations/{obligation}?check=true",
        "/unit/obligations/{obligation}/versions/{version}?new=true",
    ),
    "official": ("/office",),
}
EVERY = [(who, path) for who, paths in PAGES.items() for path in paths]


@pytest.fixture
def visited(house: House, page: Page, who: str, path: str) -> Page:
    found = places(house)
    for cookie in house.visitor(who).client.cookies.jar:
        page.context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": house.server.url}]
        )
    page.goto(path.format(**found))
    return page


@pytest.mark.parametrize(("who", "path"), EVERY)
def test_nobody_is_shut_out(visited: Page) -> None:
    visited.evaluate(AXE)
    found = visited.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert {one["id"]: [node["html"] for node in one["nodes"]] for one in found} == {}


@pytest.mark.parametrize(("who", "path"), EVERY)
def test_a_telephone_is_wide_enough(visited: Page) -> None:
    visited.set_viewport_size({"width": 360, "height": 780})
    wide = visited.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
