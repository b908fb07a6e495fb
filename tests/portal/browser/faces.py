"""The faces of pages that an address alone does not show."""

import re
from collections.abc import Callable, Sequence
from datetime import date

import pyotp
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from dondoc.access.signing_in import make_link, sign_in_token
from dondoc.decision import Decision
from dondoc.tables import Obligation
from dondoc.words import Language
from schedules.returning import Wanted, give_back
from tests.papers import PDF
from tests.portal.browser.looking import troubles
from tests.portal.house import Browser, House
from tests.portal.test_hand_in import form, page_of, send, whole

PAGE = b"<!DOCTYPE html>"
"""a part of a page that is swapped in has none"""
NOT_A_NAME = re.compile(r"[^\w-]", re.ASCII)

MORE: dict[str, Sequence[str]] = {
    "stranger": ("/no-such-page", "/unit", "/sign-in?next=/office/outbox"),
    "unit": (
        "/unit/obligations/{obligation}?check=true",
        "/unit/obligations/{obligation}?saved=true",
        "/unit/obligations/{obligation}/versions/{version}?new=true",
        "/unit/contacts?done=true",
    ),
    "official": (
        "/office?done=accept",
        "/office/plans/{plan}?by=group",
        "/office/plans/{plan}?by=tree&group=cum-1",
        "/office/plans/{plan}?q=khong-co",
        "/office/plans/{plan}/why?unit=p-1",
        "/office/plans/{plan}/why?unit=khong-co",
        "/office/outbox?state=failed",
        "/office/outbox/ahead?q=p-1",
        "/office/outbox/ahead?q=khong-co",
        "/office/escalations?plan={plan}&level=2&done=3",
        "/office/plans/{plan}/press/escalate?unit=p-1",
        "/office/plans/{plan}/milestones/{milestone}/skip?step=T-1&occurrence=2024-04-15",
        "/office/units?q=phuong",
        "/office/units?group=cum-1",
        "/office/units?q=khong-co",
        "/office/unit-changes?unit=p-1",
        "/office/plans/khong-co",
        "/office/replies/{reply}?unit-find=phuong",
        "/office/replies/{reply}?unit-find=khong-co",
        "/office/replies/{reply}?unit-find=p-9",
        "/office/replies/{reply}?placed=2&untold=1",
    ),
    "administrator": ("/office", "/office/outbox", "/office/accounts"),
}
BARE = (
    "/office",
    "/office/outbox",
    "/office/outbox/ahead",
    "/office/holds",
    "/office/escalations",
    "/office/drafts",
    "/office/groups?year=1999",
    "/office/unit-changes",
)
LATE: dict[str, Sequence[str]] = {
    "unit": ("/unit", "/unit/obligations/{returned}"),
    "other_unit": (
        "/unit",
        "/unit/obligations/{overdue}",
        "/unit/obligations/{overdue}?check=true",
    ),
    "official": (
        "/office",
        "/office/plans/thi-dua",
        "/office/escalations",
        "/office/obligations/{returned}",
        "/office/obligations/{overdue}",
        "/office/plans/thi-dua/press/remind",
        "/office/plans/thi-dua/press/escalate",
        "/office/plans/thi-dua/why?unit=p-2",
    ),
    "reader": ("/office", "/office/obligations/{overdue}"),
}


def look_at(house: House, page: Page, who: str, paths: Sequence[str]) -> dict[str, list[str]]:
    """What is wrong, by address; what is no page is passed over."""
    browser = house.visitor(who)
    found: dict[str, list[str]] = {}
    shown = [path for path in paths if PAGE in browser.get(path).content[:20]]
    url = house.server.url
    kept = [
        {"name": one.name, "value": one.value or "", "url": url}
        for one in browser.client.cookies.jar
    ]
    for language in Language:
        page.context.clear_cookies()
        own = [one for one in kept if one["name"] != "dondoc-language"]
        spoken = {"name": "dondoc-language", "value": language.value, "url": url}
        page.context.add_cookies([*own, spoken])  # type: ignore[list-item]
        for path in shown:
            page.goto(path)
            wrong = list(troubles(page, language, who + NOT_A_NAME.sub("_", path)))
            if wrong:
                found[f"{language} {path}"] = wrong
    return found


