"""Letters through a real Postfix, where one is installed and may be started."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from benchmarks.postfix import Postfix, postfix
from benchmarks.sink import Missing
from dondoc.settings import Security, Settings
from dondoc.words import Language
from notifications.examples import example
from notifications.parcel import Outgoing, Verdict
from notifications.rendering import render
from notifications.smtp import SmtpTransport
from tests.witness import Seen
from tests.written import Heading, written

LETTERS = 60
DAY = date(2024, 5, 16)
OFFICE = "thidua@quan7.example"

_QUEUED = re.compile(r"cleanup\[\d+\]: (\w+): message-id=<(\d+)@quan7\.example>")
_GONE = re.compile(r"discard\[\d+\]: (\w+): to=<p-(\d+)@q\.example>.*status=sent")


@pytest.fixture
def server() -> Iterator[Postfix]:
    try:
        with postfix() as running:
            yield running
    except Missing:
        pytest.skip("Postfix is not installed, or this user may not start it")


def _letter(number: int, settings: Settings) -> Outgoing:
    rendered = render(example("reminder", Language.VI))
    address, message_id = f"p-{number}@q.example", f"<{number}@quan7.example>"
    at = datetime(2024, 5, 16, 1, tzinfo=UTC)
    heading = Heading(address, "bà Nguyễn Thị Hoa", message_id, at, "reminder", False, "")
    data = written(heading, rendered, settings)
    return Outgoing(number, OFFICE, address, message_id, data, DAY)


def test_postfix_takes_each_letter_once_and_finds_nothing_improper(server: Postfix) -> None:
    settings = Settings(
        mail_from=OFFICE,
        smtp_port=server.port,
        smtp_security=Security.NONE,
        smtp_connections=5,
    )
    transport = SmtpTransport(settings)

    outcomes = list(transport.deliver([_letter(n, settings) for n in range(LETTERS)], Seen()))
    transport.hang_up()
    server.settle()
    log = server.log_with(LETTERS, _QUEUED, _GONE)

    assert Counter(outcome.verdict for outcome in outcomes) == {Verdict.ACCEPTED: LETTERS}
    queued, gone = _QUEUED.findall(log), _GONE.findall(log)
    assert sorted(queued) == sorted(gone)
    assert sorted(int(number) for _, number in gone) == list(range(LETTERS))
    assert "improper" not in log
    assert "warning" not in log
