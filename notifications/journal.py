"""What is about to leave and what was taken, noted in a file as it happens.

The database learns of a batch's fate in groups. Should the process be killed in between, its
journal says which letters the server took (they are marked), which were on the wire (they are sent
again under their Message-ID) and which had not begun (they wait again): the doubt shrinks from the
batch to one letter a line. What was written outlives the process, though not a power cut.

One file a batch, locked for as long as its process lives, gone when the batch is marked.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import orjson

from notifications.remembering import Kept

SUFFIX = ".journal"
CLAIMED, PATTERN, STARTING, ACCEPTED = b"C", b"P", b"S", b"A"


class Started(NamedTuple):
    """A letter whose text was about to be written to the server, and what its row and its notices
    will have to be told. `words` are its reader's own where it has a `pattern`, by its digest."""

    letter_id: int
    subject: str | None
    words: Any
    notices: list[int]
    pattern: str | None = None


class Left(NamedTuple):
    """What a process that ended in the middle of a batch has left: the attempt each letter was
    claimed for, the letters that had begun, and the answers to those that were taken."""

    at: datetime
    claimed: Mapping[int, int]
    started: Mapping[int, Started]
    accepted: Mapping[int, str]
    patterns: Mapping[str, Any]


class Journal:
    """Raises OSError where nothing can be written: what is not noted does not leave."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._patterns: set[str] = set()
        self._unwritten: dict[bytes, list[Any]] = {PATTERN: [], ACCEPTED: [], STARTING: []}

    def claimed(self, at: datetime, attempts: Mapping[int, int]) -> None:
        self._write(_note(CLAIMED, [at, list(attempts.items())]))

    def starting(
        self, letter_id: int, *, subject: str | None, kept: Kept, notices: Sequence[int]
    ) -> None:
        """It must not before it is `noted`."""
        words, pattern = kept
        digest = None if pattern is None else pattern.digest
        if pattern is not None and digest not in self._patterns:
            self._patterns.add(pattern.digest)
            self._unwritten[PATTERN].append((digest, orjson.Fragment(pattern.facts)))
        facts = (letter_id, subject, orjson.Fragment(words), notices, digest)
        self._unwritten[STARTING].append(facts)

    def accepted(self, letter_id: int, answer: str) -> None:
        self._unwritten[ACCEPTED].append((letter_id, answer))

    def noted(self) -> None:
        """Since the last time, in one write. The database is told next what was taken: such a note
        may fail, and no more than a doubt comes of it."""
        unwritten, starting = self._unwritten, self._unwritten[STARTING]
        notes = [_note(what, facts) for what, facts in unwritten.items() if facts]
        unwritten[STARTING] = []
        try:
            self._write(b"".join(notes))
        except OSError:
            if starting:
                raise
        else:
            unwritten[PATTERN], unwritten[ACCEPTED] = [], []

    def _write(self, notes: bytes) -> None:
        if os.write(self._file, notes) < len(notes):
            raise OSError(ENOSPC, os.strerror(ENOSPC))


def _note(what: bytes, facts: list[Any]) -> bytes:
    return b"\n%s%s\n" % (what, orjson.dumps(facts))


@contextmanager
def opened(folder: Path) -> Iterator[Journal]:
    """A new journal. Where the batch ends badly it stays, for whoever looks next."""
    folder.mkdir(parents=True, exist_ok=True)
    unlocked = folder / uuid4().hex
    path = unlocked.with_suffix(SUFFIX)
    file = os.open(unlocked, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        unlocked.rename(path)
        journal = Journal(file)
        try:
            yield journal
        finally:
            journal.noted()
        path.unlink()
    finally:
        os.close(file)


@contextmanager
def left_behind(folder: Path) -> Iterator[list[Left]]:
    """What processes that are no more have left; gone when the caller has done what it says."""
    files = [taken for path in sorted(folder.glob(f"*{SUFFIX}")) if (taken := _taken(path))]
    try:
        yield [left for _, file in files if (left := _read(file)) is not None]
        for path, _ in files:
            path.unlink()
    finally:
        for _, file in files:
            os.close(file)


def _taken(path: Path) -> tuple[Path, int] | None:
    """Unless its process, or another that looks, is still there."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    if not os.fstat(file).st_nlink:  # another was here first
        os.close(file)
        return None
    return path, file


def _read(file: int) -> Left | None:
    """None: its process ended before it noted what it had claimed."""
    with os.fdopen(os.dup(file), "rb") as lines:
        notes = list(_notes(lines))
    if not notes:
        return None
    at, claimed = notes[0][1]
    started = (Started(*facts) for facts in _all(notes, STARTING))
    return Left(
        at=datetime.fromisoformat(at),
        claimed=dict(claimed),
        started={one.letter_id: one for one in started},
        accepted=dict(_all(notes, ACCEPTED)),
        patterns=dict(_all(notes, PATTERN)),
    )


def _all(notes: Iterable[tuple[bytes, Any]], what: bytes) -> Iterator[list[Any]]:
    """A note tells of several; those of earlier versions, of one."""
    for kind, facts in notes:
        if kind == what:
            yield from facts if isinstance(facts[0], list) else [facts]


def _notes(lines: Iterable[bytes]) -> Iterator[tuple[bytes, Any]]:
    """A line that is not whole was never noted."""
    for line in lines:
        with suppress(orjson.JSONDecodeError):
            yield line[:1], orjson.loads(line[1:])
