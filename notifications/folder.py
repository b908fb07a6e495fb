"""Letters as files, for an installation that has not decided to send yet."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path

from notifications.parcel import Outcome, Outgoing, Verdict, Witness

NAME_LENGTH = 100

_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")


class FolderTransport:
    """`<folder>/<day>/<recipient>-<digest of the Message-ID>.eml`; the same Message-ID again
    replaces its file, and no file is ever half written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
        for letter in letters:
            if witness.stopped():
                yield Outcome(letter.letter_id, Verdict.UNTRIED, "")
                continue
            outcome = self._put(letter, witness)
            if outcome.verdict is Verdict.ACCEPTED:
                witness.note([outcome], ())
            yield outcome

    def narrowed(self, connections: int) -> AbstractContextManager[None]:
        del connections
        return nullcontext()

    def hang_up(self) -> None:
        pass

    def _put(self, letter: Outgoing, witness: Witness) -> Outcome:
        path = self.folder / letter.day.isoformat() / file_name(letter)
        half = path.with_suffix(f".{os.getpid()}.part")
        try:
            witness.note((), [letter])
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(letter.data)
            half.replace(path)
        except OSError as error:
            return Outcome(letter.letter_id, Verdict.DEFERRED, str(error))
        return Outcome(letter.letter_id, Verdict.ACCEPTED, str(path.relative_to(self.folder)))


def file_name(letter: Outgoing) -> str:
    digest = sha256(letter.message_id.encode()).hexdigest()[:10]
    return f"{_UNSAFE.sub('_', letter.recipient)[:NAME_LENGTH].lstrip('.')}-{digest}.eml"
