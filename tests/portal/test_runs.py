"""From a page to the runs behind it, where Prefect answers; else a page that says why not."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dondoc.settings import load
from notifications.beat import beat
from tests.portal.house import House
from tests.portal.test_outbox import SEVEN_DAYS_BEFORE, letters, post

HORIZON = 400
"""days: beyond the whole plan"""


class Well(BaseHTTPRequestHandler):
    """As a Prefect server says that it is well."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, format: str, *_arguments: Any) -> None:  # noqa: A002 the library's name
        """Nothing is printed."""


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Well) as server:
        serving = Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield server.server_port
        server.shutdown()
        serving.join()


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:4200"),
        ({"prefect_port": 4321}, "http://127.0.0.1:4321"),
        ({"prefect_url": "https://prefect.quan.example/api"}, "https://prefect.quan.example"),
        ({"prefect": False}, ""),
    ],
)
def test_prefect_is_one_click_away_where_it_runs(
    house: House, settings: dict[str, Any], address: str
) -> None:
    other = House(house.database, house.server, prefect_horizon_days=HORIZON, **settings)
    page = other.visitor("reader").get("/office/outbox/ahead").text
    assert load(**settings).prefect_address == address
    assert (">Prefect<" in page) == bool(address)
    assert ("/office/plans/thi-dua/runs?milestone=dang-ky&amp;at=" in page) == bool(address)
    other.close()


def test_a_click_opens_the_runs_of_the_milestone_at_that_time(house: House, port: int) -> None:
    other = House(house.database, house.server, prefect_port=port, prefect_horizon_days=HORIZON)
    browser = other.visitor("reader")
    page = browser.get("/office/outbox/ahead").text
    links = re.findall(r'href="(/office/plans/thi-dua/runs\?[^"]+)"', page)
    answer = browser.get(links[0].replace("&amp;", "&"), follow_redirects=False)
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert (where.netloc, where.path) == (f"127.0.0.1:{port}", "/runs")
    asked = parse_qs(where.query)
    assert asked["flow-run-search"] == ["thi-dua · Đăng ký danh hiệu thi đua"]
    assert (asked["type"], asked["startDate"], asked["endDate"]) == (
        ["range"],
        ["2024-04-11T13:00:00Z"],
        ["2024-04-12T13:00:00Z"],
    )
    other.close()


def test_a_plan_opens_all_its_runs_and_the_menu_the_front_page(house: House, port: int) -> None:
    other = House(house.database, house.server, prefect_port=port)
    browser = other.visitor("reader")
    answer = browser.get("/office/plans/thi-dua/runs", follow_redirects=False)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["flow-run-search"] == ["thi-dua"]
    assert asked["startDate"] == ["2024-01-01T00:00:00Z"]
    assert asked["endDate"] == ["2026-02-04T00:00:00Z"]
    front = browser.get("/office/prefect", follow_redirects=False)
    assert (front.status_code, front.headers["location"]) == (303, f"http://127.0.0.1:{port}/")
    other.close()


def test_a_letter_names_the_runs_of_its_time(house: House) -> None:
    beat(post(house), SEVEN_DAYS_BEFORE)
    page = house.visitor("reader").get(f"/office/letters/{letters(house)[0].id}").text
    assert "/office/plans/thi-dua/runs?at=2024-04-08T" in page


def test_where_prefect_does_not_answer_the_page_says_so(house: House, port: int) -> None:
    other = House(house.database, house.server, prefect_url=f"http://127.0.0.1:{port}/none/api")
    answer = other.visitor("reader").get("/office/plans/thi-dua/runs?milestone=dang-ky")
    assert answer.status_code == 503
    assert "Prefect does not answer" in answer.text
    assert 'href="/office/plans/thi-dua/runs?milestone=dang-ky"' in answer.text
    other.close()


def test_from_another_computer_the_servers_own_address_is_not_opened(
    house: House, port: int
) -> None:
    other = House(house.database, house.server, prefect_port=port)
    browser = other.visitor("reader")
    far = browser.client.get("/office/prefect", headers={"Host": "nop.quan.example"})
    assert far.status_code == 200
    assert f"ssh -L {port}:127.0.0.1:{port}" in far.text
    other.close()


@pytest.mark.parametrize("at", ["", "hôm qua", "2024-04-08", "9999-12-31T23:59:59-12:00"])
def test_what_is_no_time_leaves_the_whole_plan(house: House, port: int, at: str) -> None:
    other = House(house.database, house.server, prefect_port=port)
    answer = other.visitor("reader").client.get(
        "/office/plans/thi-dua/runs", params={"at": at}, follow_redirects=False
    )
    assert "startDate=2024-01-01T00%3A00%3A00Z" in answer.headers["location"]
    other.close()
