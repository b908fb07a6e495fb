"""A clerk's hand-in without scripts: one form, its buttons, plain uploads."""

import json
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import func, select

from dondoc.tables import Draft, DraftFile, Letter, Obligation, ObligationState, Submission
from tests.papers import PDF, content
from tests.portal.house import TEMPLATE, Browser, House

File = tuple[str, tuple[str, bytes]]


def pdf(words: str = "") -> bytes:
    return PDF.replace(b"trailer", f"% {words}\ntrailer".encode())


def form(part: str, name: str, body: bytes) -> File:
    return f"file:{part}", (name, body)


def page_of(house: House, unit: str = "p-1") -> str:
    return f"/unit/obligations/{house.obligation(unit)}"


def send(browser: Browser, *files: File, do: str = "save", **fields: str) -> Response:
    """As the page's form would: with the revision and the files that it shows."""
    path = page_of(browser.house)
    page = browser.get(path)
    values: dict[str, Any] = {
        "revision": between(page.text, 'name="revision" value="', '"'),
        "shown": every(page.text, 'name="shown" value="'),
        "do": do,
    }
    values |= {f"field:{name.replace('_', '-')}": value for name, value in fields.items()}
    return browser.send(path, values, files)


def between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def every(text: str, start: str) -> list[str]:
    return [piece.partition('"')[0] for piece in text.split(start)[1:]]


def whole(browser: Browser, **fields: str) -> Response:
    """Everything the plan asks for, handed in."""
    file = form("ban-dang-ky", "đăng ký.pdf", pdf())
    return send(browser, file, do="submit", **{"so_nguoi": "12"} | fields)


def rows(house: House, table: type) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def state(house: House) -> ObligationState:
    with house.database.reading() as session:
        return session.get_one(Obligation, house.obligation("p-1")).state


def test_everything_at_once_is_handed_in_and_receipted(house: House) -> None:
    page = whole(house.visitor("unit"))
    assert page.status_code == 200
    assert page.url.path.endswith("/versions/1")
    assert "Handed in" in page.text
    assert "2024-000001" in page.text
    assert "on time" in page.text
    assert state(house) is ObligationState.SUBMITTED
    assert rows(house, Draft) == 0
    with house.database.reading() as session:
        [letter] = session.scalars(select(Letter).where(Letter.name == "receipt"))
        assert letter.address == "p-1@quan.example"
        [submission] = session.scalars(select(Submission))
        assert submission.fields == {"so-nguoi": 12}
        assert submission.received_by == "p-1@quan.example"


def test_what_is_missing_is_listed_and_nothing_is_handed_in(house: House) -> None:
    page = send(house.visitor("unit"), do="submit", ghi_chu="sẽ nộp sau")
    assert page.status_code == 200
    assert "Not handed in yet, because" in page.text
    assert '<a href="#ban-dang-ky">Bản đăng ký: no file yet</a>' in page.text
    assert '<a href="#so-nguoi">Số người tham gia: not filled in</a>' in page.text
    assert "sẽ nộp sau" in page.text
    assert (rows(house, Submission), rows(house, Draft)) == (0, 1)


def test_a_draft_stays_until_the_clerk_comes_back(house: House) -> None:
    send(house.visitor("unit"), form("ban-dang-ky", "a.pdf", pdf()), so_nguoi="12")
    house.later(days=3)
    page = house.visitor("unit").get(page_of(house))
    assert 'value="12"' in page.text
    assert "a.pdf" in page.text
    assert send(house.visitor("unit"), do="submit", so_nguoi="12").url.path.endswith("/versions/1")


def test_a_value_that_cannot_be_taken_is_kept_and_explained(house: House) -> None:
    page = send(house.visitor("unit"), do="submit", so_nguoi="mười hai")
    assert "is not a number" in page.text
    assert 'value="mười hai"' in page.text


def test_a_file_can_be_taken_out_again(house: House) -> None:
    browser = house.visitor("unit")
    send(browser, form("ban-dang-ky", "a.pdf", pdf()))
    key = between(browser.get(page_of(house)).text, 'value="remove:', '"')
    page = send(browser, do=f"remove:{key}")
    assert "a.pdf" not in page.text
    assert rows(house, DraftFile) == 0


def test_a_corrected_file_takes_the_place_of_one_with_its_name(house: House) -> None:
    browser = house.visitor("unit")
    send(browser, form("ban-dang-ky", "a.pdf", pdf("một")))
    send(browser, form("ban-dang-ky", "A.pdf", pdf("hai")))
    assert rows(house, DraftFile) == 1
    key = between(browser.get(page_of(house)).text, 'value="remove:', '"')
    assert browser.get(f"{page_of(house)}/draft/{key}").content == pdf("hai")


