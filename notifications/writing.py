"""From a letter's facts to the message that leaves."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from dondoc.settings import Settings
from notifications.content import Content
from notifications.links import Linker
from notifications.message import Attachment, Heading, build, reply_to
from notifications.parcel import Claimed
from notifications.rendering import render


class Packet(NamedTuple):
    """`sender`: the return path; empty where it is the office's own address."""

    subject: str
    data: bytes
    sender: str = ""


Write = Callable[[Claimed, Content, datetime, Settings], Packet]


def linked(linker: Linker) -> Write:
    """A `write` whose letters say where to go from there."""

    def write_linked(
        letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        return write(letter, content, now, settings, link=linker.link(letter, content))

    return write_linked


def write(
    letter: Claimed, content: Content, now: datetime, settings: Settings, *, link: str = ""
) -> Packet:
    """The whole message. Raises jinja2.TemplateError or HeaderRefused."""
    rendered = render(content, link)
    heading = Heading(
        address=letter.address,
        reader=content.reader,
        message_id=letter.message_id,
        at=now,
        kind=content.name,
        urgent=letter.urgent,
        reply_to=reply_to(content),
    )
    receipt = content.receipt
    attachment = Attachment(receipt.file_name, receipt.file) if receipt and receipt.file else None
    return Packet(rendered.subject, build(heading, rendered, settings, attachment))
