"""What is given to a transport, and what it answers: letters go in as a list, a verdict comes out
for each."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from dondoc.words import Language


class Claimed(NamedTuple):
    """A letter's row as it was when it was claimed for sending."""

    id: int
    day: date
    address: str
    contact_id: int | None
    language: Language
    urgent: bool
    message_id: str
    created_at: datetime
    attempts: int
    payload: dict[str, Any] | None


class Outgoing(NamedTuple):
    """One message on its way; `day` is the letter's own day, not the moment of sending. `dotless`:
    certainly none of its lines begins with a dot, so that SMTP need not look for one."""

    letter_id: int
    sender: str
    recipient: str
    message_id: str
    data: bytes
    day: date
    urgent: bool = False
    attempts: int = 1
    dotless: bool = False


class Verdict(StrEnum):
    """`deferred`: perhaps later; `refused`: never, and it is the recipient that is refused.
    `slow`, `resting`: not tried, for its domain takes too long or puts everything off; `untried`:
    not begun, for the process ends."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    SLOW = "slow"
    RESTING = "resting"
    UNTRIED = "untried"


ACCEPTED, DEFERRED, REFUSED = Verdict.ACCEPTED, Verdict.DEFERRED, Verdict.REFUSED
"""By these names for each letter: to look a member up in its class takes as long as a call."""


class Outcome(NamedTuple):
    letter_id: int
    verdict: Verdict
    answer: str


class Witness(Protocol):
    """Hears of letters in the moment itself, before anything else may go wrong."""

    def note(self, taken: Sequence[Outcome], starting: Sequence[Outgoing]) -> None:
        """Those the server took, and those that are about to leave. Raises OSError where these
        must not."""
        ...

    def stopped(self) -> bool:
        """Whether no more letters shall be begun. Asked often, by any thread."""
        ...


class Transport(Protocol):
    def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
        """One outcome for each letter, as soon as it is known, in any order. Raises nothing for
        what a mail server or a network does, and ends well within a claim's lease; in seconds,
        once it is stopped."""
        ...

    def narrowed(self, connections: int) -> AbstractContextManager[None]:
        """Within it, no more connections than that; those of urgent letters are among them."""
        ...

    def hang_up(self) -> None:
        """There are no more letters for now. The next list may still be given."""
        ...
