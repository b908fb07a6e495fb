"""What a message that came back says: a delivery report (RFC 3464), a report in a mail server's own
words, an automatic reply, or a letter from a person."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from typing import NamedTuple, cast

LONGEST = 1_000_000
"""Bytes of a message that are read: a report stands in the first lines, the letter comes after."""
EXCERPT = 400

NOT_THE_MAILBOX = ("5.4.4",)
"""Refusals that say nothing against the address: the sender's own routing (RFC 3463)."""

OUR_OWN = "x-dondoc-letter"
AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-response-suppress")
TOLD_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<!\d)([45])\d\d[ -]")
_REPORTER = re.compile(r"mailer-daemon|postmaster|mail delivery (sub)?system", re.IGNORECASE)
_UNDELIVERED = re.compile(
    r"undeliver|not delivered|could not be delivered|returned (mail|to sender)"
    r"|delivery (status|fail|has failed)|failure notice|mail delivery failed|delayed"
    r"|không (gửi|phát|chuyển) được|khong (gui|phat|chuyen) duoc",
    re.IGNORECASE,
)
_FOR_GOOD = re.compile(
    r"permanent (fatal )?error|unrouteable address|given up\b|lỗi vĩnh viễn", re.IGNORECASE
)
_COPY = re.compile(r"^-{2,}.*(?:copy|original|message|thư gốc).*$", re.IGNORECASE | re.MULTILINE)
_LATE = re.compile(r"delay|will (be retried|keep trying)|warning: could not send", re.IGNORECASE)
_AWAY = re.compile(
    r"^\W*(auto(matic)?[ -]?(reply|response)|out of (the )?office|vacation|trả lời tự động"
    r"|tự động trả lời|vắng mặt|đi vắng)",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """`REFUSED`: for good. `DELAYED`: the server goes on trying, or gives up for a passing
    reason."""

    REFUSED = "refused"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    AUTOMATIC = "automatic"
    OTHER = "other"


class Returned(NamedTuple):
    """`status` is an enhanced status code (RFC 3463) or empty, `recipient` the address that the
    report is about or empty, `said` the server's own words, `told_to` where it came to. `own`: a
    letter of ours that came round."""

    kind: Kind
    status: str
    recipient: str
    said: str
    told_to: str
    own: bool = False


def read(raw: bytes) -> Returned:
    """Never fails: what cannot be understood is OTHER."""
    message = message_from_bytes(raw[:LONGEST], policy=default)
    told_to = " ".join(_header(message, name) for name in TOLD_TO)
    own = bool(_header(message, OUR_OWN))
    report = _report(message) or _in_own_words(message)
    if report is not None:
        return report._replace(told_to=told_to, own=own)
    kind = Kind.AUTOMATIC if _is_automatic(message) else Kind.OTHER
    return Returned(kind, "", "", _header(message, "subject")[:EXCERPT], told_to, own)


def kind_of(status: str, action: str = "") -> Kind:
    """What a report's status and action mean for the address."""
    if action.lower() in ("delivered", "relayed", "expanded") or status.startswith("2"):
        return Kind.DELIVERED
    if action.lower() == "delayed" or status.startswith("4") or status in NOT_THE_MAILBOX:
        return Kind.DELAYED
    return Kind.REFUSED


def _report(message: EmailMessage) -> Returned | None:
    """The first recipient's fields of a machine-readable report; our letters have one recipient."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        fields = _fields(part)
        status, action = _first(_ENHANCED, fields.get("status", "")), fields.get("action", "")
        if not status and not action:
            return None
        recipient = fields.get("original-recipient") or fields.get("final-recipient", "")
        said = fields.get("diagnostic-code", "").partition(";")[2].strip() or status
        said = said if status in said else f"{status} {said}"
        return Returned(
            kind=kind_of(status, action),
            status=status,
            recipient=recipient.rpartition(";")[2].strip(" <>").lower(),
            said=said[:EXCERPT],
            told_to="",
        )
    return None


def _fields(part: EmailMessage) -> dict[str, str]:
    """All groups of a delivery-status part in one; the last group, the recipient's, counts."""
    found: dict[str, str] = {}
    for group in _groups(part):
        for name, value in group.items():
            found[name.lower()] = " ".join(str(value).split())
    return found


def _groups(part: EmailMessage) -> list[EmailMessage]:
    """Also of those that encode what RFC 3464 wants plain."""
    payload = part.get_payload()
    groups = cast("list[EmailMessage]", payload if isinstance(payload, list) else [part])
    if _header(part, "content-transfer-encoding").strip().lower() != "base64":
        return groups
    words = "".join(str(group.get_payload()) for group in groups)
    with suppress(ValueError):
        blocks = b64decode(words).replace(b"\r\n", b"\n").split(b"\n\n")
        return [message_from_bytes(block, policy=default) for block in blocks]
    return groups


def _in_own_words(message: EmailMessage) -> Returned | None:
    """qmail, old Exchange, and whoever else writes a report for people only."""
    sender, subject = _header(message, "from"), _header(message, "subject")
    if not _REPORTER.search(sender) and _header(message, "return-path") != "<>":
        return None
    text = "\n".join(_texts(message))
    if not _UNDELIVERED.search(subject) and not _UNDELIVERED.search(text[:2_000]):
        return None
    status = _first(_ENHANCED, text)
    if not status and (reply := _REPLY.search(text)):
        status = f"{reply[1]}.0.0"
    late = bool(_LATE.search(subject))
    sure = status.startswith("5") or bool(status and not late)
    sure = sure or bool(not status and not late and _FOR_GOOD.search(text))
    kind = kind_of(status) if sure else Kind.DELAYED
    return Returned(kind, status, "", " ".join(_around(text, status).split())[:EXCERPT], "")


def _is_automatic(message: EmailMessage) -> bool:
    said = _header(message, "auto-submitted").lower()
    return (
        said not in ("", "no")
        or any(_header(message, name) for name in AUTOMATIC)
        or _header(message, "precedence").lower() in ("auto_reply", "bulk", "junk")
        or bool(_AWAY.search(_header(message, "subject")))
    )


def _texts(message: EmailMessage) -> Iterator[str]:
    """Without the letter that is being returned, whose clauses look like status codes."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            return
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(payload, bytes):
            yield _COPY.split(_decoded(payload, part.get_content_charset()), maxsplit=1)[0]


def _decoded(payload: bytes, charset: str | None) -> str:
    try:
        return payload.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return payload.decode("utf-8", "replace")


def _around(text: str, status: str) -> str:
    """The line with the status, or the beginning."""
    lines = [line for line in text.splitlines() if line.strip()]
    code = status if status and status in text else status[:1]
    return next((line for line in lines if code and code in line), " ".join(lines[:3]))


def _header(message: EmailMessage, name: str) -> str:
    """All of that name, unfolded; what cannot be parsed counts as empty."""
    try:
        return " ".join(str(value) for value in message.get_all(name, ()))
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""
