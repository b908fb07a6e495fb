"""What a transport told its witness."""

from collections.abc import Callable, Sequence
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

    def note(self, taken: Sequence[Outcome], starting: Sequence[Outgoing]) -> None:
        self.taken += [outcome.letter_id for outcome in taken]
        if self.full is not None and starting and len(self.begun) + len(starting) > self.full:
            raise OSError(28, "No space left on device")
        self.begun += [letter.letter_id for letter in starting]

    def stopped(self) -> bool:
        return self.ends()
