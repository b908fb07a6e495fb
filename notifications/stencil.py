"""A whole message, ready as bytes but for what is its reader's own: how every letter is written.

Letters that many are told alike share a stencil. To write one of them is to put its own header
fields between the shared ones, and its own words into the gaps of the body, and to sign. A letter
for one reader alone is written with a stencil that is used once.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from dondoc.settings import Settings
from notifications.content import Content
from notifications.message import Attachment, Head, Heading, head, mixed, reply_to
from notifications.parcel import Claimed
from notifications.remembering import Kept, kept
from notifications.rendering import SHEETS, Sheet, common, own_words, sheet

Sign = Callable[[Sequence[str], bytes], bytes]
"""Header fields and what follows them in, the signatures to stand before them out."""


class Packet(NamedTuple):
    """`sender`: the return path; empty where it is the office's own address. `kept`: what the
    letter's row keeps of it; None: the content. `dotless`: no line of it begins with a dot."""

    subject: str
    data: bytes
    sender: str = ""
    kept: Kept | None = None
    dotless: bool = False


_packet: partial[Packet] = partial(tuple.__new__, Packet)


class Stencil(NamedTuple):
    sheet: Sheet
    head: Head
    attachment: Attachment | None = None

    def fill(
        self,
        letter: Claimed,
        content: Content,
        *,
        link: str = "",
        path: str = "",
        sign: Sign | None = None,
    ) -> Packet:
        """A message that is signed is seven bits wide: a relay that rewrites a wider one on its way
        would break the signature (RFC 6376, 5.3). Raises HeaderRefused."""
        words = own_words(content, link)
        subject = self.sheet.title or self.sheet.own_title(words)
        fields = self.head.fields(letter, content.reader, subject, path)
        body = self.sheet.body.fill(words, wide=sign is None)
        if self.attachment is not None:
            body = mixed(body, self.attachment)
        data = "".join(fields).encode("ascii") + body
        if sign is not None:
            data = sign(fields, body) + data
        return _packet((subject, data, "", kept(content, self.sheet.pattern), True))


def stencil(
    content: Content, link: str, *, answered: bool, at: datetime, urgent: bool, settings: Settings
) -> Stencil:
    """`link`, `answered`: see `rendering.sheet`; `at`: when its letters leave. Raises
    jinja2.TemplateError, HeaderRefused."""
    shared, others = common(content, link, answered=answered), (at, urgent, settings)
    known = _stencils.get(shared)
    if known is not None and known[0] == others:
        return known[1]
    found = sheet(content, link, shared, answered=answered)
    answers = "" if answered else reply_to(content)
    heading = Heading(found.title, at, content.name, urgent, answers)
    made = Stencil(found, head(heading, settings), _attachment(content))
    if found.pattern is not None:
        if len(_stencils) >= SHEETS:
            _stencils.clear()
        _stencils[shared] = others, made
    return made


_stencils: dict[Hashable, tuple[tuple[object, ...], Stencil]] = {}


def _attachment(content: Content) -> Attachment | None:
    receipt = content.receipt
    return Attachment(receipt.file_name, receipt.file) if receipt and receipt.file else None
