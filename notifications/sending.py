"""What waits in the outbox leaves, batch by batch."""

from collections.abc import Callable
from datetime import datetime

from notifications.composing import composer
from notifications.outbox import Drained, drain
from notifications.post import Post
from notifications.recovering import recover


def send_here(post: Post, now: datetime, *, stopped: Callable[[], bool] = bool) -> Drained:
    """In this process, until nothing is left or it is `stopped` between two batches."""
    if post.journals is not None:
        recover(post.database, post.journals, now=now, settings=post.settings)
    total = Drained()
    try:
        while not stopped():
            done = _one_batch(post, now if post.clock is None else post.clock())
            total += done
            if sum(done) < post.batch:
                break
    finally:
        post.transport.hang_up()
    return total


def _one_batch(post: Post, now: datetime) -> Drained:
    return drain(
        post.database,
        post.transport,
        now=now,
        compose=composer(post.hours),
        settings=post.settings,
        only_urgent=not post.hours.are_open(now),
        write=post.write,
        limit=post.batch,
        journals=post.journals,
    )
