"""An official at work, in the machine's Chromium."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from documents.unit_sheet import write_units
from dondoc.tables import Plan, Unit
from dondoc.units.rows import UnitRow
from portal.work.workshop import Workshop
from tests.portal.browser.looking import barriers
from tests.portal.drafted import PLAN
from tests.portal.house import House
from tests.portal.test_launching import DOCUMENT

pytestmark = pytest.mark.browser


def come_in(house: House, page: Page) -> None:
    """With the service's own workshop: work is done by another process."""
    house.replace(workshop=Workshop(house.settings, house.database))
    for cookie in house.visitor("official").client.cookies.jar:
        page.context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": house.server.url}]
        )


@pytest.fixture(params=["page", "plain_page"])
def either_page(request: pytest.FixtureRequest) -> Page:
    """With scripts, and without."""
    found: Page = request.getfixturevalue(request.param)
    return found


def test_a_plan_is_launched_from_its_document(
    house: House, either_page: Page, tmp_path: Path
) -> None:
    page = either_page
    come_in(house, page)
    document = tmp_path / "Kế hoạch 61.txt"
    document.write_text(DOCUMENT, "utf-8")
    page.goto("/office/drafts")
    page.set_input_files("input[type=file]", document)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Milestones")).to_be_visible()
    first = page.locator("#m-1")
    first.get_by_role("link", name="Show in the document").click()
    expect(page.locator("mark.shown")).to_contain_text("trước ngày 19/5/2024")
    page.locator("#q-m-1").click()
    expect(page).to_have_url(re.compile("#m-1$"))
    page.locator("#m-1").get_by_role("link", name="Change").click()
    page.get_by_label("What is due").fill("Báo cáo kết quả cao điểm")
    page.get_by_label("Only those named below").check()
    page.get_by_role("group", name="Kinds of units").get_by_label("ward").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#m-1 h3")).to_contain_text("Báo cáo kết quả cao điểm")
    page.get_by_role("link", name="Change the header").click()
    page.get_by_label("Find by name or code: Standing office").fill("noi-vu")
    page.get_by_role("button", name="Save").click()
    for line in ("#m-1", "#m-2"):
        page.locator(line).get_by_role("link", name="Change").click()
        page.get_by_role("radio", name="the standing office").check()
        page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="See who gets what when").click()
    page.get_by_role("button", name="Rehearse").click()
    day = page.get_by_role("link", name="17 May 2024: 3 letters")
    expect(day).to_be_visible()
    day.click()
    expect(page.get_by_role("heading", name="Letters of")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_role("link", name="See the plan")).to_be_visible()
    with house.database.reading() as session:
        assert session.scalar(select(Plan.number).where(Plan.code != "thi-dua")) == "61/KH-UBND"


def test_a_plan_is_changed_with_the_keyboard_alone(
    house: House, page: Page, tmp_path: Path
) -> None:
    come_in(house, page)
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN, "utf-8")
    page.goto("/office/drafts")
    page.set_input_files("input[type=file]", file)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Upload").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#m-1")).to_be_visible()
    page.locator("#m-1").get_by_role("button", name="Settled").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#m-1 .flags li")).to_have_count(1)
    page.locator("#m-1").get_by_role("link", name="Change").focus()
    page.keyboard.press("Enter")
    name = page.get_by_label("What is due")
    name.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Sơ kết")
    page.keyboard.press("Enter")
    expect(page.locator("#m-1 h3")).to_contain_text("Sơ kết")
    for _ in range(12):
        page.keyboard.press("Tab")
    seen = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
    assert seen != "none", "whoever comes by keyboard sees where she is"


def test_units_are_imported_after_a_look(house: House, page: Page, tmp_path: Path) -> None:
    come_in(house, page)
    file = tmp_path / "don-vi.xlsx"
    write_units(file, [UnitRow(code="p-7", name="Phường Bảy", kind="ward", parent="ubnd-quan")])
    page.goto("/office/units-import")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("cell", name="p-7")).to_be_visible()
    assert barriers(page) == {}
    page.get_by_role("button", name="Import").click()
    page.get_by_role("link", name="units below").click()
    expect(page.get_by_role("link", name="Phường Bảy")).to_be_visible()
    with house.database.reading() as session:
        assert session.scalar(select(Unit.name).where(Unit.code == "p-7")) == "Phường Bảy"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_unit_is_found_by_its_name_and_ticked(
    house: House, request: pytest.FixtureRequest, *, scripts: bool
) -> None:
    page: Page = request.getfixturevalue("page" if scripts else "plain_page")
    come_in(house, page)
    page.goto("/office/holds")
    page.get_by_label("Find by name or code: Unit").fill("phường")
    page.get_by_label("Reason").fill("chờ sáp nhập")
    if not scripts:
        page.get_by_role("button", name="Hold").click()
    page.get_by_label("Ủy ban nhân dân phường Một").check()
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_role("heading", name="phường Một")).to_be_visible()


def test_a_page_on_paper_has_no_buttons_and_reads_in_black(house: House, page: Page) -> None:
    house.later(days=14)
    come_in(house, page)
    page.goto("/office/plans/thi-dua")
    late = page.locator(".heat td.bad").first
    expect(late).to_have_css("color", "rgb(255, 255, 255)")
    page.emulate_media(media="print")
    expect(late).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.get_by_role("search")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
