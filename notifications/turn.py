"""What the lines of a delivery have to say in one turn of the event loop is said at its end,
together: one note tells which letters leave with it, and which were taken."""

import asyncio

from notifications.line import Asked, Line
from notifications.parcel import Outcome, Witness


class Turn:
    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._taken: list[Outcome] = []
        self._saying: list[tuple[Line, Asked]] = []
        self._ends = False

    def taken(self, outcome: Outcome) -> None:
        self._taken.append(outcome)
        self._end_soon()

    def say(self, line: Line, asked: Asked) -> None:
        self._saying.append((line, asked))
        self._end_soon()

    def _end_soon(self) -> None:
        if not self._ends:
            self._ends = True
            asyncio.get_running_loop().call_soon(self.end)

    def end(self) -> None:
        """Where nothing can be noted, nothing is said any more."""
        self._ends = False
        saying = [(line, asked) for line, asked in self._saying if not line.trouble]
        starting = [asked.letter for _, asked in saying if asked.letter is not None]
        taken, self._taken, self._saying = self._taken, [], []
        try:
            if taken or starting:
                self._witness.note(taken, starting)
        except OSError as error:
            for line, _ in saying:
                line.hang_up(str(error))
        else:
            for line, asked in saying:
                line.write(asked)