def test_a_corrected_file_is_handed_in_with_the_same_press(house: House) -> None:
    browser = house.visitor("unit")
    send(browser, form("ban-dang-ky", "a.pdf", pdf("một")), so_nguoi="12")
    again = form("ban-dang-ky", "a.pdf", pdf("hai"))
    page = send(browser, again, do="submit", so_nguoi="12")
    assert page.url.path.endswith("/versions/1")
    [link] = [link for link in every(page.text, 'href="') if "/files/" in link]
    assert browser.get(link).content == pdf("hai")


def test_files_that_cannot_be_taken_are_named_and_the_others_stay(house: House) -> None:
    page = send(
        house.visitor("unit"),
        form("ban-dang-ky", "tot.pdf", pdf()),
        form("ban-dang-ky", "gia.pdf", b"MZ this is a program"),
        form("phu-luc", "trong.txt", b""),
        so_nguoi="12",
    )
    assert page.status_code == 400
    assert "gia.pdf: is no pdf file" in page.text
    assert "trong.txt: the file is empty" in page.text
    assert "tot.pdf" in page.text
    assert 'value="12"' in page.text
    assert rows(house, DraftFile) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a" * 400 + ".pdf", "cannot be used"),
        ("a\u202efdp.exe", "cannot be used"),
        ("...", "cannot be used"),
        ("bao cao.exe", "must be pdf or docx"),
    ],
)
def test_a_name_that_cannot_be_used_is_said(house: House, name: str, shown: str) -> None:
    page = send(house.visitor("unit"), form("ban-dang-ky", name, pdf()))
    assert page.status_code == 400
    assert shown in page.text
    assert rows(house, DraftFile) == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Hoa\\báo cáo.pdf", "báo cáo.pdf"),
        ("отчёт 報告.pdf", "отчёт 報告.pdf"),
    ],
)
def test_a_name_is_kept_without_its_folders(house: House, name: str, kept: str) -> None:
    send(house.visitor("unit"), form("ban-dang-ky", name, pdf()))
    with house.database.reading() as session:
        assert session.scalars(select(DraftFile.name)).all() == [kept]


def test_a_component_that_does_not_apply_is_waived_with_a_reason(house: House) -> None:
    browser = house.visitor("unit")
    path = page_of(house)
    browser.get(path)
    fields = {
        "revision": "0",
        "do": "submit",
        "field:so-nguoi": "3",
        "waive:ban-dang-ky": "Đơn vị mới thành lập",
    }
    page = browser.send(path, fields)
    assert page.url.path.endswith("/versions/1")
    assert "Đơn vị mới thành lập" in page.text
    assert state(house) is ObligationState.SUBMITTED


def test_everything_waived_is_nothing_handed_in(house: House) -> None:
    browser = house.visitor("unit")
    path = page_of(house)
    browser.get(path)
    page = browser.send(path, {"revision": "0", "do": "submit", "waive:ban-dang-ky": "không"})
    assert "Số người tham gia: not filled in" in page.text
    assert rows(house, Submission) == 0


def test_one_second_late_is_late(house: House) -> None:
    with house.database.reading() as session:
        late_at = session.get_one(Obligation, house.obligation("p-1")).late_at
    house.now = late_at
    page = whole(house.visitor("unit"))
    assert "1 working day late" in page.text


def test_the_last_second_is_on_time(house: House) -> None:
    with house.database.reading() as session:
        house.now = session.get_one(Obligation, house.obligation("p-1")).late_at
    house.later(seconds=-1)
    assert "on time" in whole(house.visitor("unit")).text


def test_of_two_windows_the_older_is_told_and_may_insist(house: House) -> None:
    first, second = house.visitor("unit"), house.visitor("unit")
    path = page_of(house)
    first.get(path)
    second.get(path)
    seen = {"revision": "0", "do": "save"}
    assert first.send(path, seen | {"field:so-nguoi": "12"}).status_code == 200
    page = second.send(path, seen | {"field:so-nguoi": "21"})
    assert page.status_code == 409
    assert "Saved: 12<br>In this window: 21" in page.text
    again = {"revision": between(page.text, 'name="revision" value="', '"'), "do": "save"}
    assert 'value="21"' in second.send(path, again | {"field:so-nguoi": "21"}).text


