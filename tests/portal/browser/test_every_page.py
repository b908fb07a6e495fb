"""Each page as axe-core sees it, and on a telephone."""

import pytest
from playwright.sync_api import Page

from tests.portal.browser.looking import TELEPHONE, barriers, width_on_telephone
from tests.portal.house import House
from tests.portal.test_access import places

pytestmark = pytest.mark.browser

PAGES = {
    "stranger": ("/", "/sign-in", "/link", "/receipts", "/no-such-page", "/unit", "/l/wrong"),
    "unit": (
        "/unit",
        "/unit/contacts",
        "/unit/obligations/{obligation}",
        "/unit/obligations/{obligation}?check=true",
        "/unit/obligations/{obligation}/versions/{version}?new=true",
    ),
    "official": (
        "/office",
        "/office/drafts",
        "/office/drafts/{draft}",
        "/office/drafts/{draft}/header",
        "/office/drafts/{draft}/milestones/1",
        "/office/drafts/{draft}/text",
        "/office/drafts/{draft}/rehearsal",
        "/office/drafts/{draft}/rehearsal/{day}",
        "/office/drafts/{draft}/rehearsal/{day}/1",
        "/office/units",
        "/office/units/{unit}",
        "/office/groups",
        "/office/units-import",
        "/office/unit-changes?unit=p-1",
        "/office/plans/{plan}",
        "/office/plans/{plan}?by=group",
        "/office/plans/{plan}/why",
        "/office/plans/{plan}/why?unit=p-1",
        "/office/obligations/{obligation}",
        "/office/own-account",
        "/office/outbox",
        "/office/outbox/ahead",
        "/office/outbox/ahead?q=p-1",
        "/office/letters/{letter}",
        "/office/notices/{notice}",
        "/office/holds",
        "/office/escalations",
        "/office/plans/{plan}/press/remind",
        "/office/plans/{plan}/press/escalate?unit=p-1",
        "/office/plans/{plan}/milestones/{milestone}/skip?step=T-1",
    ),
    "administrator": ("/office", "/office/accounts", "/office/outbox"),
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
    assert barriers(visited) == {}


@pytest.mark.parametrize(("who", "path"), EVERY)
def test_a_telephone_is_wide_enough(visited: Page) -> None:
    assert width_on_telephone(visited) <= TELEPHONE
