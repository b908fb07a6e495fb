"""Several processes send where there is much to send: Python uses one core a process.

Each is a `notifications.member`: one more process on the same rows, no more; claims keep them
apart.
"""

import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from dondoc.settings import Settings
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
COMMAND = (sys.executable, "-m", "notifications.member")


def send(post: Post, now: datetime, stopped: Callable[[], bool] = bool) -> Drained:
    """Together with as many more processes as there are to be senders. One that dies reports
    nothing; its letters are claimed again."""
    members = post.senders - 1
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
        own_share = replace(post, transport=open_transport(order.settings))
        own = send_here(own_share, now, stopped=stopped)
        return sum((_report(member) for member in started), own)
    finally:
        for member in started:
            _dismiss(member)


def _start() -> Member:
    return subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603


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
