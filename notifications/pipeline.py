"""Letters over one line, in as few round trips as the server allows.

A letter is an envelope (MAIL, RCPT, DATA) and a body that ends in a lone dot. Where the server
offers PIPELINING (RFC 2920), the body of one letter travels in one write with the envelope of the
next: one round trip a letter instead of four.

    we      body of A, dot; MAIL, RCPT, DATA for B
    server  250 (A is accepted)  250  250  354 (go on with B)

Elsewhere every command waits for its reply. Either way only the letter whose dot was written and
not answered is in doubt when the line breaks: one a line.
"""

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Protocol

from notifications.alternative import seven_bit
from notifications.line import CLOSING, CUT_OFF, NO_ANSWER, Line, Reply, Talk
from notifications.parcel import ACCEPTED, DEFERRED, REFUSED, Outcome, Outgoing

GO_ON = 354
COMMANDS = 3
"""of an envelope"""
RCPT = 1
"""its place among them"""
FIRST_REFUSAL = 400
TOO_LARGE = 552
RSET = b"RSET\r\n"
LONE_DOT = b".\r\n"

_carried = re.compile(r"[!-;=?-~]+").fullmatch
"""what MAIL and RCPT can carry between their angle brackets"""
_own_carried = lru_cache(_carried)
"""most letters have the same sender"""
_DOTTED = re.compile(rb"\n\.")
"""looked for first: few letters have it, and `replace` takes twice as long to find nothing"""


class Counter(Protocol):
    """Where letters are fetched and their outcomes brought."""

    def fetch(self, line: Line) -> Outgoing | None:
        """None: nothing is left, for this line."""
        ...

    def answered(self, letter: Outgoing, seconds: float) -> None:
        """So long the server took to say whether it knows the recipient."""
        ...

    def put_back(self, letter: Outgoing) -> None:
        """It has certainly not left; another line may take it."""
        ...

    def tell(self, outcome: Outcome, *, blamed: bool = False) -> None:
        """`blamed`: it is the recipient's domain that is in the way."""
        ...


@dataclass(slots=True)
class Envelope:
    """`text` as it stands before the lone dot; `commands` one a line."""

    letter: Outgoing
    text: bytes
    commands: bytes


def sending(line: Line, counter: Counter) -> Talk:
    """Until nothing is left, the line breaks or it is spent."""
    ready: Envelope | None = None  # the server waits for this letter's body
    while not line.trouble:
        following = _next(line, counter)
        commands = b"" if following is None else following.commands
        at_once = commands if line.offer.pipelining else b""
        replies: list[Reply] = []
        line.body_out = said = ready is not None or bool(line.amends)
        if ready is not None:
            line.say(b"".join((ready.text, LONE_DOT, at_once)), ready.letter)
            replies = yield 1
            _delivered(line, counter, ready.letter, replies.pop(0) if replies else None)
        elif line.amends:  # what the server says to them changes nothing
            line.say(line.amends + at_once)
            replies = (yield 1)[1:]
        elif following is None:
            return
        ready, line.amends, line.body_out, line.waited = None, b"", False, 0.0
        if following is not None:
            if len(replies) < COMMANDS and not line.trouble:
                replies += yield from _asking(line, commands, len(replies), said=said)
            ready = _opened(line, counter, following, replies)
    if ready is not None:
        _not_sent(line, counter, ready.letter)


def _asking(
    line: Line, commands: bytes, answered: int, *, said: bool
) -> Generator[int, list[Reply], list[Reply]]:
    """Waits for the replies to an envelope that are not there yet: all in one write where the
    server allows it, `said` already or not; else one after the other and no further than the first
    refusal."""
    begun = monotonic()
    replies: list[Reply] = []
    if line.offer.pipelining:
        if not said:
            line.say(commands)
        replies = yield COMMANDS - answered
    else:
        for command in commands.splitlines(keepends=True):
            line.say(command)
            replies += yield 1
            if line.trouble or not replies[-1].positive:
                break
    line.waited = monotonic() - begun
    return replies


