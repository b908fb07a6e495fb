"""Decisions from Today and from an obligation's page."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from dondoc.tables import Extension, ExtensionState, Obligation, ObligationState, Return
from tests.portal.house import House
from tests.portal.test_hand_in import whole

ASK = {"until": "26/04/2024", "reason": "thủ trưởng đi công tác"}


def _owed(house: House) -> Obligation:
    with house.database.reading() as session:
        return session.get_one(Obligation, house.obligation("p-1"))


def _page(house: House) -> str:
    return f"/office/obligations/{house.obligation('p-1')}"


def _decide(house: House, decision: str, **fields: str) -> str:
    """The page that follows."""
    browser = house.visitor("official")
    browser.get("/office")
    return browser.post(f"{_page(house)}/decisions/{decision}", fields).text


def _ask(house: House) -> None:
    browser = house.visitor("unit")
    path = f"/unit/obligations/{house.obligation('p-1')}"
    browser.get(path)
    assert browser.post(f"{path}/acts/ask", ASK).status_code == 200


def test_what_waits_is_accepted_from_today(house: House) -> None:
    whole(house.visitor("unit"))

    page = _decide(house, "accept", back="/office?done=accept")

    assert "<b>0</b> to review" in page
    assert "Accepted." in page
    assert _owed(house).state is ObligationState.ACCEPTED


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/unit"])
def test_a_decision_leads_nowhere_else(house: House, back: str) -> None:
    whole(house.visitor("unit"))

    assert "Everything that happened" in _decide(house, "accept", back=back)


def test_a_question_is_listed_and_granted_from_today(house: House) -> None:
    _ask(house)
    page = house.visitor("official").get("/office").text
    assert "<b>1</b> ask for time" in page
    assert ASK["reason"] in page
    assert "<b>0</b> ask for time" in house.visitor("other_official").get("/office").text

    page = _decide(house, "grant", until=ASK["until"], back="/office?done=grant")

    assert "<b>0</b> ask for time" in page
    assert f"{_owed(house).due_on:%d/%m/%Y}" == ASK["until"]


def test_a_question_is_denied_with_a_reason(house: House) -> None:
    _ask(house)
    assert "A reason is needed" in _decide(house, "deny", reason="")

    _decide(house, "deny", reason="không đủ lý do")

    with house.database.reading() as session:
        (asked,) = session.scalars(select(Extension))
        assert (asked.state, asked.reason) == (ExtensionState.DENIED, "không đủ lý do")
    assert "no longer asks" in _decide(house, "deny", reason="lần nữa")


def test_an_extension_is_revoked(house: House) -> None:
    before = _owed(house).due_on
    _decide(house, "extend", until="26/04/2024", reason="lũ lụt")

    _decide(house, "revoke", reason="nhầm đơn vị")

    assert _owed(house).due_on == before


def test_a_return_says_what_is_wrong_with_which_part(house: House) -> None:
    whole(house.visitor("unit"))
    page = house.visitor("official").get(_page(house)).text
    assert 'name="part-ban-dang-ky"' in page

    flaw = {"part-ban-dang-ky": "thiếu chữ ký", "part-so-nguoi": " "}
    _decide(house, "return", reason="sửa lại", until="19/04/2024", **flaw)

    with house.database.reading() as session:
        (made,) = session.scalars(select(Return))
        assert made.components == {"ban-dang-ky": "thiếu chữ ký"}
    assert _owed(house).first_complete_at is not None


def test_a_return_may_void_what_was_complete_in_name_only(house: House) -> None:
    whole(house.visitor("unit"))

    _decide(house, "return", reason="bản trắng", until="19/04/2024", void="yes")

    assert _owed(house).first_complete_at is None


def test_what_was_typed_for_a_refused_decision_stays(house: House) -> None:
    whole(house.visitor("unit"))

    page = _decide(house, "return", reason="sửa lại", until="hôm nào", **{"part-so-nguoi": "sai"})

    assert "A date is needed" in page
    assert re.search(r'<details id="returning" open>.*?<form [^>]*id="return">', page, re.S)
    assert "sửa lại" in page
    assert 'value="sai"' in page


@pytest.mark.parametrize("sets", ["", "hai", "-1", "1e3", "٣"])
def test_sets_of_paper_are_a_number(house: House, sets: str) -> None:
    assert "A number of sets is needed" in _decide(house, "paper", sets=sets, on="08/04/2024")


def test_paper_is_entered_where_the_plan_asks_for_none(house: House) -> None:
    assert "nothing on paper" in _decide(house, "paper", sets="1", on="08/04/2024")
    assert "/decisions/paper" not in house.visitor("official").get(_page(house)).text


def test_a_later_version_may_decide_instead(house: House) -> None:
    whole(house.visitor("unit"))
    first = _owed(house).first_complete_at
    house.now += timedelta(hours=1)
    assert "/decisions/void" not in house.visitor("official").get(_page(house)).text
    _decide(house, "return", reason="sai số người", until="19/04/2024")
    browser = house.visitor("unit")
    path = f"/unit/obligations/{house.obligation('p-1')}"
    browser.get(path)
    browser.post(f"{path}/draft")
    whole(browser, so_nguoi="13")

    assert "/decisions/void" in house.visitor("official").get(_page(house)).text
    _decide(house, "void", reason="bản đầu là bản nháp")

    assert first is not None
    assert _owed(house).first_complete_at == first + timedelta(hours=1)
