"""pydantic's errors become mistakes with a line, a field and what would be right."""

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dondoc.plan.mistakes import MANY, NOTHING, Mistake, Told, Unfit, nearest, suggestion
from dondoc.plan.shape import keys_at
from dondoc.plan.tree import Path, Tree
from dondoc.plan.wording import said
from dondoc.words import Words


def translated(error: ValidationError, tree: Tree) -> Iterator[Mistake]:
    """One mistake a place: of a value that may be one of two things, both are said."""
    unknown: list[Path] = []
    others: dict[Path, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False)[:MANY]:
        if details["type"] == "extra_forbidden":
            unknown.append(_path(details, tree) or (str(details["loc"][-1]),))
        elif not isinstance(_broken(details), Told):
            others.setdefault(_path(details, tree), []).append(details)
    meant = {path for path in (_meant(one, tree) for one in unknown) if path is not None}
    yield from (_unknown_key(path, tree) for path in unknown)
    for path, found in others.items():
        if found[0]["type"] != "missing" or path not in meant:
            yield _mistake(path, found, tree)


def _path(details: ErrorDetails, tree: Tree) -> Path:
    """Where the error is in the file: pydantic's own marks for alternatives are left out."""
    path: Path = ()
    location = details["loc"]
    for part in location[:-1] if details["type"] == "missing" else location:
        if tree.has((*path, part)):
            path = (*path, part)
    broken = _broken(details)
    if details["type"] == "missing":
        return (*path, location[-1])
    if broken is not None and broken.at is not None:
        return (*path, broken.at)
    return path


def _broken(details: ErrorDetails) -> Unfit | None:
    error = details.get("ctx", {}).get("error")
    return error if isinstance(error, Unfit) else None


def _meant(path: Path, tree: Tree) -> Path | None:
    near = nearest(str(path[-1]), keys_at(path[:-1], tree.value))
    return None if near is None else (*path[:-1], near)


def _unknown_key(path: Path, tree: Tree) -> Mistake:
    key = str(path[-1])
    place = tree.keys.get(path) or tree.place(path)
    wrong = Words(f"không có khóa {key}", f"there is no key {key}")
    right = suggestion(key, keys_at(path[:-1], tree.value))
    return Mistake(place.line, place.column, tree.field(path), wrong, right)


def _mistake(path: Path, found: list[ErrorDetails], tree: Tree) -> Mistake:
    place = tree.place(path)
    alternatives = [one for one in found if one["type"] == "literal_error"]
    main = [one for one in found if one not in alternatives] or found
    wrong, right = said(main[0])
    if len(found) > 1 and alternatives:
        either = alternatives[0].get("ctx", {})["expected"].replace("'", "")
        right = _joined(right, Words(f"Hoặc {either}", f"Or {either}"))
    return Mistake(place.line, place.column, tree.field(path), wrong, right)


def _joined(first: Words, second: Words) -> Words:
    if first == NOTHING:
        return second
    return Words(f"{first.vi}. {second.vi}", f"{first.en}. {second.en}")
