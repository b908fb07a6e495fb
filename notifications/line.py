"""One open SMTP connection: commands out, replies back, in order. Who greets, takes up TLS and
logs in is aiosmtplib; from there on the line has the connection to itself."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, cast

from aiosmtplib import SMTP

CLOSING = 421
LONGEST_REPLY = 32_768
FAREWELL = 2.0
"""seconds a server gets to say goodbye"""


class Reply(NamedTuple):
    code: int
    text: str

    @property
    def done(self) -> bool:
        return 200 <= self.code < 300

    @property
    def positive(self) -> bool:
        return self.code < 400

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Offer(NamedTuple):
    """What the server said at EHLO that it can do."""

    pipelining: bool
    eight_bit: bool
    size: bool


class Line(asyncio.Protocol):
    """`trouble` says why the line is dead; it is empty while it can be used. `amends` is what
    the server must hear first, after a letter it refused."""

    def __init__(self, client: SMTP, *, timeout: float, most: int = 0) -> None:
        self.offer = Offer(
            *(client.supports_extension(name) for name in ("pipelining", "8bitmime", "size"))
        )
        self.trouble = ""
        self.amends = b""
        self.accepted = 0
        self.begun = 0
        self._most = most
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._said: list[bytes] = []
        self._replies: list[Reply] = []
        self._wanted = 0
        self._answered: asyncio.Future[None] | None = None
        self._transport = cast(asyncio.Transport, client.transport)
        self._transport.set_protocol(self)
        if self._transport.is_closing():
            self.trouble = "connection lost"

    @property
    def spent(self) -> bool:
        """Whether it has carried as many letters as one connection may."""
        return 0 < self._most <= self.begun

    async def exchange(
        self, first: bytes, then: Sequence[bytes]
    ) -> tuple[Reply | None, list[Reply]]:
        """The replies to `first`, which may be empty, and to each command `then`: all in one write
        where the server allows it, else one after the other and no further than the first refusal.
        What is not answered before the line breaks has no reply."""
        if not self.offer.pipelining:
            taken = await self._ask(first, 1) if first else []
            return (taken[0] if taken else None), await self._one_by_one(then)
        replies = await self._ask(b"".join((first, *then)), bool(first) + len(then))
        if first:
            return (replies[0] if replies else None), replies[1:]
        return None, replies

    async def _one_by_one(self, commands: Sequence[bytes]) -> list[Reply]:
        replies: list[Reply] = []
        for command in commands:
            replies += await self._ask(command, 1)
            if self.trouble or not replies[-1].positive:
                break
        return replies

    async def _ask(self, data: bytes, wanted: int) -> list[Reply]:
        if self._replies and not self.trouble:  # nobody had asked
            self.hang_up(str(self._replies[0]))
        if self.trouble:
            return []
        self._wanted = wanted
        self._answered = self._loop.create_future()
        self._transport.write(data)
        alarm = self._loop.call_later(self._timeout, self.hang_up, "no answer in time")
        await self._answered
        alarm.cancel()
        replies, self._replies, self._answered = self._replies, [], None
        return replies

    def data_received(self, data: bytes) -> None:
        if len(self._rest) + len(data) + sum(map(len, self._said)) > LONGEST_REPLY:
            return self.hang_up("endless reply")
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._said.append(line)
            if line[3:4] == b"-":
                continue
            if not line[:3].isdigit():
                return self.hang_up(f"no SMTP reply: {line[:80].decode(errors='replace').strip()}")
            self._replies.append(_reply(self._said))
            self._said = []
        if self._replies and self._replies[-1].code == CLOSING:
            return self.hang_up(str(self._replies[-1]))
        return self._wake(len(self._replies) >= self._wanted)

    def connection_lost(self, exc: Exception | None) -> None:
        self.hang_up(str(exc or "") or "connection lost")

    def hang_up(self, why: str) -> None:
        self.trouble = self.trouble or why
        self._transport.abort()
        self._wake(True)

    def _wake(self, enough: bool) -> None:  # noqa: FBT001
        if enough and self._answered is not None and not self._answered.done():
            self._answered.set_result(None)

    async def say_goodbye(self) -> None:
        if not self.trouble:
            self._timeout = FAREWELL
            await self._ask(b"QUIT\r\n", 1)
        self._transport.abort()
        self.trouble = self.trouble or "closed"


def _reply(lines: Sequence[bytes]) -> Reply:
    text = b"\n".join(line[4:].strip() for line in lines).replace(b"\0", b"")
    return Reply(int(lines[-1][:3]), text.decode(errors="replace"))
