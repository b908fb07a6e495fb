"""`python -m notifications.member`, one of a crew: reads its order from its input, sends until
nothing is left and its starter has said that no more is coming, and prints what it did. It stops
when its input ends, because its starter did or wants it to, or at a signal, which may come to all
of them at once. Where nobody is there any more to read what it did, it says nothing."""

import json
import os
import pickle
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread
from types import FrameType

from dondoc.database import open_database
from notifications.crew import SIZE, Order
from notifications.litter import looked_for_seldom, not_looked_for
from notifications.opening import open_post, utc_now
from notifications.sending import send_here


def main() -> None:
    complete, ending = Event(), Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        told = _told()
    except EOFError:
        return
    with not_looked_for():  # the calendar is loaded with it
        order: Order = pickle.loads(told)  # noqa: S301  # from our own starter
    database = open_database(order.settings.url)
    opened = open_post(order.settings, database, order.hours)
    clock = None if order.now else utc_now
    paces = replace(opened.paces, part=order.part)
    post = replace(opened, batch=order.batch, clock=clock, paces=paces)
    Thread(target=_listen, args=(complete, ending), daemon=True).start()
    share = order.connections or order.settings.smtp_connections
    with looked_for_seldom(), post.transport.narrowed(share):
        done = send_here(
            post,
            order.now or utc_now(),
            stopped=ending.is_set,
            coming=lambda: not complete.is_set(),
        )
    database.close()
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), json.dumps(done).encode())


def _told() -> bytes:
    """Nothing beyond the order is read: what follows it comes later. Raises EOFError where the
    starter ended before it had said it."""
    return _read(int.from_bytes(_read(SIZE), "big"))


def _read(size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = os.read(sys.stdin.fileno(), size - len(found))
        if not part:
            raise EOFError
        found += part
    return found


def _listen(complete: Event, ending: Event) -> None:
    """A word says that no more is coming, the end of the input that it is over."""
    if os.read(sys.stdin.fileno(), 1):
        complete.set()
        os.read(sys.stdin.fileno(), 1)
    ending.set()


if __name__ == "__main__":
    main()
