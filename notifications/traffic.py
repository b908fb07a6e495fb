"""How many connections to the mail server are open, over all lists that are on their way, and
whether an urgent list needs one."""

import asyncio
from threading import Lock

PATIENCE = 5.0
"""seconds an urgent list waits for another to give up a line"""
LOOK_EVERY = 0.02


class Traffic:
    """Shared by threads; `most` connections at once, though lists that are not urgent do not wait
    for each other."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open = 0
        self._wanted = 0
        self._lock = Lock()

    @property
    def is_wanted(self) -> bool:
        """Whether a line should be given up."""
        return self._wanted > 0

    def opened(self) -> None:
        with self._lock:
            self._open += 1

    def closed(self) -> None:
        with self._lock:
            self._open -= 1

    async def room(self) -> None:
        """Waits until a connection may be opened, though not for long."""
        with self._lock:
            self._wanted += 1
        try:
            for _ in range(int(PATIENCE / LOOK_EVERY)):
                if self._open < self.most:
                    break
                await asyncio.sleep(LOOK_EVERY)
        finally:
            with self._lock:
                self._wanted -= 1
