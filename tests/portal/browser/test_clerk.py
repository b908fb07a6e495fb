"""A clerk's way through the portal, in a real browser: with scripts, without, by keyboard alone, on
a line that drops."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from dondoc.decision import Decision
from dondoc.tables import Draft, Obligation, ObligationState
from schedules.returning import Wanted, give_back
from tests.cast import local
from tests.papers import PDF
from tests.portal.browser.looking import look
from tests.portal.house import TEMPLATE, House
from tests.portal.test_bad_input import FullStore
from tests.portal.test_hand_in import page_of, state
from tests.service import until

pytestmark = pytest.mark.browser

ITEM = "Đăng ký danh hiệu thi đua"
PAPER: FilePayload = {"name": "đăng ký.pdf", "mimeType": "application/pdf", "buffer": PDF}
STAMPED: FilePayload = {**PAPER, "buffer": PDF + b"% stamped\n%%EOF\n"}
FILES = "#file-ban-dang-ky"
COUNT = "#field-so-nguoi"
TABS = 60
"""more than any page of a unit has to tab through"""


def open_link(house: House, page: Page) -> None:
    """As the letter's link does."""
    page.goto(house.link("p-1"))
    page.wait_for_url("**/unit")


def open_item(house: House, page: Page) -> None:
    open_link(house, page)
    page.get_by_role("link", name=ITEM).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ITEM)


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def attach(page: Page) -> None:
    """And waits until the server has it."""
    page.locator(FILES).set_input_files(PAPER)
    expect(page.locator("form[aria-busy=false]")).to_be_visible()
    expect(page.get_by_role("link", name="đăng ký.pdf")).to_be_visible()


def drafts(house: House) -> int:
    with house.database.reading() as session:
        return session.query(Draft).count()


def send_back(house: House) -> None:
    wanted = Wanted(until=date(2024, 4, 24), parts={"ban-dang-ky": "thiếu con dấu"})
    decision = Decision(actor="an", reason="Chưa đủ căn cứ", now=house.now)
    with house.database.writing() as session:
        owed = session.get_one(Obligation, house.obligation("p-1"))
        give_back(session, owed, wanted, decision, hours=house.portal.hours)


