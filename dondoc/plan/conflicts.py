"""Mistakes between values, found even where the values around them are wrong too."""

from collections.abc import Iterable, Iterator
from typing import Any

from dondoc.plan.anchors import loose_ends
from dondoc.plan.due import Once, opens_late, parse_day, parse_due
from dondoc.plan.mistakes import Mistake, Unfit
from dondoc.plan.tree import Path, Tree, child
from dondoc.words import Words

RIGHT = Words("Hãy đặt mã khác", "Choose another code")


def conflicts(tree: Tree) -> Iterator[Mistake]:
    """Codes used twice, of events, milestones and of what one asks for; windows that end before
    they open; dates that hang on nothing."""
    milestones = list(_items(tree.value, ("milestones",)))
    named = [*_items(tree.value, ("events",)), *milestones]
    yield from _among(tree, sorted(named, key=lambda path: tree.place(path).line))
    yield from _loose(tree, named, milestones)
    for milestone in milestones:
        yield from _window(tree, milestone)
        wanted = [(*milestone, "hand_in", key) for key in ("components", "fields")]
        yield from _among(tree, [path for part in wanted for path in _items(tree.value, part)])


def _items(value: Any, path: Path) -> Iterator[Path]:
    for part in path:
        value = child(value, part)
    if isinstance(value, list):
        yield from ((*path, number) for number in range(len(value)))


def _among(tree: Tree, paths: Iterable[Path]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for path in paths:
        code = tree.at((*path, "code"))
        if not isinstance(code, str):
            continue
        place = tree.place((*path, "code"))
        if code in first:
            wrong = Words(
                f"mã {code} đã dùng ở dòng {first[code]}",
                f"the code {code} is already used in line {first[code]}",
            )
            yield Mistake(place.line, place.column, tree.field((*path, "code")), wrong, RIGHT)
        first.setdefault(code, place.line)


def _loose(tree: Tree, named: Iterable[Path], milestones: Iterable[Path]) -> Iterator[Mistake]:
    known = [code for path in named if isinstance(code := tree.at((*path, "code")), str)]
    anchors: dict[str, str] = {}
    places: dict[str, Path] = {}
    for path in milestones:
        code = tree.at((*path, "code"))
        for key in ("after", "before"):
            anchor = tree.at((*path, "due", key))
            if isinstance(code, str) and isinstance(anchor, str):
                anchors[code], places[code] = anchor, (*path, "due", key)
    for code, (wrong, right) in loose_ends(anchors, known).items():
        place = tree.place(places[code])
        yield Mistake(place.line, place.column, tree.field(places[code]), wrong, right)


def _window(tree: Tree, milestone: Path) -> Iterator[Mistake]:
    opens, due = tree.at((*milestone, "opens")), tree.at((*milestone, "due"))
    if not isinstance(opens, str) or not isinstance(due, str):
        return
    try:
        ends = parse_due(due)
        late = opens_late(parse_day(opens), ends.day) if isinstance(ends, Once) else None
    except Unfit:
        return
    if late is not None:
        place = tree.place((*milestone, "opens"))
        yield Mistake(place.line, place.column, tree.field((*milestone, "opens")), late.wrong)
