"""Where returned mail lies: a Maildir on this machine, or a folder of an IMAP server.

A message is marked as read after what it says has been recorded, and is never deleted: the office
keeps its own evidence, and what was recorded twice counts once.
"""

import imaplib
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from dondoc.errors import DondocError
from dondoc.settings import Settings

AT_ONCE = 200
"""messages read in one go; the rest waits for the next"""
LARGEST = 50_000_000
"""bytes of a message that is read as a whole: 36 MB of files as mail carries them. Reading one
takes eight times its size of memory for a second or two."""
BEGINNING = 100_000
"""bytes of a larger one"""
IMAP, IMAPS = 143, 993
IMAP_SECONDS = 30


class MailboxUnreachable(DondocError):
    """The mailbox for returned mail, {where}, cannot be read: {why}
    Check DONDOC_BOUNCE_MAILBOX and its password."""

    vi = (
        "Không đọc được hộp thư trả lại {where}: {why}\n"
        "Hãy xem lại DONDOC_BOUNCE_MAILBOX và mật khẩu của hộp thư."
    )


class Message(NamedTuple):
    """Of one that is larger than LARGEST only the beginning, with its headers."""

    key: str
    raw: bytes
    whole: bool = True


class Mailbox(Protocol):
    def unread(self) -> Iterator[Message]:
        """At most AT_ONCE. Raises MailboxUnreachable."""
        ...

    def done(self, key: str) -> None:
        """Raises MailboxUnreachable."""
        ...


@contextmanager
def open_mailbox(settings: Settings) -> Iterator[Mailbox | None]:
    """None where the settings name no mailbox. Raises MailboxUnreachable."""
    if not settings.bounce_mailbox:
        yield None
        return
    where = urlsplit(settings.bounce_mailbox)
    if where.scheme == "maildir":
        yield Maildir(Path(unquote(where.path)))
        return
    imap = Imap(where, settings.smtp_ca_file)
    try:
        imap.enter(unquote(where.username or ""), settings.bounce_secret)
        yield imap
    finally:
        imap.close()


class Maildir:
    """New mail lies in `new/`; read mail moves to `cur/` with the flag S."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unread(self) -> Iterator[Message]:
        try:
            names = sorted(os.listdir(self._folder / "new"))[:AT_ONCE]  # noqa: PTH208
            for name in names:
                yield _read(self._folder / "new" / name)
        except OSError as error:
            raise MailboxUnreachable(where=self._folder, why=error.strerror) from error

    def done(self, key: str) -> None:
        try:
            (self._folder / "cur").mkdir(exist_ok=True)
            (self._folder / "new" / key).rename(self._folder / "cur" / f"{key}:2,S")
        except OSError as error:
            raise MailboxUnreachable(where=self._folder, why=error.strerror) from error


def _read(path: Path) -> Message:
    whole = path.stat().st_size <= LARGEST
    with path.open("rb") as file:
        return Message(path.name, file.read(LARGEST if whole else BEGINNING), whole)


def _is_bytes(part: object) -> bool:
    return isinstance(part, bytes)


class Imap:
    """`imaps://user@host/folder`, or `imap://` with STARTTLS; the password is a setting of its
    own. Only unseen messages are read, without marking them on the way."""

    def __init__(self, where: SplitResult, ca_file: Path | None) -> None:
        self._where = f"{where.scheme}://{where.hostname}"
        self._folder = unquote(where.path.strip("/")) or "INBOX"
        self._context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        host, self._plain = where.hostname or "", where.scheme == "imap"
        with self._told():
            self._imap = (
                imaplib.IMAP4(host, where.port or IMAP, timeout=IMAP_SECONDS)
                if self._plain
                else imaplib.IMAP4_SSL(
                    host, where.port or IMAPS, ssl_context=self._context, timeout=IMAP_SECONDS
                )
            )

    def enter(self, user: str, password: str) -> None:
        with self._told():
            if self._plain:
                self._imap.starttls(self._context)
            self._imap.login(user, password)
            answer, told = self._imap.select(f'"{self._folder}"')
            if answer != "OK":
                raise imaplib.IMAP4.error(told[0])

    def unread(self) -> Iterator[Message]:
        with self._told():
            found = self._imap.uid("search", "UNSEEN")[1][0]
            for uid in (found or b"").split()[:AT_ONCE]:
                whole = self._size(uid.decode()) <= LARGEST
                wanted = "(BODY.PEEK[])" if whole else f"(BODY.PEEK[]<0.{BEGINNING}>)"
                parts = self._imap.uid("fetch", uid.decode(), wanted)[1]
                raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
                if raw is not None:
                    yield Message(uid.decode(), raw, whole)

    def _size(self, uid: str) -> int:
        """Bytes, as the server counts them; 0 where it does not."""
        told = self._imap.uid("fetch", uid, "(RFC822.SIZE)")[1]
        found = re.search(
            rb"RFC822\.SIZE (\d+)", b" ".join(x for x in told if isinstance(x, bytes))
        )
        return int(found[1]) if found else 0

    def done(self, key: str) -> None:
        with self._told():
            self._imap.uid("store", key, "+FLAGS.SILENT", r"(\Seen)")

    def close(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxUnreachable(where=self._where, why=str(error)) from error
