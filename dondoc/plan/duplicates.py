"""Codes used twice, each with the line of the first."""

from collections.abc import Iterable, Iterator
from typing import Any

from dondoc.plan.mistakes import Mistake
from dondoc.plan.tree import Path, Tree, child
from dondoc.words import Words

RIGHT = Words("Hãy đặt mã khác", "Choose another code")


def duplicates(tree: Tree) -> Iterator[Mistake]:
    """Of milestones, and of the components and fields of one milestone."""
    milestones = list(_items(tree.value, ("milestones",)))
    yield from _among(tree, milestones)
    for milestone in milestones:
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
