"""A form that is refused is mended where it stands, with scripts and without."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from dondoc.queries import unit_by_code
from tests.papers import content
from tests.portal.browser.looking import look
from tests.portal.drafted import TEMPLATED, drafted
from tests.portal.house import House

pytestmark = pytest.mark.browser


def enter(page: Page, house: House) -> None:
    token = house.entered("official")
    page.context.add_cookies([{"name": "dondoc-office", "value": token, "url": house.server.url}])


def file(name: str, body: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


def test_a_leave_is_mended_where_it_was_refused(page: Page, house: House) -> None:
    mend_a_leave(page, house)


def test_a_leave_is_mended_without_scripts(plain_page: Page, house: House) -> None:
    mend_a_leave(plain_page, house)


def test_the_pages_shut_nobody_out(page: Page, house: House) -> None:
    enter(page, house)
    with house.database.writing() as session:
        draft = drafted(session, house, TEMPLATED).id
    page.goto(f"/office/drafts/{draft}/rehearsal")
    look(page)
    page.get_by_label("Several at once").set_input_files(file("anh.png", b"x"))
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("anh.png: the plan names no template")
    look(page)
    page.goto("/office/holds")
    page.get_by_label("Until the end of").fill("cuối tuần")
    page.get_by_label("Reason").fill("chờ")
    page.get_by_role("button", name="Hold", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("A date is needed")
    look(page)


def mend_a_leave(page: Page, house: House) -> None:
    enter(page, house)
    with house.database.reading() as session:
        unit = unit_by_code(session, "p-1").id
    page.goto(f"/office/units/{unit}")
    page.locator("section.seat").first.get_by_text("On leave, with a deputy").click()
    form = page.locator("form[action$=leaves]").first
    form.get_by_label("From").fill("8/4/2024")
    form.get_by_label("To, included").fill("cuối tuần")
    form.get_by_label("Deputy: an address").fill("thay@p1.example")
    form.get_by_label("Reason").fill("nghỉ phép")
    form.get_by_role("button").click()

    wrong = form.get_by_label("To, included")
    expect(page.get_by_role("alert")).to_contain_text("A date is needed")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("cuối tuần")
    expect(wrong).to_have_accessible_description("A date is needed, such as 15/11/2026.")
    expect(form.get_by_label("Deputy: an address")).to_have_value("thay@p1.example")

    wrong.fill("12/4/2024")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("on leave until 12 April 2024")).to_be_visible()


def test_missing_templates_are_uploaded_and_the_plan_is_launched(
    plain_page: Page, house: House
) -> None:
    page = plain_page
    enter(page, house)
    with house.database.writing() as session:
        draft = drafted(session, house, TEMPLATED).id
    page.goto(f"/office/drafts/{draft}")
    page.get_by_role("link", name="Upload them").click()
    expect(page.get_by_text("Not yet: templates are missing")).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_have_count(0)

    page.get_by_label("Several at once").set_input_files(file("so-lieu.xlsx", content("xlsx")))
    page.get_by_role("button", name="Upload", exact=True).click()
    meant = page.get_by_label("Mẫu báo cáo.docx", exact=True)
    meant.set_input_files(file("bản cuối.docx", content("docx")))
    page.locator("form", has=meant).locator("button").click()
    expect(page.get_by_text("Missing", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_role("status")).to_contain_text("Launched")
