"""File names that every program takes."""

import unicodedata

LONGEST = 80
"""characters of a plain name, its ending among them"""


def plain(name: str) -> str:
    """Letters of ASCII, digits, `.`, `_`, `-` and blanks; never empty, never hidden, no folder."""
    letters = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
        if letter.isascii() and (letter.isalnum() or letter in "._- ")
    ).strip(" .")
    stem, dot, ending = letters.rpartition(".")
    if dot and len(ending) <= 10:
        letters = f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending}"
    return letters[:LONGEST] or "file"
