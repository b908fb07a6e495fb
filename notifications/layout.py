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
    lines, start, room = [], 0, WIDTH - len(first)
    while len(text) - start > room:
        end = text.rfind(" ", start, start + max(room, 1) + 1)
        if end < 0:
            end = text.find(" ", start)
        if end < 0:
            break
        lines.append(text[start:end])
        start, room = end + 1, WIDTH - len(margin)
    lines.append(text[start:])
    return first + f"\n{margin}".join(lines)


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
