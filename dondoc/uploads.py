"""Files on their way. A line may break at any byte: what has come stays, and the next piece begins
where it ended."""

import fcntl
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dondoc.errors import DondocError

KEPT = 30
"""days a file that broke off waits for the rest of it"""
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


class UploadElsewhere(DondocError):
    """This file is being sent by another window; please wait until that has finished."""

    vi = "Tệp này đang được gửi ở một cửa sổ khác; xin chờ gửi xong."


class Uploads:
    """One file for each key: 32 hexadecimal digits. The folder is on the store's file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"no key of an upload: {key!r}")
        return self.folder / key

    def received(self, key: str) -> int:
        """Bytes; 0 where nothing came yet."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            return 0

    @contextmanager
    def appending(self, key: str) -> Iterator[BinaryIO]:
        """For one writer at a time. Raises UploadElsewhere, OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path(key).open("ab", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UploadElsewhere from error
            yield file

    def discard(self, key: str) -> None:
        with suppress(FileNotFoundError):
            self.path(key).unlink()

    def discard_old(self, days: int) -> int:
        """Files that nothing was added to for so long; how many."""
        before = time.time() - days * 86_400
        return sum(_discarded(path, before) for path in self._all())

    def _all(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []


def _discarded(path: Path, before: float) -> bool:
    """The last piece may have come, or another process been first, a moment ago."""
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < before:
            path.unlink()
            return True
    return False


def open_uploads(data: Path) -> Uploads:
    """Of an installation."""
    return Uploads(data / "files" / "uploads")
