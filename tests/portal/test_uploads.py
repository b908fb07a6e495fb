"""Files in pieces: where the line breaks, the next piece begins."""

import socket
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from dondoc.tables import DraftFile
from dondoc.uploads import UploadElsewhere, Uploads
from tests.papers import PDF
from tests.portal.house import Browser, House
from tests.portal.test_hand_in import page_of, send
from tests.service import until

BODY = PDF.replace(b"trailer", b"% " + b"x" * 100_000 + b"\ntrailer")


class Line:
    """What the page's script says."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.path = page_of(browser.house)
        browser.get(self.path)

    def begin(self, name: str = "a.pdf", size: int = len(BODY), **more: Any) -> Response:
        fields = {"component": "ban-dang-ky", "name": name, "size": size, "modified": "1"} | more
        return self.browser.client.post(
            f"{self.path}/uploads",
            data={k: str(v) for k, v in fields.items()},
            headers=self.headers,
        )

    def piece(self, key: str, offset: int, body: bytes) -> Response:
        return self.browser.client.put(
            f"{self.path}/uploads/{key}",
            params={"offset": offset},
            content=body,
            headers=self.headers,
        )

    def state(self, key: str) -> Any:
        return self.browser.client.get(f"{self.path}/uploads/{key}").json()

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Form-Token": self.browser.token, "Accept": "application/json"}


@pytest.fixture
def line(house: House) -> Line:
    return Line(house.visitor("unit"))


@pytest.fixture
def full_disk(house: House) -> None:
    """The folder of uploads hands out files that are always full, as Linux has one."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")

    class Full(Uploads):
        def path(self, key: str) -> Path:
            found = super().path(key)
            self.folder.mkdir(parents=True, exist_ok=True)
            if not found.is_symlink():
                found.symlink_to("/dev/full")
            return found

    house.replace(uploads=Full(house.portal.uploads.folder))


def free(house: House, key: str) -> bool:
    """Whether nobody writes the file."""
    try:
        with house.portal.uploads.appending(key):
            return True
    except UploadElsewhere:
        return False


def uploads(house: House) -> list[Path]:
    folder = house.settings.data / "files" / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_arrives_piece_by_piece(house: House, line: Line) -> None:
    state = line.begin().json()
    assert (state["received"], state["whole"]) == (0, False)
    assert line.piece(state["key"], 0, BODY[:60_000]).json()["received"] == 60_000
    assert line.piece(state["key"], 60_000, BODY[60_000:]).json()["whole"] is True
    answer = line.browser.get(f"{line.path}/draft/{state['key']}")
    assert answer.content == BODY
    assert uploads(house) == []


def test_the_same_file_chosen_again_goes_on(house: House, line: Line) -> None:
    key = line.begin().json()["key"]
    line.piece(key, 0, BODY[:60_000])
    assert "60 kB in" not in line.browser.get(line.path).text
    again = Line(house.visitor("unit")).begin().json()
    assert (again["key"], again["received"]) == (key, 60_000)


def test_another_file_of_the_same_name_and_size_begins_anew(line: Line) -> None:
    line.piece(line.begin().json()["key"], 0, BODY[:60_000])
    assert line.begin(modified="2").json()["received"] == 0


def test_what_came_before_the_line_dropped_stays(house: House, line: Line) -> None:
    key = line.begin().json()["key"]
    cookies = "; ".join(f"{k}={v}" for k, v in line.browser.client.cookies.items())
    head = (
        f"PUT {line.path}/uploads/{key}?offset=0 HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\n"
        f"X-Form-Token: {line.browser.token}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", house.server.port)) as raw:
        raw.sendall(head.encode() + BODY[:50_000])
        until(lambda: line.state(key)["received"] > 0, within=20)
    until(lambda: free(house, key), within=20)
    received = line.state(key)["received"]
    assert 0 < received <= 50_000
    assert line.piece(key, received, BODY[received:]).json()["whole"] is True


def test_a_piece_that_came_twice_is_counted_once(line: Line) -> None:
    key = line.begin().json()["key"]
    line.piece(key, 0, BODY[:60_000])
    twice = line.piece(key, 0, BODY[:60_000])
    assert (twice.status_code, twice.json()["received"]) == (409, 60_000)


def test_a_gap_is_refused(line: Line) -> None:
    key = line.begin().json()["key"]
    assert line.piece(key, 10, BODY[10:]).status_code == 409
    assert line.state(key)["received"] == 0


def test_more_than_was_announced_is_refused(line: Line) -> None:
    key = line.begin(size=1000).json()["key"]
    assert line.piece(key, 0, BODY).status_code == 400


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("a.exe", 10, "must be pdf or docx"),
        ("a.pdf", 0, "the file is empty"),
        ("a.pdf", 300_000_001, "at most 300 MB"),
        ("a" * 400 + ".pdf", 10, "cannot be used"),
        ("a\0.pdf", 10, "cannot be used"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    line: Line, name: str, size: int, why: str
) -> None:
    answer = line.begin(name, size)
    assert answer.status_code == 400
    assert why in answer.json()["said"]


@pytest.mark.parametrize("component", ["", "khong-co", "../x"])
def test_an_unknown_component_takes_nothing(line: Line, component: str) -> None:
    assert line.begin(component=component).status_code == 400


def test_a_third_file_where_two_are_taken_is_refused(line: Line) -> None:
    for name in ("a.pdf", "b.pdf"):
        line.piece(line.begin(name).json()["key"], 0, BODY)
    answer = line.begin("c.pdf")
    assert answer.status_code == 400
    assert "at most 2 files" in answer.json()["said"]
    assert line.begin("b.pdf", modified="2").status_code == 201  # corrects the one there is


def test_a_file_that_is_not_what_its_name_says_is_dropped(house: House, line: Line) -> None:
    key = line.begin().json()["key"]
    answer = line.piece(key, 0, b"x" * len(BODY))
    assert answer.status_code == 400
    assert "is no pdf file" in answer.json()["said"]
    assert uploads(house) == []
    with house.database.reading() as session:
        assert session.scalars(select(DraftFile)).all() == []


def test_a_file_half_sent_keeps_the_draft_from_being_handed_in(line: Line) -> None:
    key = line.begin().json()["key"]
    line.piece(key, 0, BODY[:60_000])
    page = send(line.browser, do="submit", so_nguoi="12")
    assert "a.pdf: not fully uploaded yet" in page.text


def test_only_one_window_sends_a_file(house: House, line: Line) -> None:
    key = line.begin().json()["key"]
    with house.portal.uploads.appending(key):
        answer = line.piece(key, 0, BODY)
    assert answer.status_code == 409
    assert "another window" in answer.json()["said"]


def test_a_full_disk_ends_in_a_page_and_loses_nothing(
    house: House, line: Line, full_disk: None
) -> None:
    key = line.begin().json()["key"]
    answer = line.piece(key, 0, BODY)
    assert answer.status_code == 507
    assert "out of space" in answer.json()["said"]
    assert line.state(key)["whole"] is False


def test_a_full_disk_refuses_the_plain_form_too(house: House, full_disk: None) -> None:
    browser = house.visitor("unit")
    page = send(browser, ("file:ban-dang-ky", ("a.pdf", BODY)), so_nguoi="12")
    assert page.status_code == 507
    assert "out of space" in page.text
    with house.database.reading() as session:
        assert session.scalars(select(DraftFile)).all() == []
