"""Signals that ask a command to end: it ends its work in order, instead of dropping it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def told_to_end() -> Iterator[Event]:
    """Set by the first of them; afterwards they mean what they meant before. For the main thread
    only."""
    told = Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        told.set()

    before = [(number, signal.signal(number, tell)) for number in SIGNALS]
    try:
        yield told
    finally:
        for number, known in before:
            signal.signal(number, known)
