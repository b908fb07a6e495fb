"""What is given to a transport, and what it answers."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Outgoing(NamedTuple):
    """One message on its way; `day` is the letter's own day, not the moment of sending."""

    letter_id: int
    sender: str
    recipient: str
    message_id: str
    data: bytes
    day: date


class Verdict(StrEnum):
    """`deferred`: perhaps later; `refused`: never, and it is the recipient that is refused."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"


class Outcome(NamedTuple):
    letter_id: int
    verdict: Verdict
    answer: str
