"""A letter's headers, its words (see `alternative`) and what is attached, put together.

The structure is fixed, so it is filled in rather than built: the standard library's `email` package
takes a hundred times as long per letter. It is the judge in the tests.
"""

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dondoc.settings import Settings
from notifications.alternative import EDGE, WIDE, base64
from notifications.content import Content
from notifications.headers import (
    REMEMBERED,
    checked_address,
    clean,
    field,
    folded,
    free_text,
    is_address,
    mailbox,
)

MIXED = f"{EDGE}mixed"


class Heading(NamedTuple):
    """What a letter's headers say. `kind` is the letter's name, `reply_to` may be empty."""

    subject: str
    address: str
    reader: str
    message_id: str
    at: datetime
    kind: str
    urgent: bool
    reply_to: str


class Attachment(NamedTuple):
    """A text file; `name` is plain ASCII."""

    name: str
    text: str


def build(
    heading: Heading, words: bytes, settings: Settings, attachment: Attachment | None = None
) -> bytes:
    """Raises HeaderRefused for a value with CR, LF or NUL and for what is no mail address."""
    sender = settings.mail_from
    headers = (
        _from(settings.mail_from_name, sender),
        folded("To", mailbox("To", heading.reader, heading.address)),
        _subject_and_date(heading.subject, heading.at, settings.time_zone),
        field("Message-ID", bracketed(heading.message_id)),
        _reply_to(heading.reply_to),
        _kind(heading.kind, "" if heading.urgent else sender),
    )
    body = words if attachment is None else _mixed(words, attachment)
    return "".join(headers).encode("ascii") + body


def reply_to(content: Content) -> str:
    """Who asks, or the one collector an answer belongs to; nothing where it could be several."""
    if content.question is not None:
        return content.question.sender if is_address(content.question.sender) else ""
    emails = {item.collector_email for item in content.items}
    return emails.pop() if len(emails) == 1 else ""


def bracketed(message_id: str) -> str:
    return f"<{message_id.strip('<>')}>"


@lru_cache
def _from(name: str, address: str) -> str:
    return field("From", mailbox("From", name, address))


@lru_cache(REMEMBERED)
def _subject_and_date(subject: str, at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return free_text("Subject", subject) + field("Date", format_datetime(local))


@lru_cache
def _reply_to(address: str) -> str:
    return field("Reply-To", checked_address("Reply-To", address)) if address else ""


@lru_cache
def _kind(kind: str, bulk_sender: str) -> str:
    """What is the same in all letters of a kind."""
    lines = []
    if bulk_sender:
        lines.append(field("List-Id", f"<dondoc.{bulk_sender.rpartition('@')[2]}>"))
        lines.append(field("Precedence", "bulk"))
    lines.append(field("Auto-Submitted", "auto-generated"))
    lines.append(field("X-Dondoc-Letter", kind))
    lines.append(field("MIME-Version", "1.0"))
    return "".join(lines)


def _mixed(letter: bytes, attachment: Attachment) -> bytes:
    """The letter, then the file."""
    name = clean("Content-Disposition", attachment.name)
    edge = f"--{MIXED}"
    wide = WIDE if letter.startswith(WIDE) else b""
    file = (
        f"{edge}\r\nContent-Type: application/json\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n'
    )
    return b"".join(
        (
            wide,
            f'Content-Type: multipart/mixed; boundary="{MIXED}"\r\n\r\n{edge}\r\n'.encode(),
            letter,
            file.encode("ascii"),
            base64(attachment.text.encode()),
            f"{edge}--\r\n".encode(),
        )
    )
