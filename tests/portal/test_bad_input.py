"""What browsers send that nobody meant: each ends in a clear page in the visitor's language, and
everything that is kept still fits together."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from httpx import Response
from psycopg.errors import ConnectionFailure, DiskFull
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from dondoc.database import is_full
from dondoc.record import verify
from dondoc.store import FileStore, Stored
from dondoc.tables import DraftFile, Hold, Obligation, ObligationState, Submission, SubmittedFile
from dondoc.words import Language, Words
from tests.papers import PDF, content
from tests.portal.house import Browser, House
from tests.portal.test_hand_in import between, form, page_of, pdf, send

Story = Callable[[Browser], Response]


class Line(NamedTuple):
    """What is done, how it ends, and what the page says then."""

    story: Story
    status: int
    said: Words


def file(name: str, body: bytes) -> Story:
    return lambda browser: send(browser, form("ban-dang-ky", name, body), so_nguoi="12")


def raw_name(browser: Browser) -> Response:
    """httpx would write the NUL otherwise."""
    page = browser.get(page_of(browser.house))
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'
        for name, more, value in (
            ("form_token", "", browser.token),
            ("revision", "", between(page.text, 'name="revision" value="', '"')),
            ("file:ban-dang-ky", '; filename="a\0.pdf"', PDF.decode()),
        )
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = page_of(browser.house)
    return browser.client.post(path, content=f"{body}--x--\r\n".encode(), headers=headers)


def bomb(browser: Browser) -> Response:
    swollen = bytearray(content("docx"))
    at = swollen.find(b"PK\x01\x02") + 24  # its first entry claims to hold four gigabytes
    swollen[at : at + 4] = b"\xf0\xff\xff\xff"
    return file("bom.docx", bytes(swollen))(browser)


def two_tabs(browser: Browser) -> Response:
    path = page_of(browser.house)
    browser.get(path)
    seen = {"revision": "0", "do": "submit"}
    browser.send(path, seen | {"field:so-nguoi": "12"})
    return browser.send(path, seen | {"field:so-nguoi": "21"})


def one_second_late(browser: Browser) -> Response:
    house = browser.house
    with house.database.reading() as session:
        house.now = session.get_one(Obligation, house.obligation("p-1")).late_at
    inside = house.visitor("unit")
    inside.client.cookies.set("dondoc-language", browser.client.cookies["dondoc-language"])
    return send(inside, form("ban-dang-ky", "a.pdf", pdf()), do="submit", so_nguoi="12")


def last_years_link(browser: Browser) -> Response:
    year_ago = browser.house.now.replace(year=browser.house.now.year - 1)
    return browser.get(browser.house.link("p-1", day=year_ago))


def no_referer(browser: Browser) -> Response:
    return browser.send(
        page_of(browser.house),
        {"form_token": browser.token, "revision": "0", "do": "save", "field:so-nguoi": "12"},
    )


def endless_field(browser: Browser) -> Response:
    path = page_of(browser.house)
    browser.get(path)
    return browser.send(path, {"revision": "0", "field:ghi-chu": "x" * 10_000_000})


def endless_reason(browser: Browser) -> Response:
    browser.get(page_of(browser.house))
    return browser.post(f"{page_of(browser.house)}/acts/ask", {"reason": "x" * 10_000_000})


BAD_NAME = Words("không dùng được", "cannot be used")
TOO_LARGE = Words("quá lớn, máy chủ không nhận", "is too large and was not taken")
SAVED = Words("Đã lưu bản nháp", "The draft is saved")
LINES = {
    "a name of 400 characters": Line(file("a" * 400 + ".pdf", PDF), 400, BAD_NAME),
    "folders in a name": Line(
        file("../../passwd.pdf", PDF), 200, Words(">passwd.pdf", ">passwd.pdf")
    ),
    "a NUL in a name": Line(raw_name, 400, BAD_NAME),
    "another script": Line(file("отчёт 報告.pdf", PDF), 200, Words("отчёт 報告", "отчёт 報告")),
    "letters from right to left": Line(file("a\u202efdp.exe", PDF), 400, BAD_NAME),
    "a lying type": Line(
        file("a.pdf", b"MZ a program"), 400, Words("không phải tệp pdf", "is no pdf file")
    ),
    "an empty file": Line(file("a.pdf", b""), 400, Words("tệp trống", "the file is empty")),
    "a zip bomb": Line(bomb, 400, Words("không phải tệp docx", "is no docx file")),
    "two tabs": Line(
        two_tabs, 409, Words("Bản nháp đã đổi ở một cửa sổ khác", "changed in another window")
    ),
    "one second after the cut-off": Line(
        one_second_late, 200, Words("chậm 1 ngày làm việc", "1 working day late")
    ),
    "last year's link": Line(last_years_link, 410, Words("nay đã hết hiệu lực", "no longer works")),
    "no Referer": Line(no_referer, 200, SAVED),
    "a field of ten megabytes": Line(endless_field, 413, TOO_LARGE),
    "a reason of ten megabytes": Line(endless_reason, 413, TOO_LARGE),
}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", LINES)
def test_it_ends_in_a_page_that_says_so(house: House, name: str, language: Language) -> None:
    line = LINES[name]
    browser = house.visitor("unit")
    browser.client.cookies.set("dondoc-language", language)
    browser.get(page_of(house))
    page = line.story(browser)
    assert page.status_code == line.status
    assert page.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}">' in page.text
    assert line.said.text(language) in page.text
    assert inconsistencies(house) == []


@pytest.mark.parametrize("language", list(Language))
def test_a_large_body_on_a_broken_server_still_gets_its_page(
    house: House, language: Language
) -> None:
    """The page comes once all was read: else the sender's line is reset before he sees it."""
    browser = house.visitor("unit")
    browser.client.cookies.set("dondoc-language", language)
    store, ready = house.portal.store, form("ban-dang-ky", "a.pdf", PDF + bytes(20_000_000) + PDF)
    house.replace(store=FullStore(store.folder))
    with full_database(house):
        page = send(browser, ready, so_nguoi="12", ghi_chu="x" * 9_000)
    assert page.status_code == 507
    assert Words("Máy chủ hết chỗ lưu", "The server is out of space").text(language) in page.text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "path", ["/office/outbox?q=%00", "/office/plans/a%00b", "/receipts?x=a%00", "/l/1.%00"]
)
def test_an_address_with_a_nul_is_no_page(house: House, path: str, language: Language) -> None:
    browser = house.visitor("official")
    browser.client.cookies.set("dondoc-language", language)
    answer = browser.get(path)
    assert answer.status_code == 404
    assert f'<html lang="{language}">' in answer.text


