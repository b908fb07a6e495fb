"""YAML as a tree of mappings, lists and texts, each with its place in the file.

Scalars stay the text that was written, so that `01`, `no` or 2024-06-31 reach validation as the
official typed them; only an empty value, `~` and `null` become None.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from dondoc.plan.mistakes import MANY, NOTHING, Mistake, PlanWrong
from dondoc.plan.syntax import syntax_mistake
from dondoc.words import Words

DEEPEST = 20
EMPTY = ("", "~", "null", "Null", "NULL")

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """`line` and `column` count from 1; `start` and `end` are offsets into the text."""

    line: int
    column: int
    start: int
    end: int


class Tree(NamedTuple):
    """`places` of values and `keys` of their keys, by path; what is wrong in the YAML itself."""

    value: Any
    places: Mapping[Path, Place]
    keys: Mapping[Path, Place]
    mistakes: tuple[Mistake, ...]

    def at(self, path: Path) -> Any:
        """The value there; None where there is none."""
        value = self.value
        for part in path:
            value = child(value, part)
        return value

    def has(self, path: Path) -> bool:
        return path in self.places

    def place(self, path: Path) -> Place:
        """Of the value, or of the nearest thing around it that exists."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1, 0, 0))

    def field(self, path: Path) -> str:
        """The way there in words: milestones[so-ket].due, or [2] where there is no code."""
        words, value = "", self.value
        for part in path:
            value = child(value, part)
            if isinstance(part, str):
                words += f".{part}" if words else part
                continue
            code = value.get("code") if isinstance(value, dict) else None
            words += f"[{code if isinstance(code, str) else part + 1}]"
        return words


def grow(text: str, name: str) -> Tree:
    """Raises PlanWrong where the YAML cannot be read on; other mistakes are in the tree.

    libyaml is thirty times as fast, but knows YAML 1.1 only, where {at: 08:00} is an error.
    """
    try:
        return _Growing(text, name, YAML(typ="safe")).tree()
    except YAMLError:
        pass
    growing = _Growing(text, name, YAML(typ="safe", pure=True))
    try:
        return growing.tree()
    except MarkedYAMLError as error:
        raise PlanWrong(name, [*growing.unnamed(), syntax_mistake(error)]) from error
    except YAMLError as error:
        wrong = Words(f"không đọc được YAML: {error}", f"the YAML cannot be read: {error}")
        raise PlanWrong(name, [*growing.unnamed(), Mistake(0, 0, "", wrong)]) from error


def child(value: Any, part: str | int) -> Any:
    """None where there is no such key or item."""
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


class _Growing:
    def __init__(self, text: str, name: str, yaml: YAML) -> None:
        self.name = name
        self.events: Iterator[Event] = yaml.parse(text)
        self.places: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.mistakes: list[tuple[Mistake, Path]] = []

    def tree(self) -> Tree:
        value = None
        event = self._next()
        while not isinstance(event, StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                value = self._value(self._next(), ())
                break
            event = self._next()
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                wrong = Words("có tài liệu thứ hai sau dấu ---", "a second document begins here")
                right = Words("Mỗi tệp một kế hoạch", "One file holds one plan")
                self._mistake(event, (), wrong, right)
        grown = Tree(value, self.places, self.keys, ())
        named = [one._replace(field=grown.field(path)) for one, path in self.mistakes]
        return grown._replace(mistakes=tuple(named))

    def unnamed(self) -> list[Mistake]:
        return [mistake for mistake, _path in self.mistakes]

    def _next(self) -> Event:
        return next(self.events)

    def _value(self, event: Event, path: Path) -> Any:
        if len(path) > DEEPEST:
            wrong = Words("lồng nhau quá sâu", "nested too deeply")
            self._mistake(event, path[:3], wrong)
            raise PlanWrong(self.name, self.unnamed())
        self._refuse_references(event, path)
        self.places[path] = _place(event, event)
        match event:
            case ScalarEvent():
                plain = event.implicit[0]
                return None if plain and event.value in EMPTY else event.value
            case SequenceStartEvent():
                return self._list(event, path)
            case MappingStartEvent():
                return self._mapping(event, path)
        return None

    def _list(self, start: Event, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        self.places[path] = _place(start, event)
        return values

    def _mapping(self, start: Event, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            self._pair(event, path, values)
        self.places[path] = _place(start, event)
        return values

    def _pair(self, event: Event, path: Path, values: dict[str, Any]) -> None:
        key = event.value if isinstance(event, ScalarEvent) else None
        if key is None:
            wrong = Words("khóa phải là một từ", "a key must be a word")
            self._mistake(event, path, wrong)
            self._value(event, (*path, "?"))
        elif key in values:
            first = self.keys[*path, key].line
            wrong = Words(
                f"khóa {key} xuất hiện hai lần, lần đầu ở dòng {first}",
                f"the key {key} occurs twice, first in line {first}",
            )
            self._mistake(event, path, wrong, Words("Hãy bỏ một chỗ", "Remove one of them"))
            kept, self.places, self.keys = (self.places, self.keys), {}, {}
            self._value(self._next(), (*path, key))
            self.places, self.keys = kept
            return
        else:
            self._refuse_references(event, path)
            self.keys[*path, key] = _place(event, event)
        value = self._value(self._next(), (*path, key or "?"))
        if key is not None:
            values[key] = value

    def _refuse_references(self, event: Event, path: Path) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            wrong = Words("không dùng được dấu & và * của YAML", "YAML's & and * are not accepted")
            right = Words(
                "Hãy viết lại nội dung, hoặc đặt trong dấu nháy", "Repeat the content, or quote it"
            )
            self._mistake(event, path, wrong, right)
        elif getattr(event, "tag", None):
            wrong = Words("không dùng được dấu ! của YAML", "YAML's ! tags are not accepted")
            right = Words("Hãy đặt nội dung trong dấu nháy", "Quote the content")
            self._mistake(event, path, wrong, right)

    def _mistake(self, event: Event, path: Path, wrong: Words, right: Words = NOTHING) -> None:
        mark = event.start_mark
        self.mistakes.append((Mistake(mark.line + 1, mark.column + 1, "", wrong, right), path))
        if len(self.mistakes) >= MANY:
            raise PlanWrong(self.name, self.unnamed())


def _place(start: Event, end: Event) -> Place:
    mark = start.start_mark
    return Place(mark.line + 1, mark.column + 1, mark.index, end.end_mark.index)
