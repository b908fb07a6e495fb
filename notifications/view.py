"""A letter's facts in the shape the templates print: sorted, in sections, never endless."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from dondoc.words import Language, Words
from notifications.content import Bucket, Content, Item, Pressed, Summary, Waiting
from notifications.labels import labels

LINES = 50
PLAN = Words("kế hoạch {plan}", "plan {plan}")

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
    n_today: int
    pressed: Listed[Pressed]
    n_pressed: int
    waiting: Listed[Waiting]
    n_waiting: int
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
        sections=_sections(items, room, content.language),
        first=_first(items, content.name),
        plans=tuple(dict.fromkeys(_plan(item, content.language) for item in items)),
        n=len(items),
        n_overdue=sum(item.bucket is Bucket.OVERDUE for item in items),
        n_ahead=sum(item.bucket is not Bucket.OVERDUE for item in items),
        n_today=sum(item.bucket is Bucket.TODAY for item in items),
        pressed=_pressed(content.pressed, lines),
        n_pressed=sum(len(pressed.items) for pressed in content.pressed),
        waiting=_Room(lines).listed(content.waiting),
        n_waiting=sum(waiting.count for waiting in content.waiting),
        standings=_standings(content.summaries, lines),
    )


def _urgency(item: Item) -> tuple[int, object, str, str]:
    """Overdue the latest first; what is to come, the earliest first."""
    return (list(Bucket).index(item.bucket), item.last_on, item.plan_code, item.milestone)


def _first(items: Sequence[Item], name: str) -> Item | None:
    """The longest overdue where the letter is about that, else the next one due."""
    buckets = [Bucket.OVERDUE] if name == "overdue" else list(Bucket)[1:]
    meant = (item for item in items if item.bucket in buckets)
    return next(meant, items[0] if items else None)


def _plan(item: Item, language: Language) -> str:
    named = f"{item.plan_number} “{item.plan}”".strip()
    return PLAN.text(language, plan=named)


def _sections(items: Sequence[Item], room: _Room, language: Language) -> tuple[Section, ...]:
    found = []
    for bucket in Bucket:
        listed = room.listed([item for item in items if item.bucket is bucket])
        if listed:
            found.append(Section(labels(language)[bucket.value], listed))
    return tuple(found)


def _pressed(pressed: Sequence[Pressed], lines: int) -> Listed[Pressed]:
    """A line is an item, under its unit's name."""
    left = lines
    shown = []
    for unit in pressed:
        items = unit.items[:left]
        left -= len(items)
        if items or not unit.items:
            shown.append(unit.model_copy(update={"items": items}))
    return Listed(shown, sum(len(unit.items) for unit in pressed) - (lines - left))


def _standings(summaries: Sequence[Summary], lines: int) -> Listed[Standing]:
    """A plan is a line; so is each item under it."""
    room = _Room(lines)
    plans = room.listed(summaries)
    shown = [
        Standing(plan, room.listed(plan.due_this_week), room.listed(plan.latest))
        for plan in plans.shown
    ]
    return Listed(shown, plans.more)
