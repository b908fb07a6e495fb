"""What a transport told its witness."""

from collections.abc import Callable
from dataclasses import dataclass, field

from notifications.parcel import Outcome, Outgoing


@dataclass
class Seen:
    """`full`: nothing can be noted any more, as on a full disk, from this many letters on;
    `ends`: whether no more shall be begun."""

    full: int | None = None
    ends: Callable[[], bool] = bool
    begun: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    unsettled: list[int] = field(default_factory=list)

    def starting(self, letter: Outgoing) -> None:
        if self.full is not None and len(self.begun) >= self.full:
            raise OSError(28, "No space left on device")
        self.begun.append(letter.letter_id)
        self.unsettled.clear()

    def stopped(self) -> bool:
        return self.ends()

    def accepted(self, outcome: Outcome) -> None:
        self.taken.append(outcome.letter_id)
        self.unsettled.append(outcome.letter_id)

    def settled(self) -> None:
        self.unsettled.clear()
