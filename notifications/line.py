"""One open SMTP connection: commands out, replies back, in order. Who greets, takes up TLS and
logs in is aiosmtplib; from there on the line has the connection to itself.

What is said over it is a `Talk`, a generator that waits at each `yield` for the replies to what it
has just said. The line goes on with it as soon as they have come, with no task and no timer for
each letter.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import NamedTuple, cast

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from notifications.parcel import Outgoing

CLOSING = 421
NO_ANSWER = "no answer in time"
CUT_OFF = "no answer before the sender ended"
LONGEST_REPLY = 32_768
REMEMBERED = 64
"""replies"""
FAREWELL = 2.0
"""seconds a server gets to say goodbye"""
FAILURES = (SMTPException, OSError, EOFError)
"""what aiosmtplib raises where a connection cannot be opened or used"""


def answer(error: BaseException) -> str:
    """The server's own words where it spoke."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__


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


class Heard(NamedTuple):
    """What a server said: whole replies, the beginning of one more, and why it is no use to go on
    with it."""

    replies: tuple[Reply, ...]
    rest: bytes = b""
    over: str = ""


@lru_cache(REMEMBERED)
def _heard(data: bytes) -> Heard:
    """A server says the same to letter after letter."""
    *lines, rest = data.split(b"\n")
    replies, said = list[Reply](), list[bytes]()
    for line in lines:
        said.append(line)
        if line[3:4] == b"-":
            continue
        if not line[:3].isdigit():
            odd = line[:80].decode(errors="replace").strip()
            return Heard(tuple(replies), over=f"no SMTP reply: {odd}")
        replies.append(Reply(int(line[:3]), _text(said)))
        said.clear()
    closing = replies and replies[-1].code == CLOSING
    return Heard(tuple(replies), b"\n".join([*said, rest]), str(replies[-1]) if closing else "")


def _text(lines: Iterable[bytes]) -> str:
    words = b"\n".join(line[4:].strip() for line in lines)
    return words.replace(b"\0", b"").decode(errors="replace")


@dataclass(slots=True)
class Offer:
    """What the server said at EHLO that it can do."""

    pipelining: bool
    eight_bit: bool
    size: bool


Talk = Generator[int, list[Reply], None]
"""How many replies it waits for; there are fewer where the line broke."""
Said = Callable[["Line", bytes, Outgoing | None], None]
"""Hears what is said over a line, and whose text is part of it; writes it when it may leave."""


class Line(asyncio.Protocol):
    """`trouble` says why the line is dead; it is empty while it can be used. `amends` is what
    the server must hear first, after a letter it refused. `asked_at`: when something was asked of
    it last; `waited`: seconds the last commands waited for their replies; `body_out`: a text was
    written and not answered; `stalled`: dead, but by a recipient's domain; `carried`: letters to
    each domain, where that is counted."""

    def __init__(self, client: SMTP, *, timeout: float, most: int = 0) -> None:
        self.offer = Offer(
            *(client.supports_extension(name) for name in ("pipelining", "8bitmime", "size"))
        )
        self.trouble = ""
        self.amends = b""
        self.accepted = 0
        self.begun = 0
        self.asked_at = 0.0
        self.waited = 0.0
        self.stalled = False
        self.body_out = False
        self.carried: Counter[str] = Counter()
        self._most = most
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._replies: list[Reply] = []
        self._wanted = 0
        self._talk: Talk | None = None
        self._said: Said = Line.write
        self._alarm: asyncio.TimerHandle | None = None
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._transport = cast(asyncio.Transport, client.transport)
        self._transport.set_protocol(self)
        if self._transport.is_closing():
            self.trouble = "connection lost"

    @property
    def spent(self) -> bool:
        """Whether it has carried as many letters as one connection may."""
        return 0 < self._most <= self.begun

    async def carry(self, talk: Talk, said: Said | None = None) -> None:
        """To its end. Raises what the talk raises."""
        if self._replies and not self.trouble:  # nobody had asked
            self.hang_up(str(self._replies[0]))
        self._talk, self._ended = talk, self._loop.create_future()
        self._said = said or Line.write
        self.asked_at = monotonic()
        self._watch()
        self._go_on(None)
        try:
            await self._ended
        finally:
            self._talk = None
            if self._alarm is not None:
                self._alarm.cancel()

    def _go_on(self, heard: list[Reply] | None) -> None:
        """With the talk, until it waits for a reply."""
        talk, self._talk = self._talk, None
        if talk is None:
            return
        try:
            wanted = talk.send(heard)  # type: ignore[arg-type]  # None starts it
            while self.trouble:
                wanted = talk.send([])
        except StopIteration:
            self._ended.set_result(None)
        except BaseException as error:  # noqa: BLE001  # whoever waits for the end gets it
            self._ended.set_exception(error)
        else:
            self._talk, self._wanted, self.asked_at = talk, wanted, monotonic()

    def say(self, words: bytes, letter: Outgoing | None = None) -> None:
        """`letter`: whose text is part of it."""
        self._said(self, words, letter)

    def write(self, words: bytes, _letter: Outgoing | None = None) -> None:
        self._transport.write(words)

    def data_received(self, data: bytes) -> None:
        said = self._rest + data
        if len(said) > LONGEST_REPLY:
            return self.hang_up("endless reply")
        replies, self._rest, over = _heard(said)
        self._replies += replies
        if over:
            return self.hang_up(over)
        if len(self._replies) >= self._wanted:
            self._answered()
        return None

    def _answered(self) -> None:
        if self._talk is not None:
            heard, self._replies = self._replies, []
            self._go_on(heard)

    def connection_lost(self, exc: Exception | None) -> None:
        self.hang_up(str(exc or "") or "connection lost")

    def hang_up(self, why: str) -> None:
        self.trouble = self.trouble or why
        self._transport.abort()
        self._answered()

    def _watch(self) -> None:
        """Once in a while, however many are the answers."""
        left = self.asked_at + self._timeout - monotonic()
        if left > 0:
            self._alarm = self._loop.call_later(left, self._watch)
        else:
            self.hang_up(NO_ANSWER)

    async def say_goodbye(self) -> None:
        if not self.trouble:
            self._timeout = FAREWELL
            await self.carry(_goodbye(self))
        self._transport.abort()
        self.trouble = self.trouble or "closed"


def _goodbye(line: Line) -> Talk:
    line.say(b"QUIT\r\n")
    yield 1