def _next(line: Line, counter: Counter) -> Envelope | None:
    while not line.spent and (letter := counter.fetch(line)) is not None:
        if _own_carried(letter.sender) and _carried(letter.recipient):
            line.begun += 1
            return _envelope(letter, line)
        why = f"SMTP cannot carry the address {letter.recipient}"
        counter.tell(Outcome(letter.letter_id, REFUSED, why))
    return None


def _envelope(letter: Outgoing, line: Line) -> Envelope:
    data = letter.data
    wide = not data.isascii()
    if wide and not line.offer.eight_bit:
        data, wide = seven_bit(data), False
    kind = " BODY=8BITMIME" if wide else ""
    size = f" SIZE={len(data)}" if line.offer.size else ""
    mail, rcpt = f"MAIL FROM:<{letter.sender}>{kind}{size}", f"RCPT TO:<{letter.recipient}>"
    text = data if letter.dotless else _stuffed(data)
    return Envelope(letter, text, f"{mail}\r\n{rcpt}\r\nDATA\r\n".encode())


def _stuffed(data: bytes) -> bytes:
    """A line that begins with a dot gets one more (RFC 5321, 4.5.2)."""
    if data.startswith(b"."):
        data = b"." + data
    return data.replace(b"\r\n.", b"\r\n..") if _DOTTED.search(data) else data


def _delivered(line: Line, counter: Counter, letter: Outgoing, reply: Reply | None) -> None:
    """Without a reply nobody knows whether the server took it: it will be sent again under the
    same Message-ID."""
    if reply is None:
        counter.tell(Outcome(letter.letter_id, DEFERRED, line.trouble))
    elif reply.done:
        line.accepted += 1
        counter.tell(Outcome(letter.letter_id, ACCEPTED, reply.text))
    else:
        counter.tell(_refused(letter, reply), blamed=True)


def _opened(
    line: Line, counter: Counter, asked: Envelope, replies: Sequence[Reply]
) -> Envelope | None:
    """The letter, where the server waits for its body."""
    if len(replies) > RCPT:
        counter.answered(asked.letter, line.waited)
    elif len(replies) == RCPT and replies[-1].positive and line.trouble == NO_ANSWER:
        counter.answered(asked.letter, line.waited)
        counter.tell(Outcome(asked.letter.letter_id, DEFERRED, NO_ANSWER), blamed=True)
        line.stalled = True
        return None
    waits = len(replies) == COMMANDS and replies[-1].code == GO_ON
    refusal = _refusal(replies)
    if refusal is None and waits:
        return asked
    line.amends = LONE_DOT if waits else RSET
    if refusal is not None and refusal.code != CLOSING:
        sender = refusal is replies[0]
        counter.tell(_refused(asked.letter, refusal, sender=sender), blamed=not sender)
    else:
        line.hang_up("replies in disorder")  # where the server has not done so itself
        _not_sent(line, counter, asked.letter)
    return None


def _refusal(replies: Sequence[Reply]) -> Reply | None:
    for reply in replies:
        if reply.code >= FIRST_REFUSAL:
            return reply
    return None


def _not_sent(line: Line, counter: Counter, letter: Outgoing) -> None:
    """Another line may take it, unless it is itself what breaks a line."""
    if line.accepted or line.trouble == CUT_OFF:
        return counter.put_back(letter)
    return counter.tell(Outcome(letter.letter_id, DEFERRED, line.trouble))


def _refused(letter: Outgoing, reply: Reply, *, sender: bool = False) -> Outcome:
    """A refused sender is our own trouble, not the recipient's: it stays deferred."""
    final = reply.code >= 500 and (reply.code == TOO_LARGE or not sender)
    return Outcome(letter.letter_id, REFUSED if final else DEFERRED, str(reply))
