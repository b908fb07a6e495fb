"""Letters are written before a line asks for them: many at once, as by turns, a letter at a time,
each would find the mail server asleep; and a few more whenever it is the server that is slower, so
that more of its answers are there when one looks next."""

from collections import deque
from collections.abc import Iterator
from itertools import islice

from notifications.parcel import Outgoing

MANY, FEW = 200, 5
MOST = 2 * MANY
"""that wait for a line"""


class Ahead:
    """Gives the letters in their order; `coming` writes each when it is asked for it."""

    def __init__(self, coming: Iterator[Outgoing]) -> None:
        self._coming = coming
        self._written: deque[Outgoing] = deque()

    def __iter__(self) -> Iterator[Outgoing]:
        while self._written or self._write(MANY):
            yield self._written.popleft()

    def write_a_few(self) -> None:
        if len(self._written) < MOST:
            self._write(FEW)

    def _write(self, letters: int) -> bool:
        self._written.extend(islice(self._coming, letters))
        return bool(self._written)
