from datetime import date
from pathlib import Path

import pytest

from notifications.folder import FolderTransport, file_name
from notifications.parcel import Outgoing, Verdict
from tests.witness import Seen

DAY = date(2024, 5, 16)


def outgoing(**changes: object) -> Outgoing:
    plain = Outgoing(
        1, "dondoc@q.example", "p-1@q.example", "<1@q.example>", b"Subject: a\r\n", DAY
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


def test_letter_becomes_a_file_of_its_day(tmp_path: Path) -> None:
    (outcome,) = FolderTransport(tmp_path).deliver([outgoing()], Seen())

    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert path == tmp_path / "2024-05-16" / file_name(outgoing())
    assert path.name.startswith("p-1@q.example-")
    assert path.suffix == ".eml"
    assert path.read_bytes() == b"Subject: a\r\n"
    assert (outcome.verdict, outcome.answer) == (Verdict.ACCEPTED, str(path.relative_to(tmp_path)))


def test_same_message_id_again_replaces_its_file(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    list(transport.deliver([outgoing(), outgoing(data=b"Subject: b\r\n")], Seen()))
    list(transport.deliver([outgoing(message_id="<2@q.example>")], Seen()))

    files = sorted(path.read_bytes() for path in tmp_path.rglob("*.eml"))
    assert files == [b"Subject: a\r\n", b"Subject: b\r\n"]
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize(
    "address", ["../../etc/passwd@x", "a/b\\c@x", "..", "ấ@x.test", "a" * 300, "con\n@x", ""]
)
def test_no_address_leaves_the_folder(tmp_path: Path, address: str) -> None:
    list(FolderTransport(tmp_path / "out").deliver([outgoing(recipient=address)], Seen()))

    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert path.parent == tmp_path / "out" / "2024-05-16"
    assert path.name.isascii()


def test_folder_that_cannot_be_written_defers(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file in the way")

    (outcome,) = FolderTransport(tmp_path / "out").deliver([outgoing()], Seen())

    assert outcome.verdict is Verdict.DEFERRED
    assert "out" in outcome.answer
