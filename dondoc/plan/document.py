"""A plan file changed in place: what is not changed stays as it was, byte for byte."""

from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO

from dondoc.plan.model import PlanFile
from dondoc.plan.reading import decoded, read_bytes
from dondoc.plan.source import Source, parse_source
from dondoc.plan.tree import Path
from dondoc.plan.writing import plain

BOM = b"\xef\xbb\xbf"


class Document:
    """Comments, order, blank lines, quotes, line ends and a byte order mark are kept."""

    def __init__(self, data: bytes, name: str = "plan.yaml") -> None:
        """Raises PlanWrong."""
        self._mark = BOM if data.startswith(BOM) else b""
        self._source = parse_source(decoded(data, name), name)

    @property
    def plan(self) -> PlanFile:
        return self._source.plan

    @property
    def data(self) -> bytes:
        return self._mark + self._source.text.encode()

    def replace(self, path: Path, value: object) -> None:
        """Sets a value that is there, or adds its key to a mapping that is. Raises PlanWrong where
        the plan would no longer be one; nothing is changed then. Raises KeyError where `path`
        leads nowhere."""
        text = _replaced(self._source, path, value)
        self._source = parse_source(text, self._source.name)


def open_document(path: FilePath) -> Document:
    """Raises PlanWrong."""
    return Document(read_bytes(path), path.name)


def _replaced(source: Source, path: Path, value: object) -> str:
    text, tree = source.text, source.tree
    if path in tree.places:
        place = tree.places[path]
        start, end = place.start, end_of(source, path)
        blank = " " if start and text[start - 1] == ":" else ""
        return f"{text[:start]}{blank}{inline(value)}{text[end:]}"
    parent = tree.places[path[:-1]]
    end = end_of(source, path[:-1])
    if text[parent.start : parent.start + 1] == "{":
        comma = ", " if tree.at(path[:-1]) else ""
        return f"{text[: end - 1]}{comma}{path[-1]}: {inline(value)}{text[end - 1 :]}"
    line = "\r\n" if "\r\n" in text else "\n"
    indent = " " * (parent.column - 1)
    return f"{text[:end]}{line}{indent}{path[-1]}: {inline(value)}{text[end:]}"


def end_of(source: Source, path: Path) -> int:
    """Where the value's own text ends; a block's mark lies behind the comments that follow it."""
    text, tree = source.text, source.tree
    ends = [
        place.end
        for below, place in tree.places.items()
        if below[: len(path)] == path and _closed(text[place.start], tree.at(below))
    ]
    start = tree.places[path].start
    return start + len(text[start : max(ends)].rstrip("\r\n"))


def _closed(first: str, value: object) -> bool:
    """Whether the text of a value ends with the value: a scalar, or brackets."""
    return first in "{[" or not isinstance(value, dict | list)


def inline(value: object) -> str:
    """On one line, whatever it is."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = True
    yaml.allow_unicode = True
    yaml.width = 1_000_000
    stream = StringIO()
    yaml.dump(_bare(plain(value)), stream)
    return stream.getvalue().removesuffix("\n").removesuffix("\n...")


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return str(value) if isinstance(value, str) else value
