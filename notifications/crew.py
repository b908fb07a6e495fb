"""Several processes send where there is much to send: Python uses one core a process.

`python -m notifications.crew` is one of them. It reads its order from its input, sends until
nothing is left, or until its input ends because its starter did, and prints what it did. It is one
more process on the same rows, no more: claims keep them apart.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import Event, Thread
from typing import NamedTuple

from dondoc.database import open_database
from dondoc.settings import Settings
from notifications.litter import looked_for_seldom
from notifications.opening import open_post, utc_now
from notifications.outbox import Drained
from notifications.post import Hours, Post
from notifications.sending import send_here
from notifications.transport import open_transport


class Order(NamedTuple):
    """`now` where no clock is to be read."""

    settings: Settings
    hours: Hours
    batch: int
    now: datetime | None


Member = subprocess.Popen[bytes]


def send(post: Post, now: datetime, *, members: int) -> Drained:
    """Together with `members` more processes. One that dies reports nothing; its letters are
    claimed again."""
    share = max(1, post.settings.smtp_connections // (members + 1))
    order = Order(
        settings=post.settings.model_copy(update={"smtp_connections": share}),
        hours=post.hours,
        batch=post.batch,
        now=now if post.clock is None else None,
    )
    started = [_start() for _ in range(members)]
    try:
        for member in started:
            _tell(member, order)
        own = send_here(replace(post, transport=open_transport(order.settings)), now)
        return sum((_report(member) for member in started), own)
    finally:
        for member in started:
            _dismiss(member)


def _start() -> Member:
    command = (sys.executable, "-m", __name__)
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603


def _tell(member: Member, order: Order) -> None:
    """Its input stays open for as long as it shall work."""
    if member.stdin is not None:
        with suppress(BrokenPipeError):
            pickle.dump(order, member.stdin)
            member.stdin.flush()


def _report(member: Member) -> Drained:
    told = member.stdout.readline() if member.stdout is not None else b""
    return Drained(*json.loads(told)) if told else Drained()


def _dismiss(member: Member) -> None:
    """One that still works marks what it knows."""
    if member.poll() is None and sys.exc_info()[0] is not None:
        member.send_signal(signal.SIGINT)
    with suppress(BrokenPipeError):
        member.communicate()


def main() -> None:
    order: Order = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own starter
    database = open_database(order.settings.url)
    opened = open_post(order.settings, database, order.hours)
    clock = None if order.now else utc_now
    post = replace(opened, batch=order.batch, clock=clock)
    alone = Event()
    Thread(target=_wait_for_the_end, args=(alone,), daemon=True).start()
    with looked_for_seldom():
        done = send_here(post, order.now or utc_now(), stopped=alone.is_set)
    database.close()
    print(json.dumps(done), flush=True)  # noqa: T201


def _wait_for_the_end(alone: Event) -> None:
    os.read(sys.stdin.fileno(), 1)
    alone.set()


if __name__ == "__main__":
    main()
