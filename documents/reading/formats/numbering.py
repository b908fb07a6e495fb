"""The numbers Word shows before a paragraph but does not write into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import parse

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass
class Numbering:
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, archive: ZipFile) -> Numbering:
        names = set(archive.namelist())
        numbering = cls()
        if "word/numbering.xml" in names:
            with archive.open("word/numbering.xml") as part:
                numbering.levels = _levels(parse(part, forbid_dtd=True).getroot())
        if "word/styles.xml" in names:
            with archive.open("word/styles.xml") as part:
                numbering.styles = dict(_styles(parse(part, forbid_dtd=True).getroot()))
        return numbering

    def label(self, paragraph: Element) -> str:
        """ "1.", "a)", "-" or nothing; counts on."""
        place = self._place(paragraph)
        if place is None:
            return ""
        number, depth = place
        levels = self.levels.get(number, {})
        level = levels.get(depth)
        if level is None:
            return ""
        if level.format == "bullet":
            return "-"
        counts = self.counts.setdefault(number, [])
        while len(counts) <= depth:
            counts.append(levels[len(counts)].start - 1 if len(counts) in levels else 0)
        counts[depth] += 1
        del counts[depth + 1 :]
        text = level.text
        for i in range(depth + 1):
            shown = _shown(counts[i] or 1, levels[i].format if i in levels else "decimal")
            text = text.replace(f"%{i + 1}", shown)
        return text.strip()

    def _place(self, paragraph: Element) -> tuple[str, int] | None:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return None
        own = _number(properties)
        if own is not None:
            return own if own[0] != "0" else None
        style = properties.find(f"{_W}pStyle")
        return self.styles.get(style.get(f"{_W}val", "")) if style is not None else None


def _number(properties: Element) -> tuple[str, int] | None:
    found = properties.find(f"{_W}numPr")
    if found is None:
        return None
    number, depth = found.find(f"{_W}numId"), found.find(f"{_W}ilvl")
    if number is None:
        return None
    deep = depth.get(f"{_W}val", "0") if depth is not None else "0"
    return number.get(f"{_W}val", "0"), int(deep) if deep.isdigit() else 0


def _levels(root: Element) -> dict[str, dict[int, _Level]]:
    kinds: dict[str, dict[int, _Level]] = {}
    for kind in root.iter(f"{_W}abstractNum"):
        kinds[kind.get(f"{_W}abstractNumId", "")] = {
            int(level.get(f"{_W}ilvl", "0")): _Level(
                _value(level, "numFmt", "decimal"), _value(level, "lvlText", "%1."), _start(level)
            )
            for level in kind.iter(f"{_W}lvl")
        }
    return {
        number.get(f"{_W}numId", ""): kinds.get(_value(number, "abstractNumId", ""), {})
        for number in root.iter(f"{_W}num")
    }


def _start(level: Element) -> int:
    said = _value(level, "start", "1")
    return int(said) if said.isdigit() else 1


def _value(element: Element, name: str, default: str) -> str:
    found = element.find(f"{_W}{name}")
    return default if found is None else found.get(f"{_W}val", default)


def _styles(root: Element) -> Iterator[tuple[str, tuple[str, int]]]:
    for style in root.iter(f"{_W}style"):
        properties = style.find(f"{_W}pPr")
        number = _number(properties) if properties is not None else None
        if number is not None and number[0] != "0":
            yield style.get(f"{_W}styleId", ""), number


def _shown(count: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"}:
        letter = "abcdefghijklmnopqrstuvwxyz"[(count - 1) % 26]
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"}:
        roman, rest = "", count
        for value, sign in _ROMAN:
            while rest >= value:
                roman, rest = roman + sign, rest - value
        return roman.upper() if form == "upperRoman" else roman
    return str(count)
