"""What the lines of a delivery have to say in one turn of the event loop is said at its end,
together: one note tells which letters leave with it, and which were taken."""

import asyncio

from notifications.line import Line
from notifications.parcel import Outcome, Outgoing, Witness

SHORT = 2
"""lines"""


class Turn:
    """`was_short`: few lines had an answer the last time; the others waited for theirs."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._taken: list[Outcome] = []
        self._saying: list[tuple[Line, bytes, Outgoing | None]] = []
        self._ends = False
        self.was_short = False

    def taken(self, outcome: Outcome) -> None:
        self._taken.append(outcome)
        if not self._ends:
            self._end_soon()

    def said(self, line: Line, words: bytes, letter: Outgoing | None) -> None:
        self._saying.append((line, words, letter))
        if not self._ends:
            self._end_soon()

    def _end_soon(self) -> None:
        self._ends = True
        asyncio.get_running_loop().call_soon(self.end)

    def end(self) -> None:
        """Where nothing can be noted, nothing is said any more."""
        self._ends = False
        saying = [one for one in self._saying if not one[0].trouble]
        starting = [letter for _, _, letter in saying if letter is not None]
        taken, self._taken, self._saying = self._taken, [], []
        self.was_short = len(saying) <= SHORT
        try:
            if taken or starting:
                self._witness.note(taken, starting)
        except OSError as error:
            for line, _, _ in saying:
                line.hang_up(str(error))
        else:
            for line, words, _ in saying:
                line.write(words)
