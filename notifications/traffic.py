"""How many connections to the mail server are open, over all lists that are on their way, and
whether an urgent list needs one."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from notifications.places import Places

PATIENCE = 5.0
"""seconds an urgent list waits for another to give up a line"""
LOOK_EVERY = 0.02


class NoPlace(Exception):
    """All connections are in use, by other lists or by other processes."""


class Traffic:
    """Shared by threads; `most` connections at once, though lists that are not urgent do not wait
    for each other. With `places` all processes of a machine have so many together, and nobody but
    an urgent list has one more."""

    def __init__(self, most: int, places: Places | None = None) -> None:
        self.most = most
        self._places = places
        self._held: list[int | None] = []
        self._wanted = 0
        self._elsewhere = False
        self._looked_at = 0.0
        self._lock = Lock()

    @property
    def is_wanted(self) -> bool:
        """Whether a line should be given up."""
        return self._wanted > 0 or self._is_wanted_elsewhere()

    async def enter(self, *, urgent: bool) -> None:
        """Before a connection is opened. An urgent list waits for it, though not for long. Raises
        NoPlace, and OSError where it cannot be told."""
        if urgent:
            with self._asking() as wanted:
                for _ in range(int(PATIENCE / LOOK_EVERY)):
                    if len(self._held) < self.most and self._take():
                        return
                    if len(self._held) < self.most and not wanted:
                        wanted.extend(self._want())
                    await asyncio.sleep(LOOK_EVERY)
            with self._lock:
                self._held.append(None)
        elif not self._take():
            raise NoPlace

    def closed(self) -> None:
        with self._lock:
            place = self._held.pop()
        if place is not None:
            os.close(place)

    def _take(self) -> bool:
        place = None if self._places is None else self._places.take()
        if place is None and self._places is not None:
            return False
        with self._lock:
            self._held.append(place)
        return True

    @contextmanager
    def _asking(self) -> Iterator[list[int]]:
        """What it gives holds the file that tells the other processes."""
        wanted: list[int] = []
        with self._lock:
            self._wanted += 1
        try:
            yield wanted
        finally:
            with self._lock:
                self._wanted -= 1
            for file in wanted:
                os.close(file)

    def _want(self) -> list[int]:
        file = None if self._places is None else self._places.want()
        return [] if file is None else [file]

    def _is_wanted_elsewhere(self) -> bool:
        """Asked before each letter, looked at now and then."""
        now = monotonic()
        if self._places is not None and now - self._looked_at > LOOK_EVERY:
            self._looked_at, self._elsewhere = now, self._places.are_wanted()
        return self._elsewhere
