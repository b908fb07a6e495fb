"""What takes in files works in threads of its own, and gives way: whoever only looks at a page of
the office need not compute by turns with a hundred units that hand in at the same moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

AT_ONCE = 4
"""threads; more would only wait for the same disk and for SQLite's one writer"""
PATIENCE = 0.25
"""seconds that a piece of a file waits for pages, so that it comes in though there is always one"""

T = TypeVar("T")


class Aside:
    """One for each portal."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._limiter = CapacityLimiter(AT_ONCE)
        self._pages = 0
        self._quiet = Event()
        self._quiet.set()

    async def __call__(self, function: Callable[..., T], *arguments: object) -> T:
        work = to_thread.run_sync(self._after_pages, function, arguments, limiter=self._limiter)
        return await work

    @contextmanager
    def page(self) -> Iterator[None]:
        """While somebody's page is being made. For the thread of the event loop alone."""
        self._pages += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._pages -= 1
            if not self._pages:
                self._quiet.set()

    def give_way(self) -> None:
        """For work aside, between two steps and in no transaction."""
        self._quiet.wait(self._patience)

    def _after_pages(self, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
        self.give_way()
        return function(*arguments)