def test_a_reason_for_what_is_missing_is_compared_too(house: House) -> None:
    first, second = house.visitor("unit"), house.visitor("unit")
    path = page_of(house)
    first.get(path)
    second.get(path)
    seen = {"revision": "0", "do": "save"}
    first.send(path, seen | {"field:so-nguoi": "12"})
    page = second.send(path, seen | {"field:so-nguoi": "12", "missing:ban-dang-ky": "chờ ký"})
    assert page.status_code == 409
    assert "Bản đăng ký – missing" in page.text
    assert 'name="missing:ban-dang-ky" value="chờ ký"' in page.text


def test_two_windows_that_both_hand_in_make_one_submission(house: House) -> None:
    first, second = house.visitor("unit"), house.visitor("unit")
    send(first, form("ban-dang-ky", "a.pdf", pdf()), so_nguoi="12")
    old = second.get(page_of(house)).text
    assert whole(first).url.path.endswith("/versions/1")
    fields = {
        "revision": between(old, 'name="revision" value="', '"'),
        "shown": every(old, 'name="shown" value="'),
        "do": "submit",
        "field:so-nguoi": "12",
    }
    page = second.send(page_of(house), fields)
    assert page.status_code == 409
    assert "This has been handed in already" in page.text
    assert rows(house, Submission) == 1


def test_a_file_the_other_window_added_is_not_handed_in_unseen(house: House) -> None:
    first, second = house.visitor("unit"), house.visitor("unit")
    send(first, form("ban-dang-ky", "a.pdf", pdf()), so_nguoi="12")
    old = second.get(page_of(house)).text
    send(first, form("phu-luc", "b.txt", b"b"), so_nguoi="12")
    fields = {
        "revision": between(old, 'name="revision" value="', '"'),
        "shown": every(old, 'name="shown" value="'),
        "do": "submit",
        "field:so-nguoi": "12",
    }
    assert second.send(page_of(house), fields).status_code == 409
    assert rows(house, Submission) == 0


def test_another_version_starts_from_the_last_one(house: House) -> None:
    browser = house.visitor("unit")
    whole(browser)
    assert "hand-in.js" not in browser.get(page_of(house)).text
    page = browser.post(f"{page_of(house)}/draft")
    assert 'value="12"' in page.text
    assert "đăng ký.pdf" in page.text
    page = send(browser, do="submit", so_nguoi="13")
    assert page.url.path.endswith("/versions/2")
    assert house.visitor("unit").get(f"{page_of(house)}/versions/1").status_code == 200


def test_what_is_accepted_takes_nothing_more(house: House) -> None:
    browser = house.visitor("unit")
    whole(browser)
    with house.database.writing() as session:
        session.get_one(Obligation, house.obligation("p-1")).state = ObligationState.ACCEPTED
    assert "accepted" in browser.get(page_of(house)).text
    page = browser.post(f"{page_of(house)}/draft")
    assert page.status_code == 400
    assert "nothing more can be handed in" in page.text


def test_a_file_comes_back_as_a_file_and_never_as_a_page(house: House) -> None:
    browser = house.visitor("unit")
    page = whole(browser)
    links = every(page.text, 'href="')
    [link] = [link for link in links if "/files/" in link]
    answer = browser.get(link)
    assert answer.content == pdf()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"dang ky.pdf\"; filename*=UTF-8''%C4%91%C4%83ng%20k%C3%BD.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert house.visitor("other_unit").get(link).status_code == 404


def test_the_receipt_is_a_file_that_anybody_can_check(house: House) -> None:
    browser = house.visitor("unit")
    page = whole(browser)
    receipt = browser.get(f"{page.url.path}/receipt")
    assert json.loads(receipt.content)["dondoc_receipt"] == 1
    anybody = house.browser()
    anybody.get("/receipts")
    good = anybody.send("/receipts/file", {}, [("file", ("r.json", receipt.content))])
    assert "Genuine: issued here" in good.text
    assert "phường Một" in good.text
    forged = receipt.content.replace("phường Một".encode(), "phường Hai".encode())
    bad = anybody.send("/receipts/file", {}, [("file", ("r.json", forged))])
    assert "Altered" in bad.text
    assert "phường Hai" not in bad.text
    none = anybody.send("/receipts/file", {}, [("file", ("r.json", b"\xff{}"))])
    assert none.status_code == 400


def test_a_printed_receipt_is_checked_by_number_and_code(house: House) -> None:
    page = whole(house.visitor("unit"))
    code = between(page.text, '<dd class="mono">', "</dd>")
    anybody = house.browser()
    good = anybody.post("/receipts/code", {"number": "2024-000001", "code": code})
    assert "phường Một" in good.text
    for _ in range(5):
        bad = anybody.post("/receipts/code", {"number": "2024-000001", "code": "A" * 16})
        assert (bad.status_code, "phường Một" in bad.text) == (400, False)
    assert (
        anybody.post("/receipts/code", {"number": "2024-000001", "code": code}).status_code == 429
    )


