"""The letters of one list in lanes, one a recipient domain, so that a domain that answers slowly,
or puts everything off, holds up nobody but itself.

    unknown    has not answered yet: one letter at a time, after those that are prompt
    prompt     as many as its pace and the connections allow
    slow       on half of the connections, and after all others
    resting    has put off letter after letter: the rest is not tried now

Of several connections one is kept for domains that are known to be prompt while these have letters.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from dondoc.pace import Pace
from dondoc.tables import domain_of
from notifications.domains import NO_LIMIT, Paces
from notifications.parcel import DEFERRED, Outcome, Outgoing, Verdict

SLOW = 3.0
"""seconds a domain may take to answer for a recipient"""
LINGER, ALONE = 5.0, 60.0
ENOUGH = 10.0
"""seconds after which no answer is waited for any longer where others may be waiting"""
PUT_OFF = 3
"""letters put off one after the other before a domain rests"""
GREYLISTED = ("450", "451")
"""what a server that does not know us says the first time"""
AHEAD = 50
"""letters looked at in one go for one that may leave"""


class Temper(Enum):
    UNKNOWN = auto()
    PROMPT = auto()
    SLOW = auto()
    RESTING = auto()


UNKNOWN, PROMPT, SLOWLY, RESTING = Temper


@dataclass(eq=False)
class Lane:
    domain: str
    pace: Pace
    temper: Temper = UNKNOWN
    waiting: deque[Outgoing] = field(default_factory=deque)
    under_way: int = 0
    put_off: int = 0
    said: str = ""

    @property
    def hesitates(self) -> bool:
        """Whether its letters wait for the domain itself."""
        return self.temper is SLOWLY or (self.temper is UNKNOWN and self.under_way > 0)

    def is_full(self, carried: Mapping[str, int]) -> bool:
        """By its own pace."""
        pace = self.pace
        return pace is not NO_LIMIT and bool(
            (pace.messages and carried.get(self.domain, 0) >= pace.messages)
            or (pace.connections and self.under_way >= pace.connections)
        )


class Lanes:
    """A letter that was taken is `ended` or `put_back`."""

    def __init__(
        self, coming: Iterator[Outgoing], *, lines: int, paces: Paces, known: dict[str, Temper]
    ) -> None:
        """`known`: prompt and slow domains of earlier lists; kept up to date."""
        self._coming = coming
        self._known = known
        self._lines = lines
        self._paces = paces
        self._lanes: dict[str, Lane] = {}
        self._filled: dict[str, Lane] = {}
        self._of: dict[int, tuple[Lane, Outgoing]] = {}
        self._doubtful = 0
        self._exhausted = False
        self.met_prompt = False
        self._surprised = False

    @property
    def left(self) -> bool:
        """Whether a letter waits, though it may not be free to leave."""
        if not self._filled and not self._exhausted:
            self._pull()
        return bool(self._filled)

    @property
    def only_slow(self) -> bool:
        """Whether nothing is left or under way but letters whose domain has not answered in time
        or not yet."""
        busy = (*self._filled.values(), *(lane for lane, _ in self._of.values()))
        return self._exhausted and all(lane.hesitates for lane in busy)

    @property
    def patience(self) -> float:
        """Seconds for which slow domains may go on when no others are left in the list: they were
        found slow in it, and others may be waiting; or were known, and came last anyway."""
        return LINGER if self._surprised else ALONE

    def take(self, carried: Mapping[str, int]) -> Outgoing | None:
        """For a line that has `carried` so many letters to each domain."""
        if not self._filled and (letter := self._next()) is not None:
            lane = self._lane(letter)
            if lane.temper is PROMPT and not lane.is_full(carried):
                return self._begun(lane, letter)
            self._wait(lane, letter)
        chosen = self._choose(carried)
        if chosen is None:
            return None
        letter = chosen.waiting.popleft()
        if not chosen.waiting:
            del self._filled[chosen.domain]
        return self._begun(chosen, letter)

    def _begun(self, lane: Lane, letter: Outgoing) -> Outgoing:
        lane.under_way += 1
        if lane.temper is PROMPT:
            self.met_prompt = True
        else:
            self._doubtful += 1
        self._of[letter.letter_id] = lane, letter
        return letter

    def may_carry(self, letter: Outgoing, carried: Mapping[str, int]) -> bool:
        pace = self._of[letter.letter_id][0].pace
        return not pace.messages or carried.get(domain_of(letter.recipient), 0) < pace.messages

    def answered(self, letter: Outgoing, seconds: float) -> bool:
        """What the server said to its recipient took so long; whether that changes anything."""
        if not self._doubtful and seconds <= SLOW:
            return False
        lane, _ = self._of[letter.letter_id]
        temper = PROMPT if seconds <= SLOW else SLOWLY
        news = lane.temper is not temper and lane.temper is not RESTING
        if news:
            self._now(lane, temper)
        return news

    def ended(self, outcome: Outcome, *, blamed: bool) -> None:
        """`blamed`: the domain's own answer, not trouble with the line."""
        letter_id, verdict, answer = outcome
        if letter_id not in self._of:
            return
        lane, letter = self._of.pop(letter_id)
        self._leave(lane)
        if verdict is not DEFERRED:
            lane.put_off = 0
        elif blamed and not (letter.attempts == 1 and answer.startswith(GREYLISTED)):
            lane.put_off += 1
            lane.said = answer
            if lane.put_off >= PUT_OFF:
                self._now(lane, RESTING)

    def put_back(self, letter: Outgoing) -> None:
        lane, _ = self._of.pop(letter.letter_id)
        self._leave(lane)
        lane.waiting.appendleft(letter)
        self._filled[lane.domain] = lane

    def give_up(self, *, slow: bool) -> list[Outcome]:
        """What is not tried now: letters of resting domains, and of slow ones where it is time."""
        over = [
            lane
            for lane in self._filled.values()
            if lane.temper is RESTING or (slow and lane.temper is SLOWLY)
        ]
        found = []
        for lane in over:
            del self._filled[lane.domain]
            verdict = Verdict.SLOW if lane.temper is SLOWLY else Verdict.RESTING
            found += [Outcome(one.letter_id, verdict, lane.said) for one in lane.waiting]
            lane.waiting.clear()
        return found

    def rest(self) -> Iterator[Outgoing]:
        """All that wait, in no order; nothing is left afterwards."""
        for lane in self._filled.values():
            yield from lane.waiting
            lane.waiting.clear()
        self._filled.clear()
        yield from self._coming

    def _choose(self, carried: Mapping[str, int]) -> Lane | None:
        """Those that wait already come first, slow ones last. A connection that would stand idle
        may try one more unknown domain."""
        return (
            self._free(carried)
            or self._pull_free(carried)
            or self._unknown(carried)
            or self._free(carried, slow=True)
        )

    def _free(self, carried: Mapping[str, int], *, slow: bool = False) -> Lane | None:
        for lane in self._filled.values():
            if (lane.temper is SLOWLY) is slow and self._is_free(lane, carried):
                return lane
        return None

    def _unknown(self, carried: Mapping[str, int]) -> Lane | None:
        if self._doubtful >= self._lines:
            return None
        return next(
            (
                lane
                for lane in self._filled.values()
                if lane.temper is UNKNOWN and not lane.under_way and not lane.is_full(carried)
            ),
            None,
        )

    def _pull_free(self, carried: Mapping[str, int]) -> Lane | None:
        for _ in range(AHEAD):
            lane = self._pull()
            if lane is None:
                return None
            if lane.temper is not SLOWLY and self._is_free(lane, carried):
                return lane
        return None

    def _pull(self) -> Lane | None:
        letter = self._next()
        if letter is None:
            return None
        lane = self._lane(letter)
        self._wait(lane, letter)
        return lane

    def _next(self) -> Outgoing | None:
        letter = next(self._coming, None)
        self._exhausted = letter is None
        return letter

    def _lane(self, letter: Outgoing) -> Lane:
        domain = domain_of(letter.recipient)
        lane = self._lanes.get(domain)
        if lane is None:
            lane = self._lanes[domain] = Lane(domain, self._paces.of(domain))
            lane.temper = self._known.get(domain, UNKNOWN)
            self._surprised = self._surprised or lane.temper is not SLOWLY
        return lane

    def _wait(self, lane: Lane, letter: Outgoing) -> None:
        lane.waiting.append(letter)
        self._filled[lane.domain] = lane

    def _is_free(self, lane: Lane, carried: Mapping[str, int]) -> bool:
        if lane.is_full(carried):
            return False
        if lane.temper is PROMPT:
            return True
        if self._doubtful >= max(1, self._lines - 1):
            return False
        if lane.temper is SLOWLY:
            return lane.under_way < max(1, self._lines // 2)
        return lane.temper is UNKNOWN and not lane.under_way

    def _leave(self, lane: Lane) -> None:
        lane.under_way -= 1
        if lane.temper is not PROMPT:
            self._doubtful -= 1

    def _now(self, lane: Lane, temper: Temper) -> None:
        was, lane.temper = lane.temper, temper
        if was is temper:
            return
        self._known[lane.domain] = UNKNOWN if temper is RESTING else temper
        change = (temper is not PROMPT) - (was is not PROMPT)
        self._doubtful += change * lane.under_way
