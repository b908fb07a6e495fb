"""One list of letters on its way over the lines of an exchange."""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from itertools import chain, islice
from time import monotonic
from typing import Protocol

from dondoc.tables import domain_of
from notifications.ahead import Ahead
from notifications.domains import Paces
from notifications.lanes import ENOUGH, Lanes, Temper
from notifications.line import CUT_OFF, FAILURES, NO_ANSWER, Line, answer
from notifications.parcel import ACCEPTED, DEFERRED, Outcome, Outgoing, Verdict, Witness
from notifications.pipeline import sending
from notifications.traffic import NoPlace, Traffic
from notifications.turn import Turn

PATIENCE = 3
"""lines that may break one after the other, without a letter accepted between"""
LONGEST = 600.0
"""seconds after which what is not yet under way is left for later: below a claim's lease"""
LAST = 4.0
"""seconds for letters on their way to come to their end once no more shall be begun; all of the
service ends within ten"""
SLICE = 0.05
"""seconds for which outcomes are gathered before they are passed on"""


class Exchange(Protocol):
    """Where lines are opened, and wait between two letters."""

    lines: list[Line]

    async def open_line(self) -> Line:
        """Raises FAILURES, and ValueError for a setting that cannot be used."""
        ...

    async def end_line(self, line: Line) -> None: ...


