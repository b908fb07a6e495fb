"""Units are named by looking for them and ticking, wherever a form asks for them."""

import re

import pytest
from sqlalchemy import func, select

from dondoc.tables import Account, Hold, Unit
from tests.portal.house import House

LIST = "/office/unit-choices"


def codes(page: str, name: str) -> list[str]:
    """That can be ticked."""
    return re.findall(rf'name="{name}" value="([^"]+)"', page)


def ticked(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)" checked', page)


def held(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Hold)) or 0


@pytest.mark.parametrize("text", ["phường", "Phường", "phuong", "p-"])
def test_the_list_follows_what_is_typed(house: House, text: str) -> None:
    asked = {"form": "place", "name": "unit", "unit-find": text, "unit": "p-2"}
    answer = house.visitor("reader").get(LIST, params=asked)
    assert ticked(answer.text, "unit") == ["p-2"]
    assert ("p-1" in codes(answer.text, "unit")) == (text != "phuong")


@pytest.mark.parametrize("asked", [{"form": "<b>", "name": "unit"}, {"form": "a", "name": "u v"}])
def test_a_list_for_no_field_of_ours_is_not_there(house: House, asked: dict[str, str]) -> None:
    assert house.visitor("reader").get(LIST, params=asked).status_code == 404


def test_without_scripts_the_form_comes_back_with_the_list(house: House) -> None:
    browser = house.visitor("official")
    browser.get("/office/holds")
    asked = {
        "plan": "thi-dua",
        "reason": "chờ",
        "unit": "",
        "unit-find": "phường",
        "unit-asked": "",
    }
    answer = browser.post("/office/holds", asked)
    assert (answer.status_code, held(house)) == (400, 0)
    assert {"p-1", "p-2"} <= set(codes(answer.text, "unit"))
    done = browser.post("/office/holds", asked | {"unit-asked": "phường", "unit": "p-1"})
    assert (done.status_code, held(house)) == (200, 1)


def test_what_is_looked_for_and_not_ticked_never_means_every_unit(house: House) -> None:
    browser = house.visitor("official")
    browser.get("/office/holds")
    asked = {"plan": "thi-dua", "reason": "chờ", "unit": ""}
    sought = {"unit-find": "phường", "unit-asked": "phường"}
    assert browser.post("/office/holds", asked | sought).status_code == 400
    assert held(house) == 0


@pytest.mark.parametrize("typed", ["p-1", "P-1"])
def test_a_code_or_a_whole_name_needs_no_tick(house: House, typed: str) -> None:
    browser = house.visitor("official")
    page = browser.get("/office/plans/thi-dua/press/remind", params={"unit-find": typed})
    assert page.status_code == 200
    assert ticked(page.text, "unit") == ["p-1"]


def test_an_office_is_named_for_a_new_account(house: House) -> None:
    browser = house.visitor("administrator")
    browser.get("/office/accounts")
    person = {"name": "Bà Tư", "email": "tu@quan.example", "role": "official", "language": "vi"}
    answer = browser.post("/office/accounts", person | {"office-find": "nội vụ"})
    found = codes(answer.text, "office")
    assert answer.status_code == 400
    assert "noi-vu" in found
    sought = {"office-find": "nội vụ", "office-asked": "nội vụ", "office": "noi-vu"}
    assert browser.post("/office/accounts", person | sought).status_code == 200
    with house.database.reading() as session:
        made = session.scalars(select(Account).where(Account.email == "tu@quan.example")).one()
        assert made.office is not None
        assert made.office.code == "noi-vu"


def test_links_end_for_a_unit_that_is_named(house: House) -> None:
    browser = house.visitor("administrator")
    browser.get("/office/accounts")
    answer = browser.post("/office/links/end", {"reason": "thư lạc"})
    assert answer.status_code == 400
    assert "Name a unit" in answer.text


def test_units_that_merge_are_ticked_and_called_by_their_names(house: House) -> None:
    browser = house.visitor("official")
    browser.get("/office/unit-changes")
    asked = {"kind": "merge", "on": "01/07/2024", "do": "look", "units": ["p-1", "p-2"]}
    answer = browser.post("/office/unit-changes", asked | {"into-find": "p-3"})
    with house.database.reading() as session:
        names = dict(session.execute(select(Unit.code, Unit.name)).tuples().all())
    assert answer.status_code == 200
    assert ticked(answer.text, "units") == ["p-1", "p-2"]
    assert ticked(answer.text, "into") == ["p-3"]
    assert f"End, with 30 June 2024: {names['p-1']}, {names['p-2']}" in answer.text


def test_what_is_open_is_closed_for_a_reason_of_its_own(house: House) -> None:
    browser = house.visitor("official")
    browser.get("/office/unit-changes")
    asked = {"kind": "dissolve", "units": "p-1", "on": "08/04/2024", "reason": "QĐ 5"}
    seen = browser.post("/office/unit-changes", asked | {"do": "look"}).text
    field = re.findall(r'name="(open:[^"]+)"', seen)[0]
    chosen = {field: "close", f"why:{field}": "không còn việc"}
    again = browser.post("/office/unit-changes", asked | chosen | {"do": "look"}).text
    assert 'value="close" selected' in again
    assert 'value="không còn việc"' in again
    assert browser.post("/office/unit-changes", asked | chosen | {"do": "apply"}).status_code == 200
    page = browser.get(f"/office/obligations/{house.obligation('p-1')}").text
    assert "không còn việc" in page


def test_why_with_a_milestone_the_plan_has_not_names_those_it_has(house: House) -> None:
    answer = house.visitor("reader").get("/office/plans/thi-dua/why?unit=p-1&milestone=tong-ket")
    assert answer.status_code == 404
    assert "no milestone “tong-ket”" in answer.text
    assert "why?unit=p-1&amp;milestone=dang-ky" in answer.text
