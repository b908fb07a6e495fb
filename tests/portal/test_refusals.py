"""What is refused is said beside the form it was typed into; nothing has changed, and what was
typed is still there."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from httpx import Response
from sqlalchemy import func, select

from dondoc.database import open_database
from dondoc.tables import Event
from dondoc.words import Language, Words
from tests.portal.house import Browser, House
from tests.portal.server import Server
from tests.portal.test_access import places


class Case(NamedTuple):
    """`form` posts to `path`, found on the page `seen`; `blamed` is the field that is marked."""

    seen: str
    path: str
    form: str
    fields: dict[str, str]
    said: Words
    blamed: str = ""
    gone: bool = False
    status: int = 400
    who: str = "official"


REASON = Words("Cần có lý do", "A reason is needed")
UNIT = Words("Không có đơn vị", "There is no unit")
DAY = Words("Cần một ngày", "A date is needed")
ACCOUNTS = "/office/accounts"
UNITS = "/office/units/{unit}"
CHANGES = "/office/unit-changes"
PRESS = "/office/plans/{plan}/press/escalate"
CASES = {
    "an account that is there": Case(
        ACCOUNTS,
        ACCOUNTS,
        "invite",
        {"name": "Bà Hai", "email": "reader@quan.example", "role": "reader", "office": "noi-vu"},
        Words("Đã có tài khoản", "There already is an account"),
        "email",
        status=409,
        who="administrator",
    ),
    "an office that is not there": Case(
        ACCOUNTS,
        ACCOUNTS,
        "invite",
        {"name": "Bà Hai", "email": "hai@quan.example", "role": "reader", "office": "noi-vụ"},
        UNIT,
        "office",
        who="administrator",
    ),
    "no office for an official": Case(
        ACCOUNTS,
        ACCOUNTS + "/{person}/role",
        "role-{person}",
        {"role": "official", "office": ""},
        Words("phải thuộc một cơ quan", "belong to a standing office"),
        "office",
        who="administrator",
    ),
    "the last administrator": Case(
        ACCOUNTS,
        ACCOUNTS + "/{own}/close",
        "close-{own}",
        {},
        Words("người quản trị cuối cùng", "the last administrator"),
        who="administrator",
    ),
    "links of no unit": Case(
        ACCOUNTS,
        "/office/links/end",
        "links",
        {"unit": "p-99", "reason": "thư lạc"},
        UNIT,
        "unit",
        who="administrator",
    ),
    "an easy password": Case(
        "/office/own-account",
        "/office/own-account/password",
        "change",
        {"present": "một câu dài dễ nhớ", "password": "123456789012"},
        Words("dễ đoán", "easily guessed"),
        "password",
    ),
    "a wrong password": Case(
        "/office/own-account",
        "/office/own-account/password",
        "change",
        {"present": "không phải", "password": "một câu khác dài hơn"},
        Words("Mật khẩu hiện tại không đúng", "The present password is not right"),
        "present",
    ),
    "a hold of no unit": Case(
        "/office/holds",
        "/office/holds",
        "place",
        {"plan": "thi-dua", "unit-find": "phường 99", "until": "15/4/2024", "reason": "chờ"},
        Words("Không có đơn vị nào khớp", "No unit fits"),
        "unit",
    ),
    "a hold of a unit that is unclear": Case(
        "/office/holds",
        "/office/holds",
        "place",
        {"plan": "thi-dua", "unit-find": "phường", "until": "15/4/2024", "reason": "chờ"},
        Words("Hãy đánh dấu đơn vị nào", "Tick which unit"),
        "unit",
    ),
    "a hold that is over": Case(
        "/office/holds",
        "/office/holds",
        "place",
        {"plan": "thi-dua", "unit": "p-1", "until": "1/4/2024", "reason": "chờ", "upward": "yes"},
        Words("là vô nghĩa", "holds nothing"),
        "until",
    ),
    "a hold until no day": Case(
        "/office/holds",
        "/office/holds",
        "place",
        {"plan": "thi-dua", "until": "cuối tháng", "reason": "chờ"},
        DAY,
        "until",
    ),
    "a release without a reason": Case(
        "/office/holds",
        "/office/holds/{hold}/release",
        "release-{hold}",
        {"reason": " "},
        REASON,
        "reason",
    ),
    "nothing ticked": Case(
        "/office/outbox/ahead?q=p-1",
        "/office/outbox/skip",
        "skip",
        {"q": "p-1", "reason": "đã gọi điện"},
        Words("Hãy đánh dấu", "Tick what is to be cancelled"),
    ),
    "a notice without a reason": Case(
        "/office/outbox/ahead?q=p-1",
        "/office/outbox/skip",
        "skip",
        {"q": "p-1", "notice": "{notice}", "reason": ""},
        REASON,
        "reason",
    ),
    "a step that is not there": Case(
        "/office/plans/{plan}/milestones/{milestone}/skip?step=T-99",
        "/office/plans/{plan}/milestones/{milestone}/skip",
        "skip",
        {"step": "T-99", "reason": "đã họp"},
        Words("T-99", "T-99"),
    ),
    "a letter again without a reason": Case(
        "/office/letters/{letter}",
        "/office/letters/{letter}/cancel",
        "cancel",
        {"reason": ""},
        REASON,
        "reason",
    ),
    "nothing to confirm": Case(
        "/office/outbox",
        "/office/outbox/confirm",
        "confirm",
        {"reason": "đúng ý"},
        Words("Không có", "nothing"),
        gone=True,
        who="administrator",
    ),
    "nobody to tell": Case(
        PRESS,
        PRESS,
        "choose",
        {"milestone": "dang-ky", "unit": "p-1", "level": "1"},
        Words("Không còn ai để báo", "Nobody is left to tell"),
    ),
    "nobody with this name": Case(
        PRESS,
        PRESS,
        "choose",
        {"unit-find": "phường 1"},
        Words("Không có đơn vị nào khớp", "No unit fits"),
        "unit",
    ),
    "no address": Case(
        UNITS,
        UNITS + "/contacts",
        "change-officer",
        {"seat": "officer", "name": "Bà Hoa", "email": "không phải", "reason": "CV 3"},
        Words("không phải", "không phải"),
        "email",
    ),
    "a leave without its last day": Case(
        UNITS,
        UNITS + "/leaves",
        "leave-officer",
        {"seat": "officer", "from": "8/4/2024", "to": "mai", "deputy": "head", "reason": "phép"},
        DAY,
        "to",
    ),
    "a deputy who is not there": Case(
        UNITS,
        UNITS + "/leaves",
        "leave-officer",
        {
            "seat": "officer",
            "from": "8/4/2024",
            "to": "9/4/2024",
            "deputy": "phó",
            "reason": "phép",
        },
        Words("Không có vị trí", "There is no seat"),
        "deputy",
    ),
    "back without having been away": Case(
        UNITS,
        UNITS + "/leaves/end",
        "back-officer",
        {"seat": "officer", "reason": "về"},
        Words("nghỉ", "leave"),
        gone=True,
    ),
    "a withdrawal without a reason": Case(
        CHANGES,
        CHANGES + "/{change}/withdraw",
        "withdraw-{change}",
        {"reason": ""},
        REASON,
        "reason",
    ),
    "a return until no day": Case(
        "/office/obligations/{obligation}",
        "/office/obligations/{obligation}/decisions/return",
        "return",
        {"reason": "mưa lũ", "until": "khi nào xong"},
        DAY,
        "until",
    ),
}


class Standing(NamedTuple):
    """A house where all that is asked is refused, so that nothing changes."""

    house: House
    known: dict[str, str]


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, furnished: Path, server: Server
) -> Iterator[Standing]:
    folder = tmp_path_factory.mktemp("standing")
    shutil.copy(furnished, folder / "dondoc.db")
    database = open_database(f"sqlite:///{folder / 'dondoc.db'}")
    house = House(database, server, data=folder)
    people = {"own": "administrator", "person": "reader"}
    known = {name: str(house.account_id(who)) for name, who in people.items()}
    yield Standing(house, places(house) | known)
    house.close()
    database.close()


def entries(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def told(standing: Standing, browser: Browser, case: Case) -> Response:
    house, known = standing
    house.serve()
    title = heading(browser.get(case.seen.format(**known)))
    before = entries(house)
    fields = {name: value.format(**known) for name, value in case.fields.items()}
    answer = browser.post(case.path.format(**known), fields)
    assert heading(answer) == title, "the same page again"
    extra = 1 if case.blamed == "present" else 0  # a wrong password is noted
    assert entries(house) == before + extra
    return answer


def heading(page: Response) -> str:
    shown = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    return "" if shown is None else shown[1]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", CASES)
def test_it_is_said_beside_the_form_and_what_was_typed_stays(
    standing: Standing, name: str, language: Language
) -> None:
    case = CASES[name]
    browser = standing.house.visitor(case.who)
    browser.client.cookies.set("dondoc-language", language)
    answer = told(standing, browser, case)
    assert answer.status_code == case.status
    assert f'<html lang="{language}">' in answer.text
    page = unescape(answer.text)
    form = case.form.format(**standing.known)
    alarm = re.search(r'<div class="summary" role="alert">.*?</div>', page, re.S)
    assert alarm is not None
    assert case.said.text(language) in alarm[0]
    if case.blamed:
        place = f"{form}-{case.blamed}"
        assert f'href="#{place}"' in alarm[0]
        field = re.search(rf'<(?:input|textarea|select)[^>]* id="{re.escape(place)}"[^>]*>', page)
        assert field is not None
        assert 'aria-invalid="true"' in field[0]
        assert f'id="{place}-error"' in page
    for field_name, value in () if case.gone else case.fields.items():
        if field_name not in ("present", "password", "seat", "notice") and value.strip():
            assert typed(page, form, field_name, value), field_name


def typed(page: str, form: str, name: str, value: str) -> bool:
    """Whether a form still has it in the field of this name."""
    body = re.search(rf'<form[^>]* id="{re.escape(form)}"[^>]*>(.*?)</form>', page, re.S)
    assert body is not None, form
    field = rf'<(?:input|textarea|select)[^>]* name="{re.escape(name)}"[^>]*>'
    return any(
        f'value="{value}"' in one[0]
        or body[1][one.end() :].lstrip("\n").startswith(value + "</textarea>")
        or f'<option value="{value}" selected' in body[1][one.end() :]
        for one in re.finditer(field, body[1])
    )


def test_no_password_comes_back(standing: Standing) -> None:
    house = standing.house
    answer = told(standing, house.visitor("official"), CASES["an easy password"])
    assert "123456789012" not in answer.text
    browser = house.browser()
    browser.get("/sign-in")
    fields = {"email": "official@quan.example", "password": "sai mật khẩu rồi"}
    page = browser.post("/sign-in", fields)
    assert "is not right" in page.text
    assert 'value="official@quan.example"' in page.text
    assert "sai mật khẩu rồi" not in page.text


def test_what_is_not_ones_own_is_no_page_and_no_refusal(standing: Standing) -> None:
    house, known = standing
    house.serve()
    other = house.visitor("other_official")
    answer = other.post(f"/office/holds/{known['hold']}/release", {"reason": ""})
    assert answer.status_code == 404
    reader = house.visitor("reader")
    assert reader.post("/office/holds", {"plan": "thi-dua"}).status_code == 403


def test_a_list_that_is_none_is_told_where_it_was_chosen(house: House) -> None:
    browser = house.visitor("official")
    page = browser.get("/office/units-import")
    for files in ([], [("file", ("don-vi.xlsx", b"PK no workbook"))]):
        answer = browser.send("/office/units-import", {}, files)
        assert (answer.status_code, heading(answer)) == (400, heading(page))
        assert 'id="import-file-error"' in answer.text
    answer = browser.post("/office/units-import/confirm", {"key": "x", "name": "y", "proof": "z"})
    assert (answer.status_code, heading(answer)) == (400, heading(page))


def test_a_receipt_that_is_none_is_told_where_it_was_chosen(house: House) -> None:
    browser = house.browser()
    page = browser.get("/receipts")
    answer = browser.send("/receipts/file", {}, [("file", ("x.json", b"{"))])
    assert (answer.status_code, heading(answer)) == (400, heading(page))
    answer = browser.post("/receipts/code", {"number": "BN-1", "code": "khong-phai"})
    assert (answer.status_code, heading(answer)) == (400, heading(page))
    assert 'value="BN-1"' in answer.text


def test_who_asks_too_often_is_told_beside_the_form(house: House) -> None:
    browser = house.browser()
    page = browser.get("/link")
    answer = page
    for _ in range(6):
        house.later(seconds=1)
        answer = browser.post("/link", {"address": "p-1@quan.example"})
    assert answer.status_code == 429
    assert heading(answer) == heading(page)
    assert 'value="p-1@quan.example"' in answer.text