class Delivery:
    """One list on its way. A line that cannot be opened leaves its letters to the others; what
    nobody could take is deferred; where other processes have all the connections it waits for one,
    and is given back if none becomes free. Once it is stopped, no letter is begun any more."""

    def __init__(
        self,
        exchange: Exchange,
        letters: Iterable[Outgoing],
        witness: Witness,
        *,
        traffic: Traffic,
        paces: Paces,
        known: dict[str, Temper],
    ) -> None:
        """`known`: how recipient domains answered to earlier lists; kept up to date."""
        self.ahead = Ahead(iter(letters))
        coming = iter(self.ahead)
        first = list(islice(coming, 1))
        self.exchange = exchange
        self.witness = witness
        self.turn = Turn(witness)
        self.traffic = traffic
        self.counts = bool(paces)
        self.urgent = any(letter.urgent for letter in first)
        self.lanes = Lanes(chain(first, coming), lines=traffic.most, paces=paces, known=known)
        self.at_hand: dict[Line, Outgoing] = {}
        self.talking: set[Line] = set()
        self.opening: set[asyncio.Task[Line]] = set()
        self.told: list[Outcome] = []
        self.trouble = ""
        self.workers: set[asyncio.Task[None]] = set()
        self.accepted = 0
        self.until = 0.0
        self.stopped = False
        self.over = False
        self.crowded_out = True
        self.busy_at = 0.0
        self.changed = asyncio.Event()

    async def start(self) -> None:
        self.busy_at = monotonic()
        self.until = self.busy_at + LONGEST
        if self.lanes.left:
            most = self.traffic.most
            self.workers = {asyncio.create_task(self._work()) for _ in range(most)}

    async def next_outcomes(self) -> list[Outcome]:
        """What is known by now, at least one; empty at the end."""
        while self.workers:
            done, self.workers = await asyncio.wait(self.workers, timeout=SLICE)
            for worker in done:
                worker.result()
            self.turn.end()
            await self._look_around()
            if self.told:
                break
        if not self.workers:
            self._defer_the_rest()
        outcomes, self.told = self.told, []
        return outcomes

    async def _look_around(self) -> None:
        """Domains that are in the way are given up, and a line where somebody needs it more."""
        now = monotonic()
        self.over = self._gives_way() or self._is_over(now)
        if self.stopped or self.witness.stopped():
            self._wind_up(now)
            return
        if not self.lanes.only_slow:
            self.busy_at = now
        over = now - self.busy_at > self.lanes.patience
        if over and self.lanes.met_prompt:
            self._cut_short(now)
        self.told += self.lanes.give_up(slow=over)
        if self.exchange.lines and self._gives_way():
            await self.exchange.end_line(self.exchange.lines.pop())

    def _wind_up(self, now: float) -> None:
        """What is on its way has a while; a text that is not answered then is in doubt."""
        if not self.stopped:
            self.stopped, self.over, self.until = True, True, now + LAST
            self.changed.set()
        elif now > self.until:
            for line in list(self.talking):
                line.hang_up(CUT_OFF)
            for opening in self.opening:
                opening.cancel()

    def _cut_short(self, now: float) -> None:
        """The list would end but for a recipient's domain that does not answer; the next list may
        be waiting. No text is on the wire, so that nothing is in doubt."""
        for line in list(self.talking):
            if now - line.asked_at > ENOUGH and not line.body_out:
                line.hang_up(NO_ANSWER)

    def _defer_the_rest(self) -> None:
        verdict, why = DEFERRED, self.trouble
        if self.stopped or self.crowded_out:
            verdict, why = Verdict.UNTRIED, ""
        self.told += [Outcome(letter.letter_id, verdict, why) for letter in self.lanes.rest()]

    async def _work(self) -> None:
        broken = 0
        while broken < PATIENCE and (letter := await self._next_letter()) is not None:
            try:
                line = await self._line(letter)
            except NoPlace:
                self.put_back(letter)
                await asyncio.sleep(SLICE)
                continue
            except (*FAILURES, ValueError, asyncio.CancelledError) as error:
                self.put_back(letter)
                self.trouble, self.crowded_out = answer(error), False
                return
            self.crowded_out = False
            before = self.accepted
            self.at_hand[line] = letter
            self.talking.add(line)
            await line.carry(sending(line, self), self.turn.said)
            self.talking.discard(line)
            if (left := self.at_hand.pop(line, None)) is not None:
                self.put_back(left)
            if not line.trouble and not line.spent and not self._gives_way():
                self.exchange.lines.append(line)
                continue
            if line.trouble and not line.stalled:
                self.trouble = line.trouble
                broken = 1 if self.accepted > before else broken + 1
            await self.exchange.end_line(line)

    async def _next_letter(self) -> Outgoing | None:
        """Waits while letters are left that may not leave yet."""
        while not self._is_over(monotonic()):
            if not self._gives_way() and (letter := self.lanes.take({})) is not None:
                return letter
            if not self.lanes.left and not self.opening:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), SLICE)
            self.changed.clear()
        return None

    async def _line(self, letter: Outgoing) -> Line:
        """An open one that may carry the letter, or a new one. Meanwhile nobody else goes home:
        the letter may come back."""
        while self.exchange.lines:
            line = self.exchange.lines.pop()
            if not line.trouble and self.lanes.may_carry(letter, line.carried):
                return line
            await self.exchange.end_line(line)
        opening = asyncio.create_task(self._open())
        self.opening.add(opening)
        try:
            return await opening
        finally:
            self.opening.discard(opening)

    async def _open(self) -> Line:
        await self.traffic.enter(urgent=self.urgent)
        with ExitStack() as undone:
            undone.callback(self.traffic.closed)
            line = await self.exchange.open_line()
            undone.pop_all()
        return line

    def _gives_way(self) -> bool:
        return not self.urgent and self.traffic.is_wanted

    def _is_over(self, now: float) -> bool:
        """Whether it is stopped, or too late."""
        if self.stopped or now <= self.until:
            return self.stopped
        self.trouble = self.trouble or f"not reached within {LONGEST:.0f} s"
        return True

    def fetch(self, line: Line) -> Outgoing | None:
        letter = self.at_hand.pop(line, None) if self.at_hand and not self.stopped else None
        if letter is None and not self.over:
            if self.turn.was_short:
                self.ahead.write_a_few()
            letter = self.lanes.take(line.carried)
        if letter is not None and self.counts:
            line.carried[domain_of(letter.recipient)] += 1
        return letter

    def answered(self, letter: Outgoing, seconds: float) -> None:
        if self.lanes.answered(letter, seconds):
            self.changed.set()

    def put_back(self, letter: Outgoing) -> None:
        self.lanes.put_back(letter)
        self.changed.set()

    def tell(self, outcome: Outcome, *, blamed: bool = False) -> None:
        if outcome.verdict is ACCEPTED:
            self.accepted += 1
            self.turn.taken(outcome)
        self.lanes.ended(outcome, blamed=blamed)
        self.told.append(outcome)
        self.changed.set()
