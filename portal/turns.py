"""Units wait for one another, the office for none of them: when a thousand open their lists at
eight o'clock, only so many of those pages are made at a time; when a hundred hand in, the office's
page comes first."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.aside import Aside

AT_ONCE = 2
UNITS = ("/unit", "/l/")
OFFICE = ("/office",)


class Turns:
    """A turn ends when the answer begins, so that a slow line holds nobody up. What units send has
    its threads in `portal.aside`."""

    def __init__(self, app: ASGIApp, *, aside: Aside) -> None:
        self.app = app
        self._aside = aside
        self._free = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_page(scope, UNITS):
            await self._free.acquire()
            await self._during(self._released(), scope, receive, send)
        elif _is_page(scope, OFFICE):
            await self._during(self._aside.page(), scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _during(
        self, turn: AbstractContextManager[None], scope: Scope, receive: Receive, send: Send
    ) -> None:
        with ExitStack() as held:
            held.enter_context(turn)

            async def sending(message: Message) -> None:
                held.close()
                await send(message)

            await self.app(scope, receive, sending)

    @contextmanager
    def _released(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._free.release()


def _is_page(scope: Scope, of: tuple[str, ...]) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    return path.startswith(of)
