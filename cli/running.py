"""One `dondoc up` per data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dondoc.errors import DondocError

LOCK = "up.lock"


class AlreadyRunning(DondocError):
    """dondoc is already running on the data folder {folder} (process {pid})."""

    vi = "dondoc đang chạy trên thư mục dữ liệu {folder} (tiến trình {pid})."


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock; the kernel frees it when the process ends, however it ends.

    Raises AlreadyRunning."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise AlreadyRunning(folder=folder, pid=file.read().strip() or "?") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