def sign_in_link(house: House, account: None) -> str:
    """The one that makes the first administrator."""
    with house.database.writing() as session:
        link = make_link(session, account, house.now)
        session.flush()
        return f"/sign-in/{sign_in_token(house.portal.seal, link.id)}"


def under_way(house: House) -> dict[str, str]:
    """p-1 got it back with a reason for a part; p-2, overdue, promised a day."""
    returned, overdue = house.obligation("p-1"), house.obligation("p-2")
    whole(house.visitor("unit"))
    parts = {"ban-dang-ky": "Chưa ký"}
    wanted = Wanted(until=date(2024, 4, 24), parts=parts)
    with house.database.writing() as session:
        owed = session.get_one(Obligation, returned)
        _give_back(session, house, owed, wanted)
    house.later(days=14)
    late = house.visitor("other_unit")
    path = f"/unit/obligations/{overdue}"
    late.get(path)
    late.post(f"{path}/acts/ask", {"until": "26/04/2024", "reason": "Thủ trưởng đi công tác"})
    return {"returned": str(returned), "overdue": str(overdue)}


def _give_back(session: Session, house: House, owed: Obligation, wanted: Wanted) -> None:
    decision = Decision(actor="bà An", reason="Thiếu chữ ký", now=house.now)
    give_back(session, owed, wanted, decision, hours=house.portal.hours)


def _as(house: House, who: str, language: Language) -> Browser:
    browser = house.visitor(who)
    browser.client.cookies.set("dondoc-language", language.value)
    return browser


def _too_large(house: House, language: Language) -> str:
    browser = _as(house, "stranger", language)
    pieces = (b"a" * 100_000 for _ in range(30))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return browser.client.post("/sign-in", content=pieces, headers=kind).text


def _too_often(house: House, language: Language) -> str:
    browser = _as(house, "stranger", language)
    return [browser.sign_in("official", "sai").text for _ in range(6)][-1]


def _not_complete(house: House, language: Language) -> str:
    return send(_as(house, "unit", language), do="submit").text


def _handed_in(house: House, language: Language) -> str:
    return whole(_as(house, "unit", language)).text


def _two_tabs(house: House, language: Language) -> str:
    browser = _as(house, "unit", language)
    browser.get(page_of(house))
    seen = {"revision": "0", "do": "submit"}
    browser.send(page_of(house), seen | {"field:so-nguoi": "12"})
    return browser.send(page_of(house), seen | {"field:so-nguoi": "21"}).text


def _refused_file(house: House, language: Language) -> str:
    empty = form("ban-dang-ky", "a.pdf", b"")
    return send(_as(house, "unit", language), empty, do="submit", so_nguoi="12").text


def _draft(house: House, language: Language) -> str:
    file = form("ban-dang-ky", "đăng ký.pdf", PDF)
    return send(_as(house, "unit", language), file, do="save").text


def _asked(house: House, language: Language) -> str:
    browser = _as(house, "unit", language)
    browser.get(page_of(house))
    asked = {"until": "26/04/2024", "reason": "Thủ trưởng đi công tác"}
    return browser.post(f"{page_of(house)}/acts/ask", asked).text


def _asked_wrongly(house: House, language: Language) -> str:
    browser = _as(house, "unit", language)
    browser.get(page_of(house))
    return browser.post(f"{page_of(house)}/acts/ask", {"until": "hôm qua", "reason": "x"}).text


def _receipt(house: House, language: Language) -> str:
    whole(house.visitor("unit"))
    kept = house.visitor("unit").get(f"{page_of(house)}/versions/1/receipt").content
    browser = _as(house, "stranger", language)
    browser.get("/receipts")
    return browser.send("/receipts/file", {}, [("file", ("r.json", kept))]).text


