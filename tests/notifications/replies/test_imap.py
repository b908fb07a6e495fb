"""Answers in a mailbox of a real IMAP server."""

import imaplib
import os
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dondoc.database import Database
from notifications.returned import mailbox
from notifications.returned.gathering import Gathered, gather
from tests.mail_server import certificate
from tests.notifications.replies.office import CAME, Answered
from tests.notifications.replies.programs import Sent, iphone, outlook
from tests.notifications.returned.dovecot import PASSWORD, USER, program, serving
from tests.papers import content

pytestmark = pytest.mark.skipif(
    program() is None or os.geteuid() != 0, reason="Dovecot is not installed, or not run by root"
)
PDF = content("pdf")


@pytest.fixture
def served() -> Iterator[tuple[int, Path]]:
    with tempfile.TemporaryDirectory(prefix="dondoc-imap-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        certificate(folder)
        with serving(folder) as (_, tls):
            yield tls, folder / "mail.pem"


def test_answers_are_read_once_and_large_ones_by_their_beginning(
    served: tuple[int, Path],
    sqlite: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port, ca_file = served
    answered = Answered(sqlite, tmp_path, monkeypatch)
    settings = answered.settings.model_copy(
        update={
            "bounce_mailbox": f"imaps://{USER}@127.0.0.1:{port}/INBOX",
            "bounce_password": type(answered.settings.bounce_password)(PASSWORD),
            "smtp_ca_file": ca_file,
        }
    )
    monkeypatch.setattr(mailbox, "LARGEST", 20_000)
    monkeypatch.setattr(mailbox, "BEGINNING", 3_000)
    to = answered.path()
    context = ssl.create_default_context(cafile=str(ca_file))
    with imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=context) as imap:
        imap.login(USER, PASSWORD)
        for raw in (
            outlook(Sent(to=to, files=[("Bản đăng ký.pdf", PDF)])),
            iphone(Sent(to=to, files=[("lớn.pdf", PDF + b" " * 30_000)], number="2")),
        ):
            imap.append("INBOX", "", "", raw)

    assert gather(sqlite, settings, now=CAME) == Gathered(answered=1, unread=1)
    assert gather(sqlite, settings, now=CAME) == Gathered()
    assert answered.drafts() == [("p-1", "ban-dang-ky", "Bản đăng ký.pdf")]
