"""Plain text that reads well alone: lines of 72 columns, and nothing endless."""

import re
from collections.abc import Callable

WIDTH = 72
CLIPPED = 400

_GAP = re.compile(r"\n[ \t]*\n\s*")
_TRAILING = re.compile(r"[ \t]+\n")


def fill(text: str, first: str = "", indent: int | None = None) -> str:
    """One paragraph behind `first`, the following lines indented to its width or by `indent`.
    A word longer than the line stays whole."""
    text = " ".join(text.split())
    margin = " " * (len(first) if indent is None else indent)
    lines, start = _lines(text, WIDTH - len(first), WIDTH - len(margin), len(text))
    return first + f"\n{margin}".join([*lines, text[start:]])


def filling(last: str, first: str = "", indent: int | None = None) -> Callable[[str], str]:
    """`fill` for a paragraph that many get with words of their own before its `last` ones, with one
    blank between words. From the first line on that begins in the last ones it is the same for all
    whose line begins there, and remembered."""
    margin = " " * (len(first) if indent is None else indent)
    newline, room, following = f"\n{margin}", WIDTH - len(first), WIDTH - len(margin)
    reach, behind = max(room, 1) + 1, len(last)
    ends: dict[int, str] = {}

    def filled(text: str) -> str:
        if "\n" in text:
            return fill(text, first, indent)
        length = len(text)
        if length <= room:
            return first + text
        start = text.rfind(" ", 0, reach) + 1
        end = ends.get(length - start)
        if end is not None:
            return f"{first}{text[: start - 1]}{newline}{end}"
        lines, start = _lines(text, room, following, length - behind)
        left = length - start
        if left > behind or not lines:
            return first + newline.join([*lines, text[start:]])
        if left not in ends:
            ends[left] = newline.join(_rest(text[start:], following))
        return first + newline.join([*lines, ends[left]])

    return filled


def _rest(text: str, room: int) -> list[str]:
    lines, start = _lines(text, room, room, len(text))
    return [*lines, text[start:]]


def _lines(text: str, room: int, following: int, until: int) -> tuple[list[str], int]:
    """Full lines that begin before `until`, and where the next begins."""
    lines, start = [], 0
    while start < until and len(text) - start > room:
        end = text.rfind(" ", start, start + max(room, 1) + 1)
        if end < 0:
            end = text.find(" ", start)
        if end < 0:
            break
        lines.append(text[start:end])
        start, room = end + 1, following
    return lines, start


def paragraphs(text: str, fill: Callable[[str], str] = fill) -> str:
    """Each paragraph filled; an empty line between them."""
    return "\n\n".join(map(fill, _GAP.split(text.strip())))


def clip(text: str, most: int = CLIPPED) -> str:
    """Cut at a word, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0][: most - 1].rstrip(" ,;:.-–") + "…"


def tidy(text: str) -> str:
    """No trailing blanks, never two empty lines together, one newline at the end."""
    text = _TRAILING.sub("\n", text)
    return _GAP.sub(lambda gap: "\n\n" + gap[0].rpartition("\n")[2], text).strip("\n") + "\n"


def tidy_html(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"
