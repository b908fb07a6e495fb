import imaplib
import os
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dondoc.settings import Settings, SettingWrong, load
from notifications.returned.mailbox import AT_ONCE, MailboxUnreachable, open_mailbox
from tests.mail_server import certificate
from tests.notifications.returned.dovecot import PASSWORD, USER, program, serving

needs_dovecot = pytest.mark.skipif(
    program() is None or os.geteuid() != 0, reason="Dovecot is not installed, or not run by root"
)


def _raws(settings: Settings, *, done: bool) -> list[bytes]:
    found = []
    with open_mailbox(settings) as mailbox:
        assert mailbox is not None
        for message in mailbox.unread():
            found.append(message.raw)
            if done:
                mailbox.done(message.key)
    return found


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def _settings(mailbox: str, **more: object) -> Settings:
    return load(bounce_mailbox=mailbox, **more)


def test_without_a_setting_there_is_no_mailbox() -> None:
    with open_mailbox(load()) as mailbox:
        assert mailbox is None


def test_what_is_read_in_a_maildir_is_kept_as_read(maildir: Path) -> None:
    (maildir / "new" / "2.b").write_bytes(b"second")
    (maildir / "new" / "1.a").write_bytes(b"first")
    settings = _settings(f"maildir:{maildir}")

    assert _raws(settings, done=False) == [b"first", b"second"]
    assert _raws(settings, done=True) == [b"first", b"second"]
    assert _raws(settings, done=True) == []
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == ["1.a:2,S", "2.b:2,S"]


def test_a_full_maildir_is_read_in_shares(maildir: Path) -> None:
    for number in range(AT_ONCE + 1):
        (maildir / "new" / f"{number:04}").write_bytes(b"")
    settings = _settings(f"maildir://{maildir}")

    assert len(_raws(settings, done=True)) == AT_ONCE
    assert len(_raws(settings, done=True)) == 1


@pytest.mark.parametrize("url", ["maildir:/nowhere/at/all", "imaps://u@127.0.0.1:1", "imap://h:1"])
def test_a_mailbox_out_of_reach_is_named(url: str) -> None:
    with pytest.raises(MailboxUnreachable):
        _raws(_settings(url), done=True)


def test_another_kind_of_mailbox_is_refused() -> None:
    with pytest.raises(SettingWrong, match="BOUNCE_MAILBOX"):
        _settings("pop3://h")


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int, Path]]:
    with tempfile.TemporaryDirectory(prefix="dondoc-imap-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        certificate(folder)
        with serving(folder) as (plain, tls):
            yield plain, tls, folder / "mail.pem"


@needs_dovecot
@pytest.mark.parametrize("scheme", ["imap", "imaps"])
def test_unseen_mail_of_an_imap_server_is_read_once(
    ports: tuple[int, int, Path], scheme: str
) -> None:
    plain, tls, ca_file = ports
    context = ssl.create_default_context(cafile=str(ca_file))
    with imaplib.IMAP4_SSL("127.0.0.1", tls, ssl_context=context) as imap:
        imap.login(USER, PASSWORD)
        for text in (b"one", b"two"):
            imap.append("INBOX", "", "", b"Subject: " + text + b"\r\n\r\n" + text + b"\r\n")
    port = plain if scheme == "imap" else tls
    url = f"{scheme}://{USER}@127.0.0.1:{port}/INBOX"
    settings = _settings(url, bounce_password=PASSWORD, smtp_ca_file=ca_file)

    assert [raw[9:12] for raw in _raws(settings, done=False)] == [b"one", b"two"]
    assert [raw[9:12] for raw in _raws(settings, done=True)] == [b"one", b"two"]
    assert _raws(settings, done=True) == []


@needs_dovecot
@pytest.mark.parametrize(
    ("path", "password"), [("INBOX", "wrong"), ("No such folder", PASSWORD), ("INBOX", "")]
)
def test_a_wrong_password_or_folder_is_said(
    ports: tuple[int, int, Path], path: str, password: str
) -> None:
    url = f"imaps://{USER}@127.0.0.1:{ports[1]}/{path}"
    settings = _settings(url, bounce_password=password, smtp_ca_file=ports[2])

    with pytest.raises(MailboxUnreachable) as failure:
        _raws(settings, done=True)

    assert "127.0.0.1" in str(failure.value)


@needs_dovecot
def test_an_unknown_certificate_is_not_trusted(ports: tuple[int, int, Path]) -> None:
    url = f"imaps://{USER}@127.0.0.1:{ports[1]}/INBOX"

    with pytest.raises(MailboxUnreachable, match="certificate"):
        _raws(_settings(url, bounce_password=PASSWORD), done=True)
