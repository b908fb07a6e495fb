"""Plain text that reads well alone: lines of 72 columns, and nothing endless."""

import re
from functools import lru_cache

WIDTH = 72
CLIPPED = 400
REMEMBERED = 4096
"""filled paragraphs: most units of a plan are told the same"""

_GAP = re.compile(r"\n[ \t]*\n\s*")
_TRAILING = re.compile(r"[ \t]+\n")


@lru_cache(REMEMBERED)
def fill(text: str, first: str = "", indent: int | None = None) -> str:
    """One paragraph behind `first`, the following lines indented to its width or by `indent`.
    A word longer than the line stays whole."""
    margin = " " * (len(first) if indent is None else indent)
    lines = []
    line = first
    filled = False
    for word in text.split():
        if filled and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line, filled = margin, False
        line = f"{line} {word}" if filled else line + word
        filled = True
    lines.append(line)
    return "\n".join(lines)


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
