"""Files that came by mail: the unit places its own by one press, the office those of others."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

from dondoc.database import Database
from tests.notifications.replies.office import Answered
from tests.portal.at_home import PDF, REPORT, at_home
from tests.portal.house import House
from tests.portal.server import Server
from tests.portal.test_placing import stray

pytestmark = pytest.mark.browser

T = TypeVar("T")


def aside(work: Callable[[], T]) -> T:
    """In a thread of its own: it runs a loop, and the browser's runs here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


@pytest.fixture
def answered(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answered:
    return aside(lambda: Answered(sqlite, tmp_path, monkeypatch))


@pytest.fixture
def house(answered: Answered, server: Server) -> Iterator[House]:
    yield from at_home(answered, server)


@pytest.fixture(params=["page", "plain_page"])
def either_page(request: pytest.FixtureRequest) -> Page:
    """With scripts, and without."""
    found: Page = request.getfixturevalue(request.param)
    return found


def come_in(house: House, page: Page, who: str) -> None:
    for cookie in house.visitor(who).client.cookies.jar:
        page.context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": house.server.url}]
        )


def test_a_unit_says_where_its_file_belongs_and_hands_in(
    answered: Answered, house: House, either_page: Page
) -> None:
    page = either_page
    answered.answer([("scan.pdf", PDF)], unit="p-2", subject="x")
    come_in(house, page, "other_unit")
    page.goto("/unit")
    page.get_by_role("link", name="scan.pdf").click()
    page.get_by_label("scan.pdf").select_option(label="Đăng ký danh hiệu thi đua: Bản đăng ký")
    page.get_by_role("button", name="Put into the draft").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký danh hiệu thi đua")
    expect(page.get_by_role("link", name="scan.pdf")).to_be_visible()
    expect(page.get_by_text("Received by mail")).to_be_visible()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    page.goto("/unit")
    expect(page.get_by_text("Files that came by mail")).to_have_count(0)


def test_an_official_places_what_a_stranger_sent(
    answered: Answered, house: House, either_page: Page
) -> None:
    page = either_page
    stray(answered, REPORT, ("anh.exe", b"MZ"))
    come_in(house, page, "official")
    page.goto("/office")
    page.locator("#replies + ul a").click()
    where = "Đăng ký danh hiệu thi đua: Bản đăng ký"
    page.get_by_label("anh.exe").select_option(label=where)
    page.get_by_role("button", name="Put into the unit’s draft").click()
    expect(page.get_by_role("alert")).to_contain_text("anh.exe: must be pdf or docx")
    expect(page.get_by_label("anh.exe")).to_have_value(f"{house.obligation('p-1')}:ban-dang-ky")

    page.get_by_label("anh.exe").select_option(label="leave it for now")
    page.get_by_label(REPORT[0]).select_option(label=where)
    page.get_by_role("button", name="Put into the unit’s draft").click()
    expect(page.get_by_role("status")).to_contain_text("Put into the draft: 1.")
    expect(page.get_by_label(REPORT[0])).to_have_count(0)
    assert answered.drafts() == [("p-1", "ban-dang-ky", REPORT[0])]


def test_a_unit_is_looked_for_where_nobody_knows_who_wrote(
    answered: Answered, house: House, either_page: Page
) -> None:
    page = either_page
    answered.answer([("so ket.pdf", PDF)], to="tra-loi+0-1-x@quan7.test", sender="ai@khac.test")
    come_in(house, page, "official")
    page.goto("/office")
    page.get_by_role("link", name="ai@khac.test").click()
    expect(page.get_by_role("button", name="Put into the unit’s draft")).to_have_count(0)
    page.get_by_label("Find by name or code: Unit").fill("p-2")
    page.get_by_role("button", name="Show what the unit owes").click()
    expect(page).to_have_url(re.compile("#place$"))
    page.get_by_label("so ket.pdf").select_option(label="Báo cáo sơ kết: Bản chính")
    page.get_by_role("button", name="Put into the unit’s draft").click()
    expect(page.get_by_role("status")).to_contain_text("The unit is told by letter")
    assert answered.drafts() == [("p-2", "bao-cao", "so ket.pdf")]
