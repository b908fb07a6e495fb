"""Somebody looks after the own account."""

import pytest

from tests.portal.house import PASSWORD, House, email

NEW = "một câu khác cũng dài và dễ nhớ"
PATH = "/office/own-account"


def test_a_new_password_needs_the_present_one_and_ends_other_sessions(house: House) -> None:
    mine, elsewhere = house.visitor("reader"), house.visitor("reader")

    page = mine.post(f"{PATH}/password", {"present": PASSWORD, "password": NEW})

    assert "The password is set" in page.text
    assert mine.get("/office").url.path == "/office"
    assert elsewhere.get("/office").url.path == "/sign-in"
    assert house.browser().sign_in("reader", NEW).url.path == "/office"
    assert house.browser().sign_in("reader", PASSWORD).status_code == 400


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": "wrong", "password": NEW}, "present password is not right"),
        ({"present": PASSWORD, "password": "short"}, "needs 12 to 200"),
        ({"present": PASSWORD, "password": "aaaaaaaaaaaaaa"}, "easily guessed"),
        ({"present": PASSWORD, "password": "1234567890123456"}, "easily guessed"),
        ({"present": PASSWORD, "password": "Qwertyuiop12345"}, "easily guessed"),
        ({"present": PASSWORD, "password": email("reader")}, "easily guessed"),
        ({"present": PASSWORD, "password": "matkhau12345"}, "easily guessed"),
    ],
)
def test_what_is_no_good_password_changes_nothing(
    house: House, fields: dict[str, str], said: str
) -> None:
    browser = house.visitor("reader")

    answer = browser.post(f"{PATH}/password", fields)

    assert answer.status_code == 400
    assert said in answer.text
    assert house.browser().sign_in("reader", PASSWORD).url.path == "/office"


def test_guessing_the_present_password_is_counted(house: House) -> None:
    browser = house.visitor("reader")
    fields = {"present": "wrong", "password": NEW}
    tried = [browser.post(f"{PATH}/password", fields).status_code for _ in range(6)]
    assert tried == [400] * 5 + [429]


def test_without_a_password_one_is_set_soon_after_signing_in(house: House) -> None:
    fields = {"email": "moi@quan.example", "name": "Ông Mới", "role": "reader", "office": "noi-vu"}
    house.visitor("administrator").post("/office/accounts", fields)
    early, late = (house.browser() for _ in range(2))
    for browser in (early, late):
        browser.client.cookies.set("dondoc-office", house.entered_at("moi@quan.example"))
    house.later(minutes=14)
    assert "The password is set" in early.post(f"{PATH}/password", {"password": NEW}).text

    other = {**fields, "email": "khac@quan.example"}
    house.visitor("administrator").post("/office/accounts", other)
    late.client.cookies.set("dondoc-office", house.entered_at("khac@quan.example"))
    house.later(minutes=15)
    assert "sign in again" in late.post(f"{PATH}/password", {"password": NEW}).text


def test_one_sees_where_one_is_signed_in_and_leaves_everywhere(house: House) -> None:
    mine, elsewhere = house.visitor("official"), house.visitor("official")
    assert mine.get(PATH).text.count("last seen") == 2

    mine.post(f"{PATH}/sign-out")

    assert mine.get("/office").url.path == "/sign-in"
    assert elsewhere.get("/office").url.path == "/sign-in"
