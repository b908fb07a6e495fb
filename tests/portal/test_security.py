import logging
import re
import socket

import httpx
import pytest
from sqlalchemy import text

from portal.headers import HEADERS
from portal.journal import shown
from portal.line import Line
from tests.portal.house import PATIENCE, House

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style|javascript:", re.IGNORECASE)
PATHS = ("/", "/sign-in", "/unit", "/office", "/no-such-page", "/l/wrong", "/static/dondoc.css")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["stranger", "unit", "official"])
def test_every_answer_has_the_headers_and_nothing_inline(house: House, path: str, who: str) -> None:
    page = house.visitor(who).get(path)
    assert {name: page.headers.get(name) for name in HEADERS} == HEADERS
    assert "'unsafe" not in page.headers["content-security-policy"]
    assert INLINE.search(page.text) is None or path.startswith("/static")


@pytest.mark.parametrize("path", PATHS[:-1])
def test_no_page_is_kept_by_a_shared_computer(house: House, path: str) -> None:
    assert house.visitor("unit").get(path).headers["cache-control"] == "no-store"


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(house: House) -> None:
    browser = house.browser()
    browser.get("/sign-in")
    answers = [
        browser.client.get(house.link("p-1"), follow_redirects=False),
        house.browser().get("/"),
    ]
    kept = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    assert len(kept) == 2
    assert all("HttpOnly; Path=/; SameSite=lax" in cookie for cookie in kept)


def test_by_https_cookies_are_tied_to_host_and_line(house: House) -> None:
    secure = House(house.database, house.server, portal_url="https://nop.quan.example")
    page = secure.browser().client.get(secure.link("p-1"), follow_redirects=False)
    assert page.headers["set-cookie"].startswith("__Host-dondoc-visit=")
    assert "; Secure" in page.headers["set-cookie"]
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    secure.close()


def test_a_form_sent_by_another_site_is_refused(house: House) -> None:
    browser = house.visitor("unit")
    browser.get("/unit")
    answer = browser.post("/unit/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert browser.get("/unit").status_code == 200


def test_a_form_of_another_browser_is_refused(house: House) -> None:
    mine, others = house.visitor("unit"), house.visitor("unit")
    others.get("/unit")
    mine.get("/unit")
    mine.token = others.token
    assert mine.post("/unit/leave").status_code == 403


def test_a_browser_without_referer_is_served(house: House) -> None:
    browser = house.visitor("unit")
    browser.get("/unit")
    assert "referer" not in browser.client.headers
    assert browser.post("/unit/leave").status_code == 200


def test_a_field_of_ten_megabytes_ends_in_a_page(house: House) -> None:
    page = house.browser().post("/sign-in", {"email": "a@b.vn", "password": "x" * 10_000_000})
    assert page.status_code == 413
    assert "too large" in page.text


def test_a_body_that_does_not_say_its_length_is_stopped_too(house: House) -> None:
    browser = house.browser()
    browser.get("/")
    pieces = (b"a" * 100_000 for _ in range(30))
    page = browser.client.post(
        "/sign-in",
        content=pieces,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert page.status_code == 413


def test_too_many_fields_end_in_a_page(house: House) -> None:
    page = house.browser().post("/language", {f"f{n}": "" for n in range(1000)})
    assert page.status_code == 400
    assert "<h1>This could not be done</h1>" in page.text


def test_an_unknown_page_is_a_page_in_the_visitors_language(house: House) -> None:
    assert "There is no such page." in house.browser().get("/khong-co").text
    assert "Không có trang này." in house.browser(language="vi").get("/khong-co").text


def test_a_failure_shows_a_number_and_no_trace(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    browser = house.visitor("unit")
    with house.database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE occurrences RENAME TO elsewhere"))
    page = browser.get("/unit")
    assert page.status_code == 500
    assert "Traceback" not in page.text
    assert "occurrences" not in page.text
    number = re.search(r"the number (\w{8})", page.text)
    assert number is not None
    assert number[1] in caplog.text
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_log_tells_no_secrets_and_no_lies(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "portal.requests")
    link = house.link("p-1")
    house.browser().get(link)
    assert link.removeprefix("/l/") not in caplog.text
    assert "GET /l/… 303" in caplog.text
    assert shown("/a\r\nGET /forged") == r"/a\r\nGET /forged"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(house: House, back: str) -> None:
    browser = house.browser()
    browser.get("/")
    answer = browser.client.post(
        "/language",
        data={"form_token": browser.token, "language": "vi", "back": back},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/office/", "/static", "/static/", "//evil.example/", "/unit//"])
def test_no_address_is_made_of_the_host_that_a_request_names(house: House, path: str) -> None:
    answer = house.browser().client.get(
        house.server.url + path, headers={"Host": "evil.example"}, follow_redirects=False
    )
    assert answer.status_code in (307, 404)
    assert "evil" not in answer.headers.get("location", "")


def test_a_stroke_too_much_does_no_harm(house: House) -> None:
    assert house.visitor("official").get("/office/").url.path == "/office"


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n"])
def test_whoever_says_nothing_is_hung_up_on(
    house: House, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Line, "HEAD_WITHIN", 0.05)
    with socket.create_connection(("127.0.0.1", house.server.port), PATIENCE) as line:
        line.sendall(said)
        assert line.recv(100) == b""


def test_whoever_asks_is_answered_however_long_it_takes(house: House) -> None:
    with socket.create_connection(("127.0.0.1", house.server.port), PATIENCE) as line:
        for _ in range(2):
            for piece in (b"GET /robots.txt HT", b"TP/1.1\r\nHost: a\r\n", b"\r\n"):
                line.sendall(piece)
            answer = b""
            while b"Disallow: /" not in answer:
                answer += line.recv(1)
            assert answer.startswith(b"HTTP/1.1 200 OK")
            line.recv(1)  # the end of the last line


def test_the_language_is_switched_and_remembered(house: House) -> None:
    browser = house.browser()
    browser.get("/sign-in")
    page = browser.post("/language", {"language": "vi", "back": "/sign-in"})
    assert page.url.path == "/sign-in"
    assert '<html lang="vi">' in page.text
    assert '<html lang="vi">' in browser.get("/").text


def test_styles_and_scripts_are_kept_for_ever(house: House) -> None:
    browser = house.browser()
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.get("/").text)
    assert len(found) == 4
    for path in found:
        answer = browser.client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd"]
)
def test_static_files_are_those_of_the_folder(house: House, path: str) -> None:
    answer = httpx.get(f"{house.server.url}/static/{path}", trust_env=False)
    assert answer.status_code == 404
