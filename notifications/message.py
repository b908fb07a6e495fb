"""From a rendered letter to the bytes a mail server takes.

The structure is fixed (text and HTML side by side), so it is filled in rather than built: the
standard library's `email` package takes a hundred times as long per letter. It is the judge in the
tests.

Parts stand as they are (8bit) where SMTP can carry that, else in base64.
"""

import re
from binascii import b2a_base64
from collections.abc import Callable
from datetime import datetime, tzinfo
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple

from dondoc.settings import Settings
from notifications.content import Content, Rendered
from notifications.headers import checked_address, clean, field, mailbox, words

EDGE = "=_dondoc_"
BOUNDARY = f"{EDGE}alternative"
MIXED = f"{EDGE}mixed"
LONGEST_LINE = 998
"""bytes, RFC 5322"""
BASE64_WIDTH = 76

_WIDE = b"Content-Transfer-Encoding: 8bit\r\n"
_NARROW = b"Content-Transfer-Encoding: base64\r\n"
_WIDE_PART = re.compile(_WIDE + b"\r\n(.*?)\r\n--" + BOUNDARY.encode(), re.DOTALL)

Sign = Callable[[bytes], bytes]
"""The finished message in, the message with its signature out. A relay may turn 8bit into base64
and so break a signature: what is to be signed is built without 8bit."""


class Heading(NamedTuple):
    """What a letter's headers say. `kind` is the letter's name, `reply_to` may be empty."""

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
    heading: Heading,
    rendered: Rendered,
    settings: Settings,
    attachment: Attachment | None = None,
    *,
    sign: Sign | None = None,
) -> bytes:
    """Raises HeaderRefused for a value with CR, LF or NUL and for what is no mail address."""
    sender = settings.mail_from
    headers = (
        _from(settings.mail_from_name, sender),
        field("To", mailbox("To", heading.reader, heading.address)),
        words("Subject", rendered.subject),
        _date(heading.at, settings.zone),
        field("Message-ID", bracketed(heading.message_id)),
        _kind(heading.kind, heading.reply_to, "" if heading.urgent else sender),
    )
    body = _alternative(rendered, wide=sign is None)
    if attachment is not None:
        body = _mixed(body, attachment)
    data = "".join(headers).encode("ascii") + body
    return data if sign is None else sign(data)


def reply_to(content: Content) -> str:
    """The one collector an answer belongs to, or nothing where it could be several."""
    emails = {item.collector_email for item in content.items}
    return emails.pop() if len(emails) == 1 else ""


def bracketed(message_id: str) -> str:
    return f"<{message_id.strip('<>')}>"


@lru_cache
def _from(name: str, address: str) -> str:
    return field("From", mailbox("From", name, address))


@lru_cache
def _date(at: datetime, zone: tzinfo) -> str:
    return field("Date", format_datetime(at.astimezone(zone)))


@lru_cache
def _kind(kind: str, reply_to: str, bulk_sender: str) -> str:
    """What is the same in all letters of a kind."""
    lines = [field("Reply-To", checked_address("Reply-To", reply_to))] if reply_to else []
    if bulk_sender:
        lines.append(field("List-Id", f"<dondoc.{bulk_sender.rpartition('@')[2]}>"))
        lines.append(field("Precedence", "bulk"))
    lines.append(field("Auto-Submitted", "auto-generated"))
    lines.append(field("X-Dondoc-Letter", kind))
    lines.append(field("MIME-Version", "1.0"))
    return "".join(lines)


_OPENING = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'.encode()
_PLAIN, _HTML = (
    f"--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\n".encode()
    for kind in ("plain", "html")
)
_CLOSING = f"--{BOUNDARY}--\r\n".encode()


def _alternative(rendered: Rendered, *, wide: bool) -> bytes:
    text, html = _lines(rendered.text), _lines(rendered.html)
    if wide and _can_stand(text) and _can_stand(html):
        parts = (_WIDE, _OPENING, _PLAIN, _as_it_is(text), _HTML, _as_it_is(html), _CLOSING)
        return b"".join(parts)
    return b"".join((_OPENING, _PLAIN, _base64(text), _HTML, _base64(html), _CLOSING))


def _lines(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _can_stand(data: bytes) -> bool:
    """Nothing in it that SMTP would change or MIME would mistake for its own."""
    return (
        EDGE.encode() not in data
        and b"\0" not in data
        and data.count(b"\r") == data.count(b"\n")
        and max(map(len, data.split(b"\r\n"))) <= LONGEST_LINE
    )


def _as_it_is(data: bytes) -> bytes:
    return b"".join((_WIDE, b"\r\n", data, b"\r\n"))


def _base64(data: bytes) -> bytes:
    text = b2a_base64(data, newline=False)
    lines = [text[at : at + BASE64_WIDTH] for at in range(0, len(text), BASE64_WIDTH)]
    return b"".join((_NARROW, b"\r\n", b"\r\n".join(lines), b"\r\n"))


def seven_bit(data: bytes) -> bytes:
    """What `build` made, for a server that takes no 8BITMIME."""
    edge = f"--{BOUNDARY}".encode()
    narrow = _WIDE_PART.sub(lambda part: _base64(part[1]) + edge, data)
    return narrow.replace(_WIDE, b"")


def _mixed(letter: bytes, attachment: Attachment) -> bytes:
    """The letter, then the file."""
    name = clean("Content-Disposition", attachment.name)
    edge = f"--{MIXED}"
    wide = _WIDE if letter.startswith(_WIDE) else b""
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
            _base64(attachment.text.encode()),
            f"{edge}--\r\n".encode(),
        )
    )
