"""A letter's header fields, and what is attached to it.

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
    addressed,
    checked_address,
    clean,
    field,
    free_text,
    is_address,
)
from notifications.parcel import Claimed

MIXED = f"{EDGE}mixed"


class Heading(NamedTuple):
    """What the headers of letters say that many get alike. `subject` is empty where each has its
    own; `kind` is the letter's name; `reply_to` may be empty."""

    subject: str
    at: datetime
    kind: str
    urgent: bool
    reply_to: str


class Head(NamedTuple):
    """Header fields, without those of a letter's own. `subject` may be one of these."""

    sender: str
    subject: str
    date: str
    reply_to: str
    rest: str

    def fields(self, letter: Claimed, reader: str, subject: str, path: str) -> tuple[str, ...]:
        """As they stand in the letter; answers go to its own `path`, where it has one. Raises
        HeaderRefused for a value with CR, LF or NUL and for what is no mail address."""
        return (
            self.sender,
            addressed("To", reader, letter.address),
            self.subject or free_text("Subject", subject),
            self.date,
            field("Message-ID", f"<{letter.message_id.strip('<>')}>"),
            answers_to(path) if path else self.reply_to,
            self.rest,
        )


def head(heading: Heading, settings: Settings) -> Head:
    """Raises what `Head.fields` raises."""
    sender = settings.mail_from
    return Head(
        sender=_sender(settings.mail_from_name, sender),
        subject=free_text("Subject", heading.subject) if heading.subject else "",
        date=_date(heading.at, settings.time_zone),
        reply_to=answers_to(heading.reply_to),
        rest=_rest(heading.kind, "" if heading.urgent else sender),
    )


@lru_cache
def _sender(name: str, address: str) -> str:
    return addressed("From", name, address)


@lru_cache
def _date(at: datetime, zone: str) -> str:
    return field("Date", format_datetime(at.astimezone(ZoneInfo(zone))))


def reply_to(content: Content) -> str:
    """Who asks, or the one collector an answer belongs to; nothing where it could be several."""
    if content.question is not None:
        return content.question.sender if is_address(content.question.sender) else ""
    emails = {item.collector_email for item in content.items}
    return emails.pop() if len(emails) == 1 else ""


def answers_to(address: str) -> str:
    return field("Reply-To", checked_address("Reply-To", address)) if address else ""


@lru_cache
def _rest(kind: str, bulk_sender: str) -> str:
    """What is the same in all letters of a kind."""
    lines = []
    if bulk_sender:
        lines.append(field("List-Id", f"<dondoc.{bulk_sender.rpartition('@')[2]}>"))
        lines.append(field("Precedence", "bulk"))
    lines.append(field("Auto-Submitted", "auto-generated"))
    lines.append(field("X-Dondoc-Letter", kind))
    lines.append(field("MIME-Version", "1.0"))
    return "".join(lines)


class Attachment(NamedTuple):
    """A text file; `name` is plain ASCII."""

    name: str
    text: str


def mixed(letter: bytes, attachment: Attachment) -> bytes:
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
