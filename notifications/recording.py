"""A transport for rehearsals: takes everything, but for what the scenario makes it refuse."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from notifications.parcel import Outcome, Outgoing, Transport, Verdict, Witness

Decide = Callable[[str], Verdict]
"""What the mail server answers for an address, at the rehearsal's present moment."""


class Recorder:
    """Passes on what it accepts to `inner`, where there is one (letters saved to a folder)."""

    def __init__(self, decide: Decide, inner: Transport | None = None) -> None:
        self._decide = decide
        self._inner = inner

    def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
        accepted = []
        for letter in letters:
            verdict = self._decide(letter.recipient)
            if verdict is Verdict.ACCEPTED:
                accepted.append(letter)
            else:
                yield Outcome(letter.letter_id, verdict, "rehearsal")
        if self._inner is not None:
            yield from self._inner.deliver(accepted, witness)
        else:
            yield from (Outcome(one.letter_id, Verdict.ACCEPTED, "") for one in accepted)

    def narrowed(self, connections: int) -> AbstractContextManager[None]:
        del connections
        return nullcontext()

    def hang_up(self) -> None:
        if self._inner is not None:
            self._inner.hang_up()
