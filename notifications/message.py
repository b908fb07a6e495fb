"""From a rendered letter to the bytes a mail server takes.

The structure is fixed (text and HTML side by side, base64), so it is filled in rather than built:
the standard library's `email` package takes a hundred times as long per letter. It is the judge
in the tests.
"""

import re
from base64 import b64encode, encodebytes
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple

from dondoc.errors import DondocError
from dondoc.settings import Settings
from notifications.content import Content, Rendered

BOUNDARY = "=_dondoc_alternative"
MIXED = "=_dondoc_mixed"
ENCODED_BYTES = 39
"""of UTF-8 in one encoded word, so that a line with one stays within the 76 of RFC 2047"""
HEADER_WIDTH = 76

_FORBIDDEN = re.compile(r"[\r\n\x00]")
_PLAIN = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~,.:;()@<>\[\]-]*")
_ATOM = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class HeaderRefused(DondocError):
    """{value!r} cannot stand in the header {header} of a letter."""

    vi = "{value!r} không dùng được trong trường {header} của thư."


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
) -> bytes:
    """Raises HeaderRefused for a value with CR, LF or NUL and for what is no mail address."""
    sender = settings.mail_from
    lines = [
        _header("From", mailbox("From", settings.mail_from_name, sender)),
        _header("To", mailbox("To", heading.reader, heading.address)),
        _header("Subject", _words("Subject", rendered.subject)),
        _header("Date", format_datetime(heading.at.astimezone(settings.zone))),
        _header("Message-ID", bracketed(heading.message_id)),
    ]
    if heading.reply_to:
        lines.append(_header("Reply-To", _address("Reply-To", heading.reply_to)))
    if not heading.urgent:
        lines.append(_header("List-Id", f"<dondoc.{sender.rpartition('@')[2]}>"))
        lines.append(_header("Precedence", "bulk"))
    lines.append(_header("Auto-Submitted", "auto-generated"))
    lines.append(_header("X-Dondoc-Letter", heading.kind))
    lines.append("MIME-Version: 1.0\r\n")
    body = _body(rendered) if attachment is None else _mixed(rendered, attachment)
    return "".join(lines).encode("ascii") + body


def reply_to(content: Content) -> str:
    """The one collector an answer belongs to, or nothing where it could be several."""
    emails = {item.collector_email for item in content.items}
    return emails.pop() if len(emails) == 1 else ""


def bracketed(message_id: str) -> str:
    return f"<{message_id.strip('<>')}>"


def mailbox(header: str, name: str, address: str) -> str:
    """`Name <address>`, the name quoted or encoded as it needs. Raises HeaderRefused."""
    address = _address(header, address)
    name = name.strip(" ")
    if not name:
        return address
    if _ATOM.fullmatch(name):
        return f"{name} <{address}>"
    return f"{_encoded(_clean(header, name))} <{address}>"


def _address(header: str, value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise HeaderRefused(header=header, value=value)
    return value


def _clean(header: str, value: str) -> str:
    if _FORBIDDEN.search(value):
        raise HeaderRefused(header=header, value=value)
    return value


def _words(header: str, value: str) -> str:
    value = _clean(header, value).strip(" ")
    plain = _PLAIN.fullmatch(value) and "=?" not in value
    return value if plain else _encoded(value)


def _encoded(value: str) -> str:
    """RFC 2047, cut between characters."""
    chunks: list[bytes] = []
    chunk = b""
    for character in value:
        encoded = character.encode()
        if len(chunk) + len(encoded) > ENCODED_BYTES:
            chunks.append(chunk)
            chunk = b""
        chunk += encoded
    chunks.append(chunk)
    return " ".join(f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks)


def _header(name: str, value: str) -> str:
    """Folded at blanks. Raises HeaderRefused."""
    line, lines = f"{name}:", []
    for word in _clean(name, value).split(" "):
        if len(line) + 1 + len(word) > HEADER_WIDTH and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"


def _body(rendered: Rendered) -> bytes:
    return b"".join(
        (
            f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'.encode(),
            _part("plain", rendered.text),
            _part("html", rendered.html),
            f"--{BOUNDARY}--\r\n".encode(),
        )
    )


def _mixed(rendered: Rendered, attachment: Attachment) -> bytes:
    """The letter, then the file."""
    name = _clean("Content-Disposition", attachment.name)
    edge = f"--{MIXED}"
    file = (
        f"{edge}\r\nContent-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return b"".join(
        (
            f'Content-Type: multipart/mixed; boundary="{MIXED}"\r\n\r\n{edge}\r\n'.encode(),
            _body(rendered),
            file.encode("ascii"),
            encodebytes(attachment.text.encode()).replace(b"\n", b"\r\n"),
            f"{edge}--\r\n".encode(),
        )
    )


def _part(kind: str, text: str) -> bytes:
    heading = (
        f"--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return heading.encode() + encodebytes(text.encode()).replace(b"\n", b"\r\n")
