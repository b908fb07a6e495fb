"""An official presses who is late, by keyboard alone: sees who knows, reads the letter, decides,
pauses what comes next."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dondoc.tables import Hold, Notice, Obligation, Stage, Unit
from notifications.beat import beat
from tests.cast import local
from tests.office import MailServer
from tests.portal.browser.looking import look
from tests.portal.house import PASSWORD, House, email
from tests.portal.test_outbox import post

pytestmark = pytest.mark.browser

TABS = 80
"""more than any page of an office has to tab through"""


def reach(page: Page, name: str) -> None:
    """By the tab key, as far as it takes; what has the focus is seen to have it."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.innerText"
            " || document.activeElement.innerText || '').trim()"
        )
        if found == name:
            return
    raise AssertionError(f"{name!r} is not reached by the tab key")


def test_an_official_escalates_by_keyboard_alone(house: House, page: Page) -> None:
    server = MailServer()
    for day in (8, 15, 16):
        beat(post(house, server), local(2024, 4, day))
    house.now = local(2024, 4, 16, 10)

    page.goto("/office")
    reach(page, "Mail address")
    page.keyboard.type(email("official"))
    reach(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
    reach(page, "Escalations")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Escalations")
    expect(page.get_by_text("no evidence")).to_have_count(0)
    look(page)

    reach(page, "Escalate: Ủy ban nhân dân phường Một, Đăng ký danh hiệu thi đua")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Escalate now")
    expect(page.locator(".letter")).to_have_count(1)
    look(page)

    reach(page, "Escalate 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("notices planned")
    look(page)
    with house.database.reading() as session:
        told = session.scalars(
            select(Unit.code)
            .join(Obligation, Obligation.unit_id == Unit.id)
            .join(Notice, Notice.obligation_id == Obligation.id)
            .where(Notice.stage == Stage.ESCALATE, Notice.step.startswith("manual"))
        ).all()
    assert told == ["p-1"]


def test_an_official_pauses_escalations_by_keyboard_alone(house: House, page: Page) -> None:
    for cookie in house.visitor("official").client.cookies.jar:
        page.context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": house.server.url}]
        )
    page.goto("/office/escalations")
    reach(page, "pause escalations")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Escalations only")).to_be_checked()

    reach(page, "Reason")
    page.keyboard.type("Mưa lũ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("escalations only")
    look(page)

    with house.database.reading() as session:
        (hold,) = session.scalars(select(Hold))
    assert (hold.only_upward, hold.reason, hold.placed_by) == (True, "Mưa lũ", email("official"))
