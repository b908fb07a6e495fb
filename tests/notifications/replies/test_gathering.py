"""Whatever lies in the mailbox, what lies behind it is read."""

from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from dondoc.database import Database
from dondoc.store import FileStore, StoreFull
from dondoc.tables import ReplyCause
from notifications.returned.gathering import Gathered, gather_or_tell
from tests.notifications.replies.office import CAME, Answered
from tests.notifications.replies.programs import Sent, gmail, zimbra
from tests.notifications.replies.test_mail import PIECES
from tests.papers import content
from tests.tries import tries

PDF = content("pdf")
NUMBERS = count()


@pytest.fixture
def answered(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answered:
    return Answered(sqlite, tmp_path, monkeypatch)


@settings(max_examples=tries(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=strategies.lists(PIECES | strategies.binary(max_size=20), max_size=12).map(b"".join),
    meant_for_us=strategies.booleans(),
)
def test_any_bytes_neither_stop_the_reading_nor_what_is_behind(
    answered: Answered, raw: bytes, *, meant_for_us: bool
) -> None:
    number = f"n{next(NUMBERS)}"
    to = answered.path().encode() if meant_for_us else b"x@y.test"
    answered.comes(b"To: " + to + b"\nMessage-ID: <" + number.encode() + b">\n" + raw)
    behind = Sent(to=answered.path(), files=[("a.pdf", PDF)], number=f"behind-{number}")
    answered.comes(gmail(behind))

    found = answered.gather()

    assert found.answered >= 1
    assert sum(found) == 2
    assert list((answered.folder / "new").iterdir()) == []
    assert answered.drafts() == [("p-1", "ban-dang-ky", "a.pdf")]


def test_a_message_that_breaks_the_reader_is_told_to_the_office(
    answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_html: str) -> str:
        raise AssertionError("unreadable")

    monkeypatch.setattr("notifications.replies.mail.text_of_html", broken)
    page = f"To: {answered.path()}\nContent-Type: text/html\n\n<p>x"
    answered.comes(page.encode())
    answered.comes(zimbra(Sent(to=answered.path(), files=[("a.pdf", PDF)])))

    assert answered.gather() == Gathered(unread=1, answered=1)
    assert [one.cause for one in answered.replies()] == [ReplyCause.BROKEN, None]


def test_a_full_disk_leaves_the_message_for_later(
    answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered.comes(gmail(Sent(to=answered.path(), files=[("a.pdf", PDF)])))

    def full(_store: FileStore, path: Path) -> None:
        raise StoreFull(file=path.name)

    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "take", full)
        assert gather_or_tell(answered.database, answered.settings, now=CAME) == Gathered()
    assert len(list((answered.folder / "new").iterdir())) == 1
    assert answered.replies() == []

    assert answered.gather() == Gathered(answered=1)


def test_parts_within_parts_without_end_are_read_somehow(answered: Answered) -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3_000)
    )
    answered.comes(b"To: " + answered.path().encode() + b"\n" + deep)
    answered.comes(gmail(Sent(to=answered.path(), files=[("a.pdf", PDF)])))

    found = answered.gather()

    assert (found.answered, sum(found)) == (1, 2)