def test_a_form_that_broke_off_changes_nothing(house: House) -> None:
    browser = house.visitor("unit")
    path = page_of(house)
    browser.get(path)
    body, headers = browser.encoded({"revision": "0", "field:so-nguoi": "12"})
    answer = browser.client.post(path, content=body[:-30], headers=headers)
    assert answer.status_code == 400
    assert rows(house, Draft) == 0


def test_no_file_is_written_for_a_forged_form(house: House) -> None:
    browser = house.visitor("unit")
    browser.get(page_of(house))
    browser.token = "made.up"
    answer = send_raw(browser, page_of(house), form("ban-dang-ky", "a.pdf", pdf()))
    assert answer.status_code == 403
    assert not (house.settings.data / "files" / "uploads").exists()


def send_raw(browser: Browser, path: str, file: File) -> Response:
    return browser.send(path, {"revision": "0"}, [file])


def test_the_content_of_a_zip_bomb_is_never_unpacked(house: House) -> None:
    bomb = bytearray(content("docx"))
    at = bomb.find(b"PK\x01\x02") + 24  # its first entry claims to hold four gigabytes
    bomb[at : at + 4] = b"\xf0\xff\xff\xff"
    page = send(house.visitor("unit"), form("ban-dang-ky", "bom.docx", bytes(bomb)))
    assert page.status_code == 400
    assert "is no docx file" in page.text


def test_a_template_is_downloaded_where_it_is_handed_in(house: House) -> None:
    browser = house.visitor("unit")
    page = browser.get(page_of(house))
    assert "Download the template: Mẫu đăng ký.docx" in page.text
    [link] = [link for link in every(page.text, 'href="') if "/templates/" in link]
    answer = browser.get(link)
    assert answer.content == TEMPLATE
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="Mau dang ky.docx"'
    )
    assert browser.get(f"{page_of(house)}/templates/phu-luc").status_code == 404


def test_what_is_missing_is_handed_in_with_a_reason_and_the_rest_later(house: House) -> None:
    browser = house.visitor("unit")
    page = send(browser, do="submit", so_nguoi="12")
    assert 'name="missing:ban-dang-ky"' in page.text
    assert 'name="missing:so-nguoi"' not in page.text
    fields = {
        "revision": between(page.text, 'name="revision" value="', '"'),
        "do": "submit",
        "field:so-nguoi": "12",
        "missing:ban-dang-ky": "Chờ thủ trưởng ký",
    }
    page = browser.send(page_of(house), fields)
    assert page.url.path.endswith("/versions/1")
    assert "Handed in, with parts missing" in page.text
    assert "Missing: Chờ thủ trưởng ký" in page.text
    assert state(house) is ObligationState.INCOMPLETE
    page = browser.get(page_of(house))
    assert "Hand in what is missing" in page.text
    page = browser.post(f"{page_of(house)}/draft")
    assert 'value="Chờ thủ trưởng ký"' in page.text
    page = send(browser, form("ban-dang-ky", "a.pdf", pdf()), do="submit", so_nguoi="12")
    assert page.url.path.endswith("/versions/2")
    assert state(house) is ObligationState.SUBMITTED


def test_a_missing_field_has_its_reason_too(house: House) -> None:
    browser = house.visitor("unit")
    page = send(browser, form("ban-dang-ky", "a.pdf", pdf()), do="submit")
    assert 'name="missing:so-nguoi"' in page.text
    fields = {
        "revision": between(page.text, 'name="revision" value="', '"'),
        "shown": every(page.text, 'name="shown" value="'),
        "do": "submit",
        "missing:so-nguoi": "Đang thống kê",
    }
    assert "Missing: Đang thống kê" in browser.send(page_of(house), fields).text


def test_nobody_is_called_late_for_what_was_over_at_the_launch(house: House) -> None:
    with house.database.writing() as session:
        owed = session.get_one(Obligation, house.obligation("p-1"))
        owed.occurrence.silent = True
    house.later(days=30)
    listing = house.visitor("unit").get("/unit")
    assert "Over before the plan was launched, still taken (1)" in listing.text
    page = house.visitor("unit").get(page_of(house))
    assert "over before the launch, still taken" in page.text
    assert "days late" not in listing.text + page.text
    assert "Promise a day" not in page.text
