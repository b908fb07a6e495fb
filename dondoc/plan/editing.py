"""One milestone of a plan file is changed, added or taken out; every other line, and every comment,
stays as the official wrote it."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from dondoc.errors import DondocError
from dondoc.plan.source import Source
from dondoc.plan.writing import WIDTH, laid_out, written

MILESTONES, UNDATED = "milestones", "undated"
HEADER_ENDS = "period"
"""Every plan has it; a key of the header that was missing is written below."""

_COMMENT = re.compile(r"^\s*(#.*)?$")
_ITEM = re.compile(r"^( *)- ")


class NotLineByLine(DondocError):
    """This plan file writes several milestones on one line; change it as text."""

    vi = "Tệp kế hoạch này ghi nhiều mốc trên một dòng; hãy sửa dưới dạng văn bản."


class Block(NamedTuple):
    """The lines `begins` to `ends` are one item of a list; from `first` on, with the comments
    above it. Lines count from 0, `ends` is not included."""

    first: int
    begins: int
    ends: int


def blocks(source: Source, key: str) -> list[Block]:
    """Of the items of a top-level list, in order. Raises NotLineByLine."""
    lines = source.text.splitlines()
    count = len(source.tree.at((key,)) or ())
    starts = [source.tree.place((key, number)).line - 1 for number in range(count)]
    if len(set(starts)) < count or any(_ITEM.match(lines[start]) is None for start in starts):
        raise NotLineByLine
    over = _over(source, key, len(lines))
    ends = [_above(lines, start) for start in (*starts[1:], over)] if starts else []
    firsts = [_above(lines, start) for start in starts]
    found = zip(firsts, starts, ends, strict=True)
    return [Block(*block) for block in found]


def with_item(source: Source, key: str, number: int, changes: Mapping[str, Any]) -> str:
    """The text with other values for keys of one item; None takes a key out. What is not named,
    comments too, stays. Raises NotLineByLine."""
    lines = source.text.splitlines()
    block = blocks(source, key)[number]
    item = _loaded(lines[block.begins : block.ends])
    for name, value in changes.items():
        if value is None:
            item.pop(name, None)
        else:
            item[name] = laid_out(name, value)
    margin = _margin(lines[block.begins])
    return _joined([*lines[: block.begins], *_dumped(item, margin), *lines[block.ends :]])


def without_item(source: Source, key: str, number: int) -> str:
    """Raises NotLineByLine."""
    lines = source.text.splitlines()
    found = blocks(source, key)
    block = found[number]
    first = block.first
    if len(found) == 1:  # a key without items would say nothing
        first = min(first, source.tree.keys[(key,)].line - 1)
    return _joined([*lines[:first], *lines[block.ends :]])


def with_new_milestone(source: Source, values: Mapping[str, Any]) -> str:
    """As the last of the milestones. Raises NotLineByLine."""
    item = CommentedMap({name: laid_out(name, value) for name, value in values.items()})
    lines = source.text.splitlines()
    found = blocks(source, MILESTONES)
    if found:
        margin = _margin(lines[found[-1].begins])
        at = found[-1].ends
        return _joined([*lines[:at], "", *_dumped(item, margin), *lines[at:]])
    if source.tree.has((MILESTONES,)):
        raise NotLineByLine
    at = source.tree.keys[(UNDATED,)].line - 1 if source.tree.has((UNDATED,)) else len(lines)
    return _joined([*lines[:at], f"{MILESTONES}:", *_dumped(item, 2), "", *lines[at:]])


def with_header(source: Source, changes: Mapping[str, Any]) -> str:
    """The text with other values for keys of the plan itself; None takes a key out."""
    lines = source.text.splitlines()
    new = _span(source, lines, HEADER_ENDS)[1]
    spans = {
        key: _span(source, lines, key) if source.tree.has((key,)) else (new, new) for key in changes
    }
    for key in sorted(changes, key=lambda key: spans[key], reverse=True):
        begins, ends = spans[key]
        value = changes[key]
        kept = {} if value is None else {key: laid_out(key, value)}
        lines[begins:ends] = written(CommentedMap(kept)).splitlines() if kept else []
    return _joined(lines)


def without_line(text: str, number: int) -> str:
    """Without a comment that is settled; lines count from 1."""
    lines = text.splitlines()
    return _joined([*lines[: number - 1], *lines[number:]])


def comments_above(source: Source, key: str) -> list[list[tuple[int, str]]]:
    """By item: the comments that stand above it, with their lines, which count from 1. Empty where
    the items cannot be told apart by their lines."""
    try:
        found = blocks(source, key)
    except NotLineByLine:
        return [[] for _ in source.tree.at((key,)) or ()]
    lines = source.text.splitlines()
    return [
        [
            (at + 1, lines[at].strip().removeprefix("#").strip())
            for at in range(block.first, block.begins)
            if lines[at].strip()
        ]
        for block in found
    ]


def _span(source: Source, lines: list[str], key: str) -> tuple[int, int]:
    """From a top-level key to what stands above the next."""
    return source.tree.keys[(key,)].line - 1, _above(lines, _over(source, key, len(lines)))


def _over(source: Source, key: str, last: int) -> int:
    """The line of the next top-level key, or the end of the file."""
    mine = source.tree.keys[(key,)].line if (key,) in source.tree.keys else last
    others = [place.line - 1 for path, place in source.tree.keys.items() if len(path) == 1]
    return min((line for line in others if line >= mine), default=last)


def _above(lines: list[str], start: int) -> int:
    """Where the comments and empty lines directly above begin."""
    while start > 0 and _COMMENT.match(lines[start - 1]):
        start -= 1
    return start


def _loaded(lines: list[str]) -> CommentedMap:
    margin = _margin(lines[0])
    yaml = YAML()
    yaml.width = WIDTH
    yaml.preserve_quotes = True
    # two columns in, as it is written again: a comment beside a value keeps its column
    found: CommentedMap = yaml.load("\n".join(f"  {line[margin:]}" for line in lines) + "\n")[0]
    return found


def _dumped(item: CommentedMap, margin: int) -> list[str]:
    """`written` sets a list two columns in."""
    lines = written([item]).splitlines()
    return [(" " * margin + line[2:]) if line.strip() else "" for line in lines]


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
