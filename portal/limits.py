"""How much a request may bring, and how long it may take to bring it."""

import asyncio
import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ORDINARY = 1_000_000
PATIENCE = 60.0
"""seconds between two pieces of a body"""
DRAINED = 64_000_000
"""bytes of a body that is too large which are still read, so that its sender sees the answer"""


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
        if _declared(scope) > most:
            await self.app(scope, _refusing(receive, most=0), send)
            return
        await self.app(scope, _refusing(receive, most=most), send)

    def _most(self, path: str) -> int:
        return next((most for known, most in self.larger if known.fullmatch(path)), ORDINARY)


def _declared(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _refusing(receive: Receive, *, most: int) -> Receive:
    """Raises HTTPException 413 and 408 inside the reader."""
    got = 0

    async def limited() -> Message:
        nonlocal got
        message = await _soon(receive)
        got += len(message.get("body", b""))
        if got > most and message["type"] == "http.request":
            await _drain(receive, message, got)
            raise HTTPException(413)
        return message

    return limited


async def _soon(receive: Receive) -> Message:
    try:
        return await asyncio.wait_for(receive(), PATIENCE)
    except TimeoutError as error:
        raise HTTPException(408) from error


async def _drain(receive: Receive, message: Message, got: int) -> None:
    while message.get("more_body", False) and got < DRAINED:
        message = await _soon(receive)
        got += len(message.get("body", b""))
