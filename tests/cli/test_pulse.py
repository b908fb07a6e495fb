import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cli.pulse import ping


class Watcher(HTTPServer):
    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Answer)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Answer(BaseHTTPRequestHandler):
    server: Watcher

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200 if self.path == "/well" else 500)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    with Watcher() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_watcher_is_told(watcher: Watcher) -> None:
    assert ping(watcher.url("/well"))
    assert not ping(watcher.url("/ill"))
    assert watcher.asked == ["/well", "/ill"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense", "http://[", ""])
def test_a_watcher_out_of_reach_holds_nothing_up(url: str) -> None:
    assert not ping(url)
