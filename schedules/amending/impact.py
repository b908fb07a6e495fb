"""What an amendment does, counted: shown before it is approved, and kept with it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from dondoc.plan.differing import Differences
from dondoc.words import Words


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A date as the plan prints it; `inclusive` false: *trước ngày*."""

    due_on: date
    last_on: date

    @property
    def inclusive(self) -> bool:
        return self.due_on == self.last_on


@dataclass(frozen=True, kw_only=True)
class Which:
    """One date of one milestone; `label` is empty where there is only one."""

    milestone: str
    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """`units` whose date moved. `extended`: whose own extension runs longer than the new date and
    holds; `overtaken`: whose extension the new date reaches. `reopened`: was late, and is not."""

    which: Which
    before: Printed
    after: Printed
    units: int
    extended: int = 0
    overtaken: int = 0
    reopened: bool = False


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A date that is asked for anew, or no longer, and of whom. `silent`: past already, collected
    but never pressed. `whole`: the date itself came or went, not only some of its units."""

    which: Which
    due: Printed
    units: tuple[str, ...]
    whole: bool
    silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who gets a letter about it, and what it says."""

    which: Which
    what: Words
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Stays:
    """What was handed in for a date the amendment touches, and stays as it is."""

    which: Which
    units: int


@dataclass(kw_only=True)
class Impact:
    """`version` is the number the plan gets. `cancelled` and `armed` count planned notices by
    local date. `readers` counts the addresses that get a letter; `unreached` are units to be told
    whose officers' seats are all vacant. `undone`: earlier amendments this one takes back."""

    plan: str
    version: int
    differences: Differences
    moved: list[Moved] = field(default_factory=list)
    added: list[Owed] = field(default_factory=list)
    dropped: list[Owed] = field(default_factory=list)
    cancelled: Counter[date] = field(default_factory=Counter)
    armed: Counter[date] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)
    readers: int = 0
    unreached: tuple[str, ...] = ()
    stays: list[Stays] = field(default_factory=list)
    undone: tuple[Words, ...] = ()

    @property
    def facts(self) -> dict[str, object]:
        """For the record; what is zero is left out."""
        counts = {
            "moved": sum(one.units for one in self.moved),
            "added": sum(len(one.units) for one in self.added),
            "dropped": sum(len(one.units) for one in self.dropped),
            "cancelled": self.cancelled.total(),
            "armed": self.armed.total(),
            "told": self.readers,
        }
        named = {"milestones": list(self.differences.milestones)}
        return named | {name: count for name, count in counts.items() if count}
