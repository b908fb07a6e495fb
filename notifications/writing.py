"""From a letter's facts to the message that leaves."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from dondoc.settings import Settings
from notifications.content import Content
from notifications.links import Linker
from notifications.message import Attachment, Heading, build, reply_to
from notifications.parcel import Claimed
from notifications.remembering import Kept, kept
from notifications.rendering import draft


class Packet(NamedTuple):
    """`sender`: the return path; empty where it is the office's own address. `kept`: what the
    letter's row keeps of it; None: the content."""

    subject: str
    data: bytes
    sender: str = ""
    kept: Kept | None = None


Write = Callable[[Claimed, Content, datetime, Settings], Packet]
Sign = Callable[[bytes], bytes]
"""The finished message in, the message with its signature out."""


def writer(linker: Linker, sign: Sign | None = None) -> Write:
    """Of letters that say where to go from there."""

    def write_linked(
        letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        link, path = linker.link(letter, content), linker.reply_path(letter, content)
        return write(letter, content, now, settings, link=link, path=path, sign=sign)

    return write_linked


def write(
    letter: Claimed,
    content: Content,
    now: datetime,
    settings: Settings,
    *,
    link: str = "",
    path: str = "",
    sign: Sign | None = None,
) -> Packet:
    """The whole message; `path` is where answers with files go to, or nothing. One that is signed
    is seven bits wide: a relay that rewrites a wider one on its way would break the signature (RFC
    6376, 5.3). Raises jinja2.TemplateError or HeaderRefused."""
    sheet, own = draft(content, link, answered=bool(path))
    heading = Heading(
        subject=sheet.title(own),
        address=letter.address,
        reader=content.reader,
        message_id=letter.message_id,
        at=now,
        kind=content.name,
        urgent=letter.urgent,
        reply_to=path or reply_to(content),
    )
    receipt = content.receipt
    attachment = Attachment(receipt.file_name, receipt.file) if receipt and receipt.file else None
    data = build(heading, sheet.body.fill(own, wide=sign is None), settings, attachment)
    signed = data if sign is None else sign(data)
    return Packet(heading.subject, signed, kept=kept(content, sheet.pattern))
