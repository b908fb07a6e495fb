"""An answer as a mail program wrote it: who, what, and which files."""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message as Part
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from mimetypes import guess_extension
from typing import NamedTuple, cast

from notifications.replies.words import decoded, line, own_words, text_of_html, value, written
from notifications.returned.reading import OUR_OWN

LONGEST_TEXT = 4_000
LONGEST_SUBJECT = 300
LONGEST_ADDRESS = 254
MOST_FILES = 50
LOGO = 100_000
"""bytes; a picture with a Content-ID that is no larger belongs to the text: a signature's logo"""
DEEPEST = 50
"""parts within parts"""
SIGNATURES = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
)
SEALED = (
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
    "multipart/encrypted",
)


class Attached(NamedTuple):
    name: str
    data: bytes


class Mail(NamedTuple):
    """`key` tells this message from every other; `sender` is what stands in From, in small
    letters, which anybody can write. `received_at` is when the last server took it, as that server
    wrote: None where it wrote nothing. `sealed`: encrypted, or signed in a way that hides the
    text."""

    key: str
    sender: str
    subject: str
    text: str
    files: tuple[Attached, ...]
    received_at: datetime | None
    sealed: bool


def read_mail(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=compat32)
    headers = _headers(message)
    leaves = list(_leaves(message))
    return Mail(
        key=sha256(headers.get("message-id", "").encode() or raw).hexdigest(),
        sender=_address(headers.get("from", "")),
        subject=headers.get("subject", "")[:LONGEST_SUBJECT],
        text=_text(leaves)[:LONGEST_TEXT],
        files=tuple(_files(leaves))[:MOST_FILES],
        received_at=_received_at(headers.get("received", "")),
        sealed=any(part.get_content_type() in SEALED for part in _all(message)),
    )


def has_files(raw: bytes) -> bool:
    return bool(read_mail(raw).files)


def _headers(message: Part) -> dict[str, str]:
    """The first of each name: servers put theirs above what came with the message."""
    found: dict[str, str] = {}
    for name, raw in message.raw_items():
        found.setdefault(name.lower(), value(str(raw)))
    return found


def _address(text: str) -> str:
    found = getaddresses([text])
    address = found[0][1].strip().lower() if found else ""
    return address[:LONGEST_ADDRESS] if "@" in address else ""


def _received_at(header: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(header.rpartition(";")[2].strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo is not None else None


def _all(part: Part, depth: int = 0) -> Iterator[Part]:
    """Without what a forwarded message holds."""
    yield part
    if part.is_multipart() and part.get_content_maintype() != "message" and depth < DEEPEST:
        for one in cast(list[Part], part.get_payload()):
            yield from _all(one, depth + 1)


def _leaves(message: Part) -> Iterator[Part]:
    for part in _all(message):
        if not part.is_multipart() or part.get_content_maintype() == "message":
            yield part


def _files(leaves: list[Part]) -> Iterator[Attached]:
    for number, part in enumerate(leaves, 1):
        if part.get_content_type() in SIGNATURES:
            continue
        name = _name(part)
        if part.get_content_maintype() == "message":
            yield from _forwarded(part, name)
            continue
        disposition = _disposition(part)
        words = part.get_content_maintype() in ("text", "multipart") and not name
        if words and disposition != "attachment":
            continue
        data = _data(part)
        if _is_logo(part, disposition, data) or (not data and not name):
            continue
        ending = guess_extension(part.get_content_type()) or ""
        yield Attached(name or f"tep-{number}{ending}", data)


def _forwarded(part: Part, name: str) -> Iterator[Attached]:
    """A message as a file; a letter of ours that comes back with its answer is none."""
    inside = cast(list[Part] | str, part.get_payload())
    inner = inside[0] if isinstance(inside, list) and inside else None
    if inner is None or part.get_content_type() != "message/rfc822":
        return
    headers = _headers(inner)
    if OUR_OWN not in headers:
        data = inner.as_bytes(policy=compat32)
        yield Attached(name or f"{headers.get('subject', '')[:80] or 'thu'}.eml", data)


def _is_logo(part: Part, disposition: str, data: bytes) -> bool:
    picture = part.get_content_maintype() == "image" and part.get("content-id") is not None
    return picture and disposition != "attachment" and len(data) <= LOGO


def _disposition(part: Part) -> str:
    return str(part.get("content-disposition", "")).partition(";")[0].strip().lower()


def _name(part: Part) -> str:
    """By RFC 2231, by RFC 2047 as most write it, or as bytes that nobody declared."""
    for header, raw in part.raw_items():
        if header.lower() in ("content-type", "content-disposition"):
            part.replace_header(header, written(str(raw)))
    return line(value(part.get_filename("") or ""))


def _data(part: Part) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(leaves: list[Part]) -> str:
    """Of the plain text; of the page, where there is no other."""
    for kind in ("text/plain", "text/html"):
        parts = [
            decoded(_data(part), part.get_content_charset())
            for part in leaves
            if part.get_content_type() == kind
            and not _name(part)
            and _disposition(part) != "attachment"
        ]
        if any(one.strip() for one in parts):
            text = "\n".join(parts)
            return own_words(text if kind == "text/plain" else text_of_html(text))
    return ""
