"""A plan's figures, counted no more often than they are worth.

What took long to count is kept for a while: twenty times as long as it took, a minute at most. Of
few units they are counted for each look; of ten thousand they may be some seconds old, and the page
says of when they are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import NamedTuple

from sqlalchemy.orm import Session

from dondoc.standing import Rates, rates
from dondoc.tables import Plan

WORTH = 20
LONGEST = timedelta(minutes=1)


class Counted(NamedTuple):
    rates: Rates
    until: float


class Figures:
    """Shared by all visitors of a process: while one counts the others wait for it."""

    def __init__(self, timer: Callable[[], float] = monotonic) -> None:
        self._timer = timer
        self._lock = Lock()
        self._counting: dict[tuple[int, int], Lock] = {}
        self._known: dict[tuple[int, int], Counted] = {}

    def of(self, session: Session, plan: Plan, now: datetime) -> Rates:
        """A plan that was amended is counted anew at once."""
        key = plan.id, plan.revision
        with self._lock:
            counting = self._counting.setdefault(key, Lock())
        with counting:
            known = self._known.get(key)
            if known is not None and self._fresh(known, now):
                return known.rates
            start = self._timer()
            found = rates(session, plan, now, brief=True)
            taken = self._timer() - start
            keep = min(WORTH * taken, LONGEST.total_seconds())
            self._known[key] = Counted(found, start + taken + keep)
            return found

    def _fresh(self, known: Counted, now: datetime) -> bool:
        return self._timer() < known.until and now - known.rates.now < LONGEST