def test_a_whole_hand_in_with_scripts(house: House, page: Page) -> None:
    open_link(house, page)
    look(page)
    page.get_by_role("link", name=ITEM).click()
    look(page)
    with page.expect_download() as template:
        page.get_by_role("link", name="Download the template").click()
    assert Path(template.value.path()).read_bytes() == TEMPLATE
    button(page, "Hand in")
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("Bản đăng ký: no file yet")
    expect(problems).to_contain_text("Số người tham gia: not filled in")
    look(page)
    problems.get_by_role("link", name="Số người tham gia").click()
    page.locator(COUNT).fill("12")
    expect(page.locator("#status")).to_contain_text("Draft saved")
    attach(page)
    button(page, "Hand in")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Handed in")
    expect(page.get_by_text("2024-000001")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    look(page)
    page.get_by_role("link", name="What your unit owes").first.click()
    expect(page.get_by_text("handed in, waiting for review")).to_be_visible()
    look(page)
    assert state(house) is ObligationState.SUBMITTED


def test_a_whole_hand_in_without_scripts(house: House, plain_page: Page) -> None:
    page = plain_page
    open_item(house, page)
    button(page, "Hand in")
    expect(page.get_by_role("alert")).to_contain_text("Bản đăng ký: no file yet")
    page.locator(COUNT).fill("12")
    page.locator(FILES).set_input_files(PAPER)
    button(page, "Save, hand in later")
    expect(page.get_by_role("status").first).to_contain_text("The draft is saved")
    expect(page.locator(COUNT)).to_have_value("12")
    expect(page.get_by_role("link", name="đăng ký.pdf")).to_be_visible()
    button(page, "Hand in")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Handed in")
    assert state(house) is ObligationState.SUBMITTED


def test_what_is_returned_is_read_corrected_and_handed_in_again(house: House, page: Page) -> None:
    open_item(house, page)
    page.locator(COUNT).fill("12")
    attach(page)
    button(page, "Hand in")
    page.wait_for_url("**/versions/1*")
    send_back(house)
    open_item(house, page)
    returned = page.locator("#returned")
    expect(returned).to_contain_text("Chưa đủ căn cứ")
    expect(returned).to_contain_text("Bản đăng ký: thiếu con dấu")
    look(page)
    button(page, "Correct it and hand in again")
    expect(page.locator("#ban-dang-ky")).to_contain_text("thiếu con dấu")
    look(page)
    page.locator(FILES).set_input_files(STAMPED)
    expect(page.locator("form[aria-busy=false]")).to_be_visible()
    expect(page.locator("#ban-dang-ky .files li")).to_have_count(1)
    expect(page.locator("#ban-dang-ky .sending li")).to_have_count(0)
    button(page, "Hand in")
    page.wait_for_url("**/versions/2*")
    assert state(house) is ObligationState.RESUBMITTED
    open_item(house, page)
    page.locator("#withdraw summary").click()
    page.locator("#withdraw-reason").fill("Gửi nhầm bản")
    button(page, "Take it back")
    expect(page.get_by_role("status").first).to_contain_text("It was taken back")
    expect(page.locator(COUNT)).to_have_value("12")
    look(page)
    assert state(house) is ObligationState.RETURNED


def test_what_is_overdue_is_promised_and_a_later_date_asked_for(house: House, page: Page) -> None:
    house.now = local(2024, 4, 17)
    open_item(house, page)
    page.locator("#acknowledge summary").click()
    look(page)
    page.locator("#acknowledge-until").fill("2024-04-22")
    page.locator("#acknowledge-reason").fill("Chờ chữ ký")
    button(page, "Promise")
    expect(page.get_by_role("status").first).to_contain_text("The day is noted")
    page.locator("#ask summary").click()
    page.locator("#ask-until").fill("2024-04-15")
    page.locator("#ask-reason").fill("Chờ đại hội")
    button(page, "Ask")
    expect(page.get_by_role("alert")).to_contain_text("is not after the date it has now")
    look(page)
    page.locator("#ask-until").fill("2024-04-26")
    button(page, "Ask")
    expect(page.get_by_role("status").first).to_contain_text("Your request was sent")
    look(page)


def test_a_wrong_contact_is_reported_without_scripts(house: House, plain_page: Page) -> None:
    open_link(house, plain_page)
    plain_page.get_by_role("link", name="Letters go to the wrong person").click()
    plain_page.get_by_label("head").check()
    plain_page.get_by_label("The right person").fill("Nay là bà Tư")
    button(plain_page, "Tell the standing office")
    expect(plain_page.get_by_role("status")).to_contain_text("has been told")


def test_a_line_that_drops_loses_nothing(house: House, page: Page) -> None:
    """The first three pieces break off on their way."""
    left = [3]

    def drop(route: Route) -> None:
        if route.request.method == "PUT" and left[0]:
            left[0] -= 1
            route.abort("connectionreset")
        else:
            route.continue_()

    open_item(house, page)
    page.route("**/uploads/**", drop)
    page.locator(COUNT).fill("12")
    page.locator(FILES).set_input_files(PAPER)
    expect(page.locator("#ban-dang-ky .sending")).to_contain_text("The line dropped, trying again")
    expect(page.get_by_role("link", name="đăng ký.pdf")).to_be_visible()
    assert left == [0]
    button(page, "Hand in")
    page.wait_for_url("**/versions/1*")
    assert state(house) is ObligationState.SUBMITTED


def test_a_full_disk_is_said_and_the_file_goes_on_later(house: House, page: Page) -> None:
    full = FullStore(house.portal.store.folder)
    store = house.portal.store
    house.replace(store=full)
    open_item(house, page)
    page.locator(FILES).set_input_files(PAPER)
    expect(page.locator("#ban-dang-ky .sending")).to_contain_text("The server is out of space")
    house.replace(store=store)
    expect(page.get_by_role("link", name="đăng ký.pdf")).to_be_visible()


def test_what_was_typed_is_there_when_she_comes_back(house: House, page: Page) -> None:
    open_item(house, page)
    page.locator("#field-ghi-chu").fill("sẽ bổ sung")
    expect(page.locator("#status")).to_contain_text("Draft saved")
    open_item(house, page)
    expect(page.locator("#field-ghi-chu")).to_have_value("sẽ bổ sung")


def test_what_was_typed_before_the_script_came_is_saved(house: House, page: Page) -> None:
    script: list[Route] = []

    def hold_back(route: Route) -> None:
        script.append(route)

    page.route("**/hand-in.js*", hold_back)
    page.goto(house.link("p-1"), wait_until="commit")
    page.goto(page_of(house), wait_until="commit")
    page.locator("#field-ghi-chu").fill("sẽ bổ sung")
    script[-1].continue_()
    expect(page.locator("#status")).to_contain_text("Draft saved")
    open_item(house, page)
    expect(page.locator("#field-ghi-chu")).to_have_value("sẽ bổ sung")


def test_what_was_typed_in_the_last_second_is_saved(house: House, page: Page) -> None:
    open_item(house, page)
    page.wait_for_load_state()
    page.locator("#field-ghi-chu").fill("sẽ bổ sung")
    page.get_by_role("link", name="Đôn đốc").click()
    page.wait_for_url("**/unit")
    until(lambda: drafts(house), within=10)
    open_item(house, page)
    expect(page.locator("#field-ghi-chu")).to_have_value("sẽ bổ sung")


def test_of_two_windows_the_older_is_told_and_chooses(house: House, page: Page) -> None:
    open_item(house, page)
    other = page.context.new_page()
    other.goto(page_of(house))
    other.locator(COUNT).fill("21")
    expect(other.locator("#status")).to_contain_text("Draft saved")
    page.locator(COUNT).fill("12")
    expect(page.locator("#status")).to_contain_text("changed in another window")
    button(page, "Save, hand in later")
    expect(page.get_by_role("heading", level=1)).to_contain_text("changed in another window")
    look(page)
    button(page, "Use what this window says")
    expect(page.locator(COUNT)).to_have_value("12")


def tab_to(page: Page, selector: str) -> None:
    """By the Tab key alone."""
    wanted = page.locator(selector).first
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not come to {selector}")


def test_a_whole_hand_in_by_keyboard_alone(house: House, page: Page) -> None:
    page.on("filechooser", lambda chooser: chooser.set_files(PAPER))  # what the system would ask
    open_link(house, page)
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, f"a:has-text('{ITEM}')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/unit/obligations/*")
    tab_to(page, COUNT)
    page.keyboard.type("12")
    expect(page.locator("#status")).to_contain_text("Draft saved")
    tab_to(page, FILES)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="đăng ký.pdf")).to_be_visible()
    tab_to(page, "button[value=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/versions/1*")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Handed in")
    assert state(house) is ObligationState.SUBMITTED


def test_the_language_is_one_press_away(house: House, page: Page) -> None:
    open_item(house, page)
    button(page, "Tiếng Việt")
    expect(page.get_by_role("button", name="Nộp", exact=True)).to_be_visible()
    look(page)