def _no_receipt(house: House, language: Language) -> str:
    browser = _as(house, "stranger", language)
    browser.get("/receipts")
    return browser.send("/receipts/file", {}, [("file", ("r.json", b"{}"))]).text


def _import(house: House, language: Language) -> str:
    browser = _as(house, "official", language)
    kept = browser.get("/office/units-export").content
    browser.get("/office/units-import")
    return browser.send("/office/units-import", {}, [("file", ("don-vi.xlsx", kept))]).text


def _import_refused(house: House, language: Language) -> str:
    browser = _as(house, "official", language)
    browser.get("/office/units-import")
    rows = "mã,tên,loại\np-9,,xã\n".encode()
    return browser.send("/office/units-import", {}, [("file", ("don-vi.csv", rows))]).text


def _reorganised(house: House, language: Language) -> str:
    browser = _as(house, "official", language)
    browser.get("/office/unit-changes")
    asked = {"kind": "merge", "units": "p-1, p-2", "into": "p-3", "on": "01/07/2024", "do": "look"}
    return browser.post("/office/unit-changes", asked).text


def _decided_wrongly(house: House, language: Language) -> str:
    whole(house.visitor("unit"))
    browser = _as(house, "official", language)
    path = f"/office/obligations/{house.obligation('p-1')}"
    browser.get(path)
    return browser.post(f"{path}/decisions/return", {"reason": "", "until": "01/01/2020"}).text


def _new_link(house: House, language: Language) -> str:
    browser = _as(house, "stranger", language)
    browser.get("/link")
    return browser.post("/link", {"address": "p-1@quan.example"}).text


def _foreign_form(house: House, language: Language) -> str:
    browser = _as(house, "official", language)
    return browser.client.post("/office/holds", data={"form_token": "x"}).text


FACTOR = "/office/own-account/second-factor"


def _app(browser: Browser) -> pyotp.TOTP:
    """Whose first code is still to be entered."""
    browser.get(FACTOR)
    shown = browser.post(f"{FACTOR}/begin").text
    key = re.search(r'mono">([A-Z2-7 ]{39})<', shown)
    assert key is not None
    return pyotp.TOTP(key[1].replace(" ", ""))


def _factor_begun(house: House, language: Language) -> str:
    browser = _as(house, "official", language)
    _app(browser)
    return browser.post(f"{FACTOR}/confirm", {"code": "abcdef"}).text


def _factor_on(house: House, language: Language) -> str:
    browser = _as(house, "official", language)
    code = _app(browser).at(house.now)
    return browser.post(f"{FACTOR}/confirm", {"code": code}).text


def _code_asked(house: House, language: Language) -> str:
    _factor_on(house, language)
    browser = _as(house, "stranger", language)
    browser.sign_in("official")
    return browser.post("/sign-in/code", {"code": "abcdef"}).text


def _asked_again(house: House, language: Language) -> str:
    browser = _as(house, "administrator", language)
    browser.get("/office/accounts")
    house.later(minutes=15)
    return browser.post("/office/accounts", {"present_password": "x"}).text


ANSWERS: dict[str, Callable[[House, Language], str]] = {
    "too large": _too_large,
    "too often": _too_often,
    "not complete": _not_complete,
    "handed in": _handed_in,
    "two tabs": _two_tabs,
    "a refused file": _refused_file,
    "a draft": _draft,
    "asked for time": _asked,
    "asked wrongly": _asked_wrongly,
    "a receipt": _receipt,
    "no receipt": _no_receipt,
    "an import": _import,
    "a refused import": _import_refused,
    "units merged": _reorganised,
    "decided wrongly": _decided_wrongly,
    "a new link": _new_link,
    "a form of elsewhere": _foreign_form,
    "a second factor begun": _factor_begun,
    "a second factor": _factor_on,
    "a code": _code_asked,
    "asked again": _asked_again,
}
