"""A letter's facts in the shape the templates print: sorted, in sections, never endless."""

from collections.abc import Sequence
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from notifications.content import Bucket, Content, Item, Pressed, Summary, Waiting
from notifications.labels import labels

LINES = 50

T = TypeVar("T")


class Listed(NamedTuple, Generic[T]):
    """What is printed of a list, and how many lines are left out."""

    shown: Sequence[T]
    more: int

    def __bool__(self) -> bool:
        return bool(self.shown) or self.more > 0


class Section(NamedTuple):
    title: str
    items: Listed[Item]


class Owing(NamedTuple):
    """A unit that has not delivered, with the evidence that it was told."""

    unit_name: str
    told_on: date | None
    note: str
    promised: date | None


class Matter(NamedTuple):
    """One thing overdue, and by whom: what a leader asks first. `n` counts all of them."""

    item: Item
    n: int
    units: Listed[Owing]


class Standing(NamedTuple):
    """One plan of the digest."""

    summary: Summary
    due_this_week: Listed[Item]
    latest: Listed[Item]


class View(NamedTuple):
    """`first` is the item the letter is about; counts are of everything, printed or not."""

    sections: tuple[Section, ...]
    first: Item | None
    plans: tuple[str, ...]
    n: int
    n_overdue: int
    n_ahead: int
    n_changed: int
    n_returned: int
    n_taken: int
    n_today: int
    matters: Listed[Matter]
    n_pressed: int
    waiting: Listed[Waiting]
    n_waiting: int
    n_left_lying: int
    left_by: tuple[str, ...]
    """offices below the reader that have not decided in time"""
    standings: Listed[Standing]


class _Room:
    """The lines a letter still has."""

    def __init__(self, lines: int) -> None:
        self.left = lines

    def listed(self, rows: Sequence[T]) -> Listed[T]:
        shown = rows[: self.left]
        self.left -= len(shown)
        return Listed(shown, len(rows) - len(shown))


def view(content: Content, lines: int = LINES) -> View:
    """No list of the letter longer than `lines`."""
    items = sorted(content.items, key=_urgency)
    room = _Room(lines)
    return View(
        sections=_sections(items, room, content),
        first=_first(items, content.name),
        plans=_plans(content),
        n=len(items),
        n_overdue=sum(item.bucket is Bucket.OVERDUE for item in items),
        n_ahead=sum(item.bucket not in (Bucket.OVERDUE, Bucket.DROPPED) for item in items),
        n_changed=sum(item.changed for item in items),
        n_returned=sum(item.returned is not None for item in items),
        n_taken=sum(bool(item.taken_from) for item in items),
        n_today=sum(item.bucket is Bucket.TODAY for item in items),
        matters=_matters(content.pressed, lines),
        n_pressed=sum(len(pressed.items) for pressed in content.pressed),
        waiting=_Room(lines).listed(content.waiting),
        n_waiting=sum(waiting.count for waiting in content.waiting if not waiting.collector),
        n_left_lying=sum(waiting.count for waiting in content.waiting if waiting.collector),
        left_by=tuple(dict.fromkeys(one.collector for one in content.waiting if one.collector)),
        standings=_standings(content.summaries, lines),
    )


def _urgency(item: Item) -> tuple[int, object, str, str]:
    """Overdue the latest first; what is to come, the earliest first."""
    return (list(Bucket).index(item.bucket), item.last_on, item.plan_code, item.milestone)


def _first(items: Sequence[Item], name: str) -> Item | None:
    """The longest overdue where the letter is about that, the next one changed where it is about
    changes, else the next one due."""
    buckets = [Bucket.OVERDUE] if name == "overdue" else list(Bucket)[1:]
    meant = [item for item in items if item.bucket in buckets]
    if name == "returned":
        meant = [item for item in items if item.returned]
    if name == "taken_over":
        meant = [item for item in items if item.taken_from]
    if name in ("changed", "extension"):
        changed = [item for item in items if item.changed]
        meant = sorted(changed, key=lambda item: item.was is None)
    return next(iter(meant or items), None)


def _plans(content: Content) -> tuple[str, ...]:
    below = [item for unit in content.pressed for item in unit.items]
    named = {
        item.plan_code: f"{item.plan_number} “{item.plan}”".strip()
        for item in (*content.items, *below)
    }
    return tuple(named.values())


def _sections(items: Sequence[Item], room: _Room, content: Content) -> tuple[Section, ...]:
    """What is returned leads the letter about it, whenever it is due."""
    leading = [item for item in items if content.name == "returned" and item.returned]
    rest = [item for item in items if item not in leading]
    parts = [("to_correct", leading)]
    parts += [(bucket.value, [item for item in rest if item.bucket is bucket]) for bucket in Bucket]
    titles = labels(content.language)
    listed = ((titles[title], room.listed(some)) for title, some in parts)
    return tuple(Section(title, some) for title, some in listed if some)


def _matters(pressed: Sequence[Pressed], lines: int) -> Listed[Matter]:
    """What most units owe comes first; a matter is a line, and so is each unit under it."""
    owing: dict[Item, list[Owing]] = {}
    for unit in pressed:
        for item in unit.items:
            same = item.but({"unit": "", "unit_name": "", "promised": None})
            own = Owing(unit.unit_name, unit.told_on, unit.note, item.promised)
            owing.setdefault(same, []).append(own)
    room = _Room(lines)
    found = room.listed(sorted(owing, key=lambda item: (-len(owing[item]), item.last_on)))
    shown = [Matter(item, len(owing[item]), room.listed(owing[item])) for item in found.shown]
    return Listed(shown, found.more)


def _standings(summaries: Sequence[Summary], lines: int) -> Listed[Standing]:
    """A plan is a line; so is each item under it."""
    room = _Room(lines)
    plans = room.listed(summaries)
    shown = [
        Standing(plan, room.listed(plan.due_this_week), room.listed(plan.latest))
        for plan in plans.shown
    ]
    return Listed(shown, plans.more)
