"""A letter's objects are freed as soon as nobody needs them; looking for circles among them takes a
tenth of the time it takes to send."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

SELDOM = 20_000
"""allocations between two looks"""


@contextmanager
def not_looked_for() -> Iterator[None]:
    """While a program is loaded nothing becomes litter; what was loaded first is never looked
    through again."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            keep_loaded()
            gc.enable()


@cache
def keep_loaded() -> None:
    """Once in a process."""
    gc.freeze()


@contextmanager
def looked_for_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(max(SELDOM, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
