"""Letters leave: claimed, composed from the rows as they are now, written, handed over, marked.

1. Claim under a lease, so that a sender that dies is followed by another.
2. Compose: nothing left to say drops the letter.
3. Write; a letter that cannot be written fails alone.
4. Hand over, and mark what is known in small groups: what a crash leaves unmarked goes out again
   under the same Message-ID.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from jinja2 import TemplateError
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.errors import DondocError
from dondoc.settings import Settings
from notifications import carrying, ledger
from notifications.content import Content
from notifications.fate import Fate, Written, fate, unwritable
from notifications.ledger import Marked
from notifications.links import Linker
from notifications.message import Attachment, Heading, build, reply_to
from notifications.parcel import Claimed, Outcome, Outgoing, Transport
from notifications.rendering import render

BATCH = 500
GROUP = 50
"""letters marked together: with those on the wire, the most a crash can repeat"""

_UNWRITABLE = (TemplateError, DondocError, AttributeError, LookupError, TypeError, ValueError)

Compose = Callable[[Session, Sequence[Claimed], datetime], Mapping[int, Content | None]]


class Packet(NamedTuple):
    subject: str
    data: bytes


Write = Callable[[Claimed, Content, datetime, Settings], Packet]


def linked(linker: Linker) -> Write:
    """A `write` whose letters say where to go from there."""

    def write_linked(
        letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        return write(letter, content, now, settings, link=linker.link(letter, content))

    return write_linked


class Drained(NamedTuple):
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    dropped: int = 0

    def __add__(self, other: object) -> "Drained":
        if not isinstance(other, Drained):
            return NotImplemented
        return Drained(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


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


def drain(
    database: Database,
    transport: Transport,
    *,
    now: datetime,
    compose: Compose,
    settings: Settings,
    limit: int = BATCH,
    only_urgent: bool = False,
    write: Write = write,
    group: int = GROUP,
) -> Drained:
    """One batch of at most `limit`, marked `group` by `group`; all zero when there was nothing to
    send. The transport's lines stay open: the caller hangs up."""
    with database.writing() as session:
        letters = ledger.claim(session, now=now, limit=limit, only_urgent=only_urgent)
        if not letters:
            return Drained()
        contents = compose(session, letters, now)
        mute = [letter for letter in letters if contents.get(letter.id) is None]
        ledger.drop(session, mute)
        notices = carrying.carried(session, [letter.id for letter in letters])
    sending = _Sending(database, now=now, settings=settings, notices=notices, size=group)
    sending.follow(transport.deliver(sending.pack(letters, contents, write)))
    return Drained(*sending.total, dropped=len(mute))


class _Sending:
    """A batch between its claim and its last mark."""

    def __init__(
        self,
        database: Database,
        *,
        now: datetime,
        settings: Settings,
        notices: Mapping[int, Sequence[int]],
        size: int,
    ) -> None:
        self.database = database
        self.now = now
        self.settings = settings
        self.notices = notices
        self.size = size
        self.broken: list[Fate] = []
        self.written: dict[int, Written] = {}
        self.total = Marked()

    def pack(
        self, letters: Iterable[Claimed], contents: Mapping[int, Content | None], write: Write
    ) -> Iterator[Outgoing]:
        """Each is written when the transport asks for it."""
        for letter in letters:
            content = contents.get(letter.id)
            if content is None:
                continue
            try:
                packet = write(letter, content, self.now, self.settings)
            except _UNWRITABLE as error:
                why = f"{type(error).__name__}: {error}"
                self.broken.append(unwritable(Written(letter, content, None), why))
                continue
            self.written[letter.id] = Written(letter, content, packet.subject)
            yield self._addressed(letter, packet)

    def _addressed(self, letter: Claimed, packet: Packet) -> Outgoing:
        return Outgoing(
            letter_id=letter.id,
            sender=self.settings.mail_from,
            recipient=letter.address,
            message_id=letter.message_id,
            data=packet.data,
            day=letter.day,
        )

    def follow(self, outcomes: Iterable[Outcome]) -> None:
        """What is known is marked even where the transport breaks off."""
        group: list[Fate] = []
        try:
            for outcome in outcomes:
                group.append(fate(outcome, self.written.pop(outcome.letter_id), self.now))
                if len(group) >= self.size:
                    self._mark(group)
                    group = []
        finally:
            self._mark([*group, *self.broken])

    def _mark(self, fates: Sequence[Fate]) -> None:
        if not fates:
            return
        with self.database.writing() as session:
            marked = ledger.mark(
                session, fates, self.notices, now=self.now, language=self.settings.language
            )
        self.total = Marked(*(a + b for a, b in zip(self.total, marked, strict=True)))
