"""Letters of a rehearsal: composed by the service's own functions, kept, never sent."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from dondoc.database import Database
from dondoc.settings import Settings
from notifications.content import Content
from notifications.folder import FolderTransport
from notifications.links import linker
from notifications.parcel import Claimed, Verdict
from notifications.post import Hours, Post
from notifications.recording import Recorder
from notifications.remembering import Kept
from notifications.stencil import Packet
from notifications.writing import writer

BATCH = 5_000
NOTHING = Kept(b"null")

Answer = Callable[[str], Verdict]
"""What the mail server says to an address at the rehearsal's present moment."""


class Sent(NamedTuple):
    letter: Claimed
    content: Content


def takes_all(_address: str) -> Verdict:
    return Verdict.ACCEPTED


class Practice:
    """`sent` are the letters accepted since somebody last emptied it. Their messages are written
    out only where there is a folder for `letters`; `keys` is where the key of their links is."""

    def __init__(
        self,
        database: Database,
        hours: Hours,
        settings: Settings,
        *,
        keys: Path,
        letters: Path | None = None,
        answer: Answer = takes_all,
    ) -> None:
        self.sent: list[Sent] = []
        self._answer = answer
        self._message = writer(linker(settings, keys))
        folder = None if letters is None else FolderTransport(letters)
        self.post = Post(
            database=database,
            transport=Recorder(answer, folder),
            hours=hours,
            settings=settings,
            write=self._write if letters is None else self._write_out,
            batch=BATCH,
        )

    def _write(
        self, letter: Claimed, content: Content, _now: datetime, _settings: Settings
    ) -> Packet:
        """Nobody will read the message, now or later: who gets what, and why, is in the content."""
        self._note(letter, content)
        return Packet(content.name, b"", kept=NOTHING)

    def _write_out(
        self, letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        self._note(letter, content)
        return self._message(letter, content, now, settings)

    def _note(self, letter: Claimed, content: Content) -> None:
        if self._answer(letter.address) is Verdict.ACCEPTED:
            self.sent.append(Sent(letter, content))
