"""Plain text that reads well alone: lines of 72 columns, and nothing endless."""

import re
from functools import cache

WIDTH = 72
CLIPPED = 400

_GAP = re.compile(r"\n[ \t]*\n\s*")
_TRAILING = re.compile(r"[ \t]+\n")


def fill(text: str, first: str = "", indent: int | None = None) -> str:
    """One paragraph behind `first`, the following lines indented to its width or by `indent`.
    A word longer than the line stays whole."""
    text = " ".join(text.split())
    margin = " " * (len(first) if indent is None else indent)
    head = _line(WIDTH - len(first)).match(text)
    if head is None:
        return first
    rest = _line(WIDTH - len(margin)).findall(text, head.end())
    return f"\n{margin}".join((first + head[1], *rest))


@cache
def _line(width: int) -> re.Pattern[str]:
    """As many words as fit, or one that does not."""
    return re.compile(rf"(.{{1,{max(width, 1)}}}|\S+)(?: |$)")


def paragraphs(text: str) -> str:
    """Each paragraph filled; an empty line between them."""
    return "\n\n".join(fill(part) for part in _GAP.split(text.strip()))


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
