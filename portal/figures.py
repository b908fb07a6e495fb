"""What is counted no more often than it is worth: a plan's figures, the letters to come.

What took long to count is kept for a while: twenty times as long as it took, a minute at most. Of
few units it is counted for each look; of ten thousand it may be some seconds old, and the page
says of when it is.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock, Thread
from time import monotonic
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy.orm import Session

from dondoc.standing import Rates, rates
from dondoc.tables import Plan

WORTH = 20
LONGEST = timedelta(minutes=1)
PATIENCE = 0.1
"""seconds a page waits for what takes long to count"""
COUNTING = "counting"
"""a thread that may still read the database when its page is long answered"""
Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class _Counted(NamedTuple, Generic[Found]):
    found: Found
    at: datetime
    until: float


class Kept(Generic[Key, Found]):
    """Shared by all visitors of a process: while one counts the others wait for it."""

    def __init__(
        self, timer: Callable[[], float] = monotonic, *, patience: float = PATIENCE
    ) -> None:
        self._timer = timer
        self.patience = patience
        self._lock = Lock()
        self._counting: dict[Key, Lock] = {}
        self._known: dict[Key, _Counted[Found]] = {}
        self._forgotten = 0

    def get(self, key: Key, now: datetime, count: Callable[[], Found]) -> Found:
        with self._lock:
            counting = self._counting.setdefault(key, Lock())
        with counting:
            known = self._known.get(key)
            if known is not None and self._timer() < known.until and now - known.at < LONGEST:
                return known.found
            start, forgotten = self._timer(), self._forgotten
            found = count()
            taken = self._timer() - start
            keep = min(WORTH * taken, LONGEST.total_seconds())
            with self._lock:
                if forgotten == self._forgotten:
                    self._known[key] = _Counted(found, now, start + taken + keep)
            return found

    def soon(self, key: Key, now: datetime, count: Callable[[], Found]) -> Found | None:
        """`count` works in a thread of its own. None where it takes longer than a page may: who
        looks again finds what was counted meanwhile."""
        found: list[Found] = []
        counting = Thread(
            target=lambda: found.append(self.get(key, now, count)), name=COUNTING, daemon=True
        )
        counting.start()
        counting.join(self.patience)
        return found[0] if found else None

    def forget(self) -> None:
        """Somebody has just changed what was counted."""
        with self._lock:
            self._forgotten += 1
            self._known.clear()


class Figures(Kept[tuple[int, int], Rates]):
    """Of plans; one that was amended is counted anew at once."""

    def of(self, session: Session, plan: Plan, now: datetime) -> Rates:
        key = plan.id, plan.revision
        return self.get(key, now, lambda: rates(session, plan, now, brief=True))
