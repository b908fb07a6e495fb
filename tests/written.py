"""Letters whose words are given, as bytes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dondoc.settings import Settings
from dondoc.words import Language
from notifications import message
from notifications.content import Content, Rendered
from notifications.forms import cut
from notifications.message import Attachment, head
from notifications.parcel import Claimed
from notifications.rendering import Sheet
from notifications.stencil import Sign, Stencil


class Heading(NamedTuple):
    """What a letter's headers say beside its subject."""

    address: str
    reader: str
    message_id: str
    at: datetime
    kind: str
    urgent: bool
    reply_to: str


def claimed(at: datetime, **changes: Any) -> Claimed:
    """A letter that is sent for the first time."""
    letter = Claimed(
        id=1,
        day=at.date(),
        address="vp@p1.example",
        contact_id=1,
        language=Language.VI,
        urgent=False,
        message_id="1@quan.example",
        created_at=at,
        attempts=1,
        payload=None,
    )
    return letter._replace(**changes)


def written(
    heading: Heading,
    rendered: Rendered,
    settings: Settings,
    attachment: Attachment | None = None,
    sign: Sign | None = None,
) -> bytes:
    subject, text, html = (cut(part, None) for part in rendered)
    at, kind, urgent = heading.at, heading.kind, heading.urgent
    shared = message.Heading(rendered.subject, at, kind, urgent, heading.reply_to)
    stencil = Stencil(Sheet(subject, text, html), head(shared, settings), attachment)
    letter = claimed(at, address=heading.address, urgent=urgent, message_id=heading.message_id)
    content = Content(
        name=kind,
        language=Language.VI,
        today=at.date(),
        reader=heading.reader,
        unit_name="",
    )
    return stencil.fill(letter, content, sign=sign).data


def narrow(_fields: Sequence[str], _body: bytes) -> bytes:
    """As if it were signed: seven bits wide."""
    return b""
