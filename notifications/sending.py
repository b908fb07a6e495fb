"""What waits in the outbox leaves, batch by batch."""

from collections.abc import Callable
from datetime import datetime

from notifications.composing import composer
from notifications.outbox import Drained, drain
from notifications.post import Post
from notifications.recovering import recover


def send_here(
    post: Post,
    now: datetime,
    *,
    stopped: Callable[[], bool] = bool,
    only_urgent: bool = False,
) -> Drained:
    """In this process, until nothing is left or it is `stopped`. What is not urgent waits for
    office hours."""
    if post.journals is not None:
        recover(post.database, post.journals, now=now, settings=post.settings)
    total = Drained()
    try:
        while not stopped():
            at = now if post.clock is None else post.clock()
            urgent = only_urgent or not post.hours.are_open(at)
            done = _one_batch(post, at, only_urgent=urgent, stopped=stopped)
            total += done
            if sum(done) < post.batch:
                break
    finally:
        post.transport.hang_up()
    return total


def _one_batch(
    post: Post, now: datetime, *, only_urgent: bool, stopped: Callable[[], bool]
) -> Drained:
    return drain(
        post.database,
        post.transport,
        now=now,
        compose=composer(post.hours),
        settings=post.settings,
        only_urgent=only_urgent,
        write=post.write,
        limit=post.batch,
        journals=post.journals,
        paces=post.paces,
        stopped=stopped,
    )
