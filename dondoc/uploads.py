"""Files on their way. A line may break at any byte: what has come stays, and the next piece begins
where it ended."""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dondoc.errors import DondocError

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
        if not self.folder.is_dir():
            return 0
        old = [entry.path for entry in os.scandir(self.folder) if entry.stat().st_mtime < before]
        for path in old:
            Path(path).unlink(missing_ok=True)
        return len(old)
