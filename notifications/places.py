"""Connections to a mail server are counted over all processes of a machine: each that is open has
one of so many places, a file that is locked for as long. Who is killed leaves its places free."""

import fcntl
import os
from pathlib import Path

WANTED = "wanted"


class Places:
    """Numbered files in a folder, one for each of the `most` connections."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most

    def take(self) -> int | None:
        """An open file, free again once it is closed; None where no place is. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in range(self._most):
            if (place := self._locked(str(number), fcntl.LOCK_EX)) is not None:
                return place
        return None

    def want(self) -> int | None:
        """An open file that tells the others, until it is closed, that somebody needs a place more
        than they do; None where another says so already."""
        return self._locked(WANTED, fcntl.LOCK_EX)

    def are_wanted(self) -> bool:
        try:
            look = self._locked(WANTED, fcntl.LOCK_SH)
        except FileNotFoundError:  # no place has been taken yet
            return False
        if look is None:
            return True
        os.close(look)
        return False

    def _locked(self, name: str, how: int) -> int | None:
        file = os.open(self._folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        return file