def test_a_nul_in_a_field_is_left_out(house: House) -> None:
    browser = house.visitor("official")
    fields = {"plan": "thi-dua", "reason": "chờ\0 họp"}
    assert browser.post("/office/holds", fields).status_code == 200
    with house.database.reading() as session:
        assert session.scalars(select(Hold.reason)).all() == ["chờ họp"]


def full_database(house: House) -> Any:
    """SQLite may not grow by a single page."""

    @contextmanager
    def full() -> Iterator[None]:
        with house.database.reading() as session:
            pages = session.scalar(text("PRAGMA page_count"))

        def limit(connection: Any, *_more: object) -> None:
            connection.execute(f"PRAGMA max_page_count={pages}")

        def lift(connection: Any, *_more: object) -> None:
            connection.execute("PRAGMA max_page_count=1000000000")

        event.listen(house.database.engine, "checkout", limit)
        event.listen(house.database.engine, "checkin", lift)
        yield
        event.remove(house.database.engine, "checkout", limit)

    return full()


@pytest.mark.parametrize("language", list(Language))
def test_a_full_database_loses_nothing_and_takes_it_later(house: House, language: Language) -> None:
    browser = house.visitor("unit")
    browser.client.cookies.set("dondoc-language", language)
    ready = {"so_nguoi": "12", "ghi_chu": "x" * 9_000}
    send(browser, form("ban-dang-ky", "a.pdf", pdf()), so_nguoi="12")
    with full_database(house):
        page = send(browser, do="submit", **ready)
    assert page.status_code == 507
    assert page.headers["connection"] == "close"
    said = Words("Máy chủ hết chỗ lưu", "The server is out of space").text(language)
    assert said in page.text
    assert inconsistencies(house) == []
    assert send(browser, do="submit", **ready).url.path.endswith("/versions/1")


def test_postgresqls_full_disk_is_known_by_its_word() -> None:
    assert is_full(OperationalError("INSERT", {}, DiskFull()))
    assert not is_full(OperationalError("INSERT", {}, ConnectionFailure()))


class FullStore(FileStore):
    """Where a file would get its place, the disk is full."""

    def _place(self, part: Path, stored: Stored) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("language", list(Language))
def test_a_full_store_loses_nothing_and_takes_it_later(house: House, language: Language) -> None:
    browser = house.visitor("unit")
    browser.client.cookies.set("dondoc-language", language)
    store, paper = house.portal.store, form("ban-dang-ky", "a.pdf", pdf())
    house.replace(store=FullStore(store.folder))
    page = send(browser, paper, so_nguoi="12")
    assert page.status_code == 507
    assert Words("Máy chủ hết chỗ lưu", "The server is out of space").text(language) in page.text
    assert inconsistencies(house) == []
    house.replace(store=store)
    assert send(browser, paper, do="submit", so_nguoi="12").url.path.endswith("/versions/1")
    assert inconsistencies(house) == []


def inconsistencies(house: House) -> list[str]:
    """What does not fit together: rows and files, states and versions, the record's chain."""
    store, uploads = house.portal.store, house.portal.uploads
    found: list[str] = []
    with house.database.reading() as session:
        kept = [*session.scalars(select(SubmittedFile)), *session.scalars(select(DraftFile))]
        found += [
            f"{one.name}: the store has it not"
            for one in kept
            if one.sha256 is not None and not store.has(Stored(one.sha256, one.size))
        ]
        keys = set(session.scalars(select(DraftFile.key)))
        if uploads.folder.is_dir():
            found += [path.name for path in uploads.folder.iterdir() if path.name not in keys]
        versions = session.scalars(select(Submission)).all()
        found += [f"version {one.version}: no receipt" for one in versions if one.receipt is None]
        fulfilled = {one.obligation_id for one in versions if one.complete}
        found += [
            f"{owed.unit.code}: {owed.state}"
            for owed in session.scalars(select(Obligation))
            if (owed.state is ObligationState.SUBMITTED) != (owed.id in fulfilled)
        ]
        if verify(session).broken is not None:
            found.append("the record's chain")
        if session.scalar(text("PRAGMA integrity_check")) != "ok":
            found.append("the database file")
    return found
