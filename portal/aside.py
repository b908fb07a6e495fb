"""What takes in files works in threads of its own: whoever only looks at a page need not queue
behind a hundred units that hand in at the same moment."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

AT_ONCE = 4
"""threads; more would only wait for the same disk and for SQLite's one writer, and compute in turn
with the office's pages"""

T = TypeVar("T")


class Aside:
    """One for each portal."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)

    async def __call__(self, function: Callable[..., T], *arguments: object) -> T:
        return await to_thread.run_sync(function, *arguments, limiter=self._limiter)
