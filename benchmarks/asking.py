"""One request to an application in the same process; no client's work is counted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, NamedTuple

KILOBYTE, MEGABYTE = 1_000, 1_024

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

Clock = Callable[[], float]
"""seconds"""


class Answer(NamedTuple):
    """Milliseconds of the given clock to the first byte and to the last; kilobytes as they
    travel."""

    status: int
    first: float
    whole: float
    kilobytes: float


async def asked(
    app: Application,
    address: str,
    *,
    host: str,
    headers: Mapping[str, str],
    cookies: str,
    clock: Clock,
) -> Answer:
    path, _, query = address.partition("?")
    fields = {"host": host, "accept-encoding": "gzip", "cookie": cookies, **headers}
    scope: Message = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "client": ("127.0.0.1", 40_000),
        "server": (host, 443),
    }
    found: dict[str, float] = {"status": 0, "bytes": 0}
    sent = False
    start = clock()

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            found["status"] = message["status"]
        elif message.get("body"):
            found.setdefault("first", clock() - start)
            found["bytes"] += len(message["body"])

    await app(scope, receive, send)
    whole = clock() - start
    first = found.get("first", whole)
    return Answer(int(found["status"]), first * 1000, whole * 1000, found["bytes"] / KILOBYTE)


def forget() -> None:
    """`most` counts from now on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def most() -> int:
    """Megabytes this process held at most."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // MEGABYTE
    return 0
