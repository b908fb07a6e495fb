"""How much a request may bring, and how long it may take to bring it."""

import asyncio
import re
from collections.abc import Mapping

from fastapi import Request
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ORDINARY = 1_000_000
PATIENCE = 60.0
"""seconds between two pieces of a body"""
DRAINED = 64_000_000
"""bytes of a body that is too large which are still read, so that its sender sees the answer"""


def refuse_unwritable(request: Request) -> None:
    """No row's name holds a NUL, and no database may be asked for one."""
    if "\0" in request.url.path or "%00" in request.url.path or "%00" in request.url.query:
        raise HTTPException(404)


class BodyLimit:
    """`larger` maps a pattern of paths to the bytes that may come there. What is too large or too
    slow ends in the 413 or 408 page."""

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = [(re.compile(pattern), most) for pattern, most in larger.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self._most(scope["path"])
        body = _Body(receive, most=0 if _declared(scope) > most else most)
        try:
            await self.app(scope, body, send)
        except (OSError, DBAPIError):  # whoever still sends would not see the page that says so
            await body.drain()
            raise

    def _most(self, path: str) -> int:
        return next((most for known, most in self.larger if known.fullmatch(path)), ORDINARY)


def _declared(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


class _Body:
    """Of a request, piece by piece. Raises HTTPException 413 and 408 inside the reader."""

    def __init__(self, receive: Receive, *, most: int) -> None:
        self._receive = receive
        self._most = most
        self._got = 0
        self._more = True

    async def __call__(self) -> Message:
        message = await self._next()
        if self._got > self._most and message["type"] == "http.request":
            await self.drain()
            raise HTTPException(413)
        return message

    async def drain(self) -> None:
        """What still comes is read and forgotten, within bounds."""
        while self._more and self._got < DRAINED:
            await self._next()

    async def _next(self) -> Message:
        message = await _soon(self._receive)
        self._more = bool(message.get("more_body", False))
        self._got += len(message.get("body", b""))
        return message


async def _soon(receive: Receive) -> Message:
    try:
        return await asyncio.wait_for(receive(), PATIENCE)
    except TimeoutError as error:
        raise HTTPException(408) from error
