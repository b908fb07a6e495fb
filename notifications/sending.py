"""What waits in the outbox leaves, batch by batch."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import sleep

from notifications.composing import composer
from notifications.outbox import Drained, drain
from notifications.post import Post
from notifications.recovering import recover

PAUSE = 0.02
"""seconds after which one looks again for what another puts into the outbox"""


def send_here(
    post: Post,
    now: datetime,
    *,
    stopped: Callable[[], bool] = bool,
    coming: Callable[[], bool] = bool,
    only_urgent: bool = False,
) -> Drained:
    """In this process, until nothing is left and no more is `coming`, or it is `stopped`. What is
    not urgent waits for office hours, also where they end in the middle of a batch."""
    if post.journals is not None:
        recover(post.database, post.journals, now=now, settings=post.settings)
    total, more = Drained(), True
    try:
        while more and not stopped():
            expecting = coming()
            done = send_batch(post, now, stopped=stopped, only_urgent=only_urgent)
            total += done
            more = expecting or sum(done) >= post.batch
            if expecting and not any(done):
                sleep(PAUSE)
    finally:
        post.transport.hang_up()
    return total


def _is_over(post: Post, stopped: Callable[[], bool]) -> bool:
    return stopped() or (post.clock is not None and not post.hours.are_open(post.clock()))


def send_batch(
    post: Post, now: datetime, *, stopped: Callable[[], bool], only_urgent: bool = False
) -> Drained:
    """The lines stay open: the caller hangs up."""
    at = now if post.clock is None else post.clock()
    urgent = only_urgent or not post.hours.are_open(at)
    return drain(
        post.database,
        post.transport,
        now=at,
        compose=composer(post.hours),
        settings=post.settings,
        only_urgent=urgent,
        write=post.write,
        limit=post.batch,
        journals=post.journals,
        paces=post.paces,
        stopped=stopped if urgent else partial(_is_over, post, stopped),
    )
