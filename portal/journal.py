"""One line per request: what was asked, by whom, what came of it, how long it took."""

import logging
import re
from secrets import token_hex
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("portal.requests")

_SECRET = re.compile(r"^(/l|/sign-in)/[^/]+")


def shown(path: str) -> str:
    """Without what would let a reader of the log in, on one line."""
    return _SECRET.sub(r"\1/…", ascii(path)[1:-1])[:200]


class RequestLog:
    """Gives each request a number, which error pages show. `receive` waits are not told apart."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["number"] = token_hex(4)
        start, status = perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            log.info(
                "%s %s %s %.0f ms %s #%s",
                scope["method"],
                shown(scope["path"]),
                status,
                (perf_counter() - start) * 1000,
                state.get("who", "-"),
                state["number"],
                extra={"action": "request"},
            )
