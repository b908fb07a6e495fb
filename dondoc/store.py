"""Files by what is in them: a file's place is its SHA-256, and what has a place is whole.

1. Copy into a file beside the others, hashing on the way.
2. Flush it, and see that it has the size of its source.
3. Rename it to its place; flush the folders.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import uuid4

from dondoc.errors import DondocError

CHUNK = 1 << 20
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
INCOMING = "incoming"
UNUSED = "unused"
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class FileUnreadable(DondocError):
    """{file} cannot be read: {why}"""

    vi = "Không đọc được {file}: {why}"


class FileChanging(DondocError):
    """{file} changed while it was being read; close the program that writes it and try again."""

    vi = "{file} đang bị ghi trong lúc đọc; hãy đóng chương trình đang mở tệp rồi thử lại."


class StoreFull(DondocError):
    """The disk is full; {file} was not taken and nothing is lost."""

    vi = "Đĩa đã đầy; chưa nhận {file}, không có gì bị mất."
    exit_status = 1


class NotStored(DondocError):
    """There is no stored file {sha256}, or it is damaged."""

    vi = "Kho không có tệp {sha256}, hoặc tệp đã hỏng."
    exit_status = 1


class Stored(NamedTuple):
    sha256: str
    size: int


class FileStore:
    """May be shared by processes and machines that see the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, path: Path) -> Stored:
        """Returns once the content would survive a power cut. Raises FileUnreadable,
        FileChanging, StoreFull."""
        try:
            with path.open("rb") as source:
                before = os.fstat(source.fileno())
                with self._incoming() as part:
                    stored = _copy(source, part)
                    after = path.stat()
                    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                        raise FileChanging(file=path)
                    if stored.size != before.st_size or part.stat().st_size != stored.size:
                        raise FileChanging(file=path)
                    self._place(part, stored)
        except OSError as error:
            raise _failed(path, error) from error
        return stored

    def take(self, path: Path) -> Stored:
        """Moves a file of this file system to its place. Raises FileUnreadable, StoreFull."""
        try:
            with path.open("rb+") as file:
                stored = _digested(file)
                os.fsync(file.fileno())
            self._place(path, stored)
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _failed(Path(path.name), error) from error
        return stored

    def has(self, stored: Stored) -> bool:
        place = self.path(stored.sha256)
        return place.is_file() and place.stat().st_size == stored.size

    def open(self, sha256: str) -> BinaryIO:
        """Raises NotStored."""
        try:
            return self.path(sha256).open("rb")
        except OSError as error:
            raise NotStored(sha256=sha256) from error

    def check(self, stored: Stored) -> None:
        """Reads the whole file. Raises NotStored where it is missing or not what it was."""
        with self.open(stored.sha256) as file:
            found = _digested(file)
        if found != stored:
            raise NotStored(sha256=stored.sha256)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def placed(self) -> Iterator[Path]:
        """Every file that has its place."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _SHA256.fullmatch(path.name):
                yield path

    def set_aside(self) -> list[Path]:
        """Files that are to be removed unless they are missed."""
        return [path for path in (self.folder / UNUSED).glob("*") if _SHA256.fullmatch(path.name)]

    def lay_aside(self, path: Path, before: float) -> bool:
        """Out of its place, unless somebody handed it in again after `before` (seconds of the
        epoch): whoever does so finds it gone and brings it anew, or is seen here."""
        aside = self.folder / UNUSED / path.name
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.replace(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before:
            aside.replace(path)
            return False
        os.utime(aside)
        return True

    def bring_back(self, aside: Path) -> None:
        """To its place, where it is handed in anew already: nothing changes."""
        place = self.path(aside.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(place)
        os.utime(place)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        folder = self.folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / uuid4().hex
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)

    def _place(self, part: Path, stored: Stored) -> None:
        place = self.path(stored.sha256)
        if _renewed(place, stored.size):
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(place)
        for folder in (place.parent, place.parent.parent, self.folder):
            _flush_folder(folder)


def _renewed(place: Path, size: int) -> bool:
    """Whether it is there, whole; then it counts as handed in just now."""
    try:
        os.utime(place)
        return place.stat().st_size == size
    except OSError:  # it is gone, or another user's: a copy takes its place
        return False


def _failed(path: Path, error: OSError) -> DondocError:
    if error.errno in NO_SPACE:
        return StoreFull(file=path)
    return FileUnreadable(file=path, why=error.strerror or error)


def _digested(file: BinaryIO) -> Stored:
    digest = sha256()
    size = 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Stored(digest.hexdigest(), size)


def _copy(source: BinaryIO, part: Path) -> Stored:
    digest = sha256()
    size = 0
    with part.open("xb") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return Stored(digest.hexdigest(), size)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # knows no folder handles
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
