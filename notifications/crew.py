"""Several processes send where there is much to send: Python uses one core a process.

Each is a `notifications.member`: one more process on the same rows, no more; claims keep them
apart. It works for as long as its input is open.
"""

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from select import POLLIN, poll
from typing import NamedTuple

from dondoc.settings import Settings
from notifications.domains import ALONE, Part
from notifications.outbox import Drained
from notifications.post import Hours, Post
from notifications.sending import send_batch, send_here


class Order(NamedTuple):
    """`now` where no clock is to be read; `part`: of the domains that one process sends to;
    `connections`: its share of them, 0: all."""

    settings: Settings
    hours: Hours
    batch: int
    now: datetime | None
    part: Part = ALONE
    connections: int = 0


AT_ONCE = 100
"""letters"""
COMPLETE = b"."
"""the word to a member that no more is coming"""
SIZE = 4
"""bytes that tell how long an order is"""
Member = subprocess.Popen[bytes]
JOIN = """\
import os
from notifications.litter import not_looked_for
with not_looked_for():
    from notifications.member import main
main()
os._exit(0)
"""
"""Nothing is left to do then: taking the interpreter apart takes a quarter of a second, for which
whoever started it would wait."""
COMMAND = (sys.executable, "-c", JOIN)
LOOK_EVERY = 0.2
"""seconds between two looks at whether it is stopped"""


def send(
    post: Post,
    now: datetime,
    stopped: Callable[[], bool] = bool,
    filling: Iterable[object] = (),
) -> Drained:
    """Together with as many more processes as there are to be senders; they send already while
    this one is `filling` the outbox, step by step. All stop when it is `stopped`. One that dies
    reports nothing; its letters are claimed again."""
    own, *theirs = _orders(post, now)
    own_share = replace(post, paces=replace(post.paces, part=own.part))
    started = [_start() for _ in theirs]
    try:
        for member, order in zip(started, theirs, strict=True):
            _tell(member, order)
        with post.transport.narrowed(own.connections):
            done = _fill(filling, own_share, now, stopped)
            for member in started:
                _write(member, COMPLETE)
            done += send_here(own_share, now, stopped=stopped)
            for member in started:
                _wait(member, stopped)
    finally:
        own_share.transport.hang_up()
        told = _dismiss(started)
    return sum((_report(words) for words in told), done)


def _fill(
    filling: Iterable[object], post: Post, now: datetime, stopped: Callable[[], bool]
) -> Drained:
    """Some letters leave at once, before the others have started."""
    done = Drained()
    for step, _ in enumerate(filling):
        if stopped():
            break
        if step == 0:
            done = send_batch(replace(post, batch=AT_ONCE), now, stopped=stopped)
            post.transport.hang_up()
    return done


def _orders(post: Post, now: datetime) -> list[Order]:
    """The connections are shared, and the domains whose pace one process keeps."""
    share, over = divmod(post.settings.smtp_connections, post.senders)
    return [
        Order(
            settings=post.settings,
            hours=post.hours,
            batch=post.batch,
            now=now if post.clock is None else None,
            part=Part(number, post.senders),
            connections=max(1, share + (number < over)),
        )
        for number in range(post.senders)
    ]


def _start() -> Member:
    return subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603


def _tell(member: Member, order: Order) -> None:
    pickled = pickle.dumps(order)
    _write(member, len(pickled).to_bytes(SIZE, "big") + pickled)


def _write(member: Member, words: bytes) -> None:
    if member.stdin is not None:
        with suppress(BrokenPipeError):
            member.stdin.write(words)
            member.stdin.flush()


def _wait(member: Member, stopped: Callable[[], bool]) -> None:
    """Until it reports or ends: its output tells at once; asking for its end would sleep between
    two looks."""
    if member.stdout is None:
        return
    told = poll()
    told.register(member.stdout, POLLIN)
    while not (told.poll(LOOK_EVERY * 1_000) or stopped()):
        continue


def _dismiss(members: Sequence[Member]) -> list[bytes]:
    """What they say of their work. Those that are at it end what is on its way, all at once."""
    for member in members:
        if member.stdin is not None:
            with suppress(BrokenPipeError):
                member.stdin.close()
            member.stdin = None
    return [member.communicate()[0] for member in members]


def _report(told: bytes) -> Drained:
    return Drained(*json.loads(told)) if told else Drained()
