"""Units wait for one another, the office for none of them: when a thousand open their lists at
eight o'clock, only so many of those pages are made at a time."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

AT_ONCE = 2
UNITS = ("/unit", "/l/")


class Turns:
    """A turn ends when the answer begins, so that a slow line holds nobody up. What units send has
    its threads in `portal.aside`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._free = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_page_of_unit(scope):
            await self.app(scope, receive, send)
            return
        await self._free.acquire()
        held = True

        async def sending(message: Message) -> None:
            nonlocal held
            if held:
                held = False
                self._free.release()
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            if held:
                self._free.release()


def _is_page_of_unit(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    return path.startswith(UNITS)
