"""Letters leave: claimed, composed from the rows as they are now, written, handed over, marked.

1. Claim under a lease, so that a sender that dies is followed by another. A power cut that takes
   a claim back does what the end of its lease would do.
2. Compose, while others may write: nothing left to say drops the letter.
3. Write; a letter that cannot be written fails alone.
4. Hand over, and mark every second what is known. Who is stopped in between gives back what has
   not begun. What a crash leaves unmarked is put right from the batch's journal; what was on the
   wire goes out again under the same Message-ID.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from jinja2 import TemplateError
from sqlalchemy.orm import Session

from dondoc.database import Database, ReadsOnly
from dondoc.errors import DondocError
from dondoc.settings import Settings
from notifications import journal, ledger, set_back
from notifications.carrying import Composed
from notifications.content import Content
from notifications.domains import NO_PACES, Paces
from notifications.fate import Fate, Written, fate, unwritable
from notifications.journal import Journal
from notifications.ledger import Marked
from notifications.pacing import paced, room
from notifications.parcel import Claimed, Outcome, Outgoing, Transport
from notifications.remembering import kept
from notifications.stencil import Packet
from notifications.writing import Write, write

BATCH = 1_000
MARK_EVERY = 1.0
"""seconds"""

_UNWRITABLE = (TemplateError, DondocError, AttributeError, LookupError, TypeError, ValueError)

Compose = Callable[[Session, Sequence[Claimed], datetime], Composed]


class Drained(NamedTuple):
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    dropped: int = 0
    put_back: int = 0

    def __add__(self, other: object) -> "Drained":
        if not isinstance(other, Drained):
            return NotImplemented
        return Drained(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


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
    journals: Path | None = None,
    paces: Paces = NO_PACES,
    stopped: Callable[[], bool] = bool,
) -> Drained:
    """One batch of at most `limit`; all zero when there was nothing to send. Without a folder for
    `journals` a crash leaves in doubt what was not marked. `paces`: of recipient domains. Once it
    is `stopped`, only what is on its way comes to its end; the rest waits as before. The
    transport's lines stay open: the caller hangs up."""
    counted = paced(settings) or paces.counted
    with database.writing(lasting=counted) as session:
        set_back.due_at_once(session, now)
        if counted:
            set_back.count_anew(session, now)
        letters = ledger.claim(
            session,
            now=now,
            limit=limit,
            only_urgent=only_urgent,
            room=None if only_urgent else room(session, settings, paces, now=now, most=limit),
        )
    if not letters:
        return Drained()
    with journal.opened(journals) if journals else nullcontext() as noted:
        if noted is not None:
            noted.claimed(now, {letter.id: letter.attempts for letter in letters})
        contents, notices = _composed(database, compose, letters, now)
        mute = [letter for letter in letters if contents.get(letter.id) is None]
        dropped = _dropped(database, mute)
        sending = _Sending(
            database, now=now, settings=settings, notices=notices, noted=noted, stopped=stopped
        )
        sending.follow(transport.deliver(sending.pack(letters, contents, write), sending))
    waiting = Drained(dropped=dropped, put_back=len(mute) - dropped)
    return waiting + Drained(**sending.total._asdict())


def _composed(
    database: Database, compose: Compose, letters: Sequence[Claimed], now: datetime
) -> Composed:
    """Others may write meanwhile, unless something is to be changed for it."""
    try:
        with database.reading() as session:
            return compose(session, letters, now)
    except ReadsOnly:
        with database.writing() as session:
            return compose(session, letters, now)


def _dropped(database: Database, mute: Sequence[Claimed]) -> int:
    if not mute:
        return 0
    with database.writing() as session:
        return ledger.drop(session, mute)


class _Sending:
    """A batch between its claim and its last mark; witness of its delivery."""

    def __init__(
        self,
        database: Database,
        *,
        now: datetime,
        settings: Settings,
        notices: Mapping[int, Sequence[int]],
        noted: Journal | None,
        stopped: Callable[[], bool],
    ) -> None:
        self.database = database
        self.now = now
        self.settings = settings
        self.notices = notices
        self.noted = noted
        self.stopped = stopped
        self.broken: list[Fate] = []
        self.written: dict[int, Written] = {}
        self.total = Marked()

    def note(self, taken: Sequence[Outcome], starting: Sequence[Outgoing]) -> None:
        if self.noted is None:
            return
        for outcome in taken:
            self.noted.accepted(outcome.letter_id, outcome.answer)
        for letter in starting:
            number = letter.letter_id
            _, _, subject, words = self.written[number]
            notices = self.notices.get(number, ())
            self.noted.starting(number, subject=subject, kept=words, notices=notices)
        self.noted.noted()

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
                unwritten = Written(letter, content, None, kept(content))
                self.broken.append(unwritable(unwritten, why))
                continue
            remembered = packet.kept or kept(content)
            self.written[letter.id] = Written(letter, content, packet.subject, remembered)
            yield self._addressed(letter, packet)

    def _addressed(self, letter: Claimed, packet: Packet) -> Outgoing:
        return Outgoing(
            letter.id,
            packet.sender or self.settings.mail_from,
            letter.address,
            letter.message_id,
            packet.data,
            letter.day,
            letter.urgent,
            letter.attempts,
            packet.dotless,
        )

    def follow(self, outcomes: Iterable[Outcome]) -> None:
        """What is known is marked even where the transport breaks off."""
        group: list[Fate] = []
        marked_at = monotonic()
        try:
            for outcome in outcomes:
                group.append(fate(outcome, self.written.pop(outcome.letter_id), self.now))
                if monotonic() - marked_at >= MARK_EVERY:
                    self._mark(group)
                    group, marked_at = [], monotonic()
        finally:
            self._mark([*group, *self.broken])

    def _mark(self, fates: Sequence[Fate]) -> None:
        if not fates:
            return
        with self.database.writing() as session:
            marked = ledger.mark(session, fates, self.notices, now=self.now, settings=self.settings)
        self.total = Marked(*(a + b for a, b in zip(self.total, marked, strict=True)))
