"""A letter's words as text and as HTML side by side, as the bytes a mail server takes.

What many readers get is encoded once, with gaps for their own words (see `forms`); a letter for one
reader has none. Parts stand as they are (8bit) where SMTP can carry that, else in base64.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from notifications.forms import Form, Meaning, Values

EDGE = "=_dondoc_"
BOUNDARY = f"{EDGE}alternative"
LONGEST_LINE = 998
"""bytes, RFC 5322"""
BASE64_WIDTH = 76
NEWLINE = b"\r\n"

WIDE = b"Content-Transfer-Encoding: 8bit\r\n"
NARROW = b"Content-Transfer-Encoding: base64\r\n"
_WIDE_PART = re.compile(WIDE + b"\r\n(.*?)\r\n--" + BOUNDARY.encode(), re.DOTALL)
_EDGE = EDGE.encode()
_OPENING = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'.encode()
_PLAIN, _HTML = (
    f"--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\n".encode()
    for kind in ("plain", "html")
)
_CLOSING = f"--{BOUNDARY}--\r\n".encode()

Pieces = tuple[bytes | int, ...]
"""Words, and the numbers of the gaps between them."""


class Alternative(NamedTuple):
    """`rooms`: the bytes each gap may take before a line of the letter grows too long to stand as
    it is; None where that is so whatever stands in the gaps."""

    text: Pieces
    html: Pieces
    gaps: tuple[Meaning, ...]
    rooms: tuple[int, ...] | None

    def fill(self, values: Values, *, wide: bool) -> bytes:
        own = [meaning(values) for meaning in self.gaps]
        said = [_lines(one) for one in own]
        text, html = _joined(self.text, said), _joined(self.html, said)
        if wide and self._can_stand(own, said) and _EDGE not in text and _EDGE not in html:
            parts = (WIDE, _OPENING, _PLAIN, WIDE, NEWLINE, text, NEWLINE)
            return b"".join((*parts, _HTML, WIDE, NEWLINE, html, NEWLINE, _CLOSING))
        return b"".join((_OPENING, _PLAIN, base64(text), _HTML, base64(html), _CLOSING))

    def _can_stand(self, own: Sequence[str], said: Sequence[bytes]) -> bool:
        """Nothing in it that SMTP would change."""
        if self.rooms is None or any(map(_is_odd, own)):
            return False
        return all(len(words) <= room for words, room in zip(said, self.rooms, strict=True))


def alternative(text: Form, html: Form) -> Alternative:
    numbers = {meaning: n for n, meaning in enumerate(dict.fromkeys(text.blanks + html.blanks))}
    parts = _pieces(text, numbers), _pieces(html, numbers)
    odd = any(map(_is_odd, text.words + html.words))
    return Alternative(*parts, tuple(numbers), None if odd else _rooms(parts, len(numbers)))


def _pieces(form: Form, numbers: Mapping[Meaning, int]) -> Pieces:
    pieces: list[bytes | int] = [_lines(form.words[0])]
    for blank, words in zip(form.blanks, form.words[1:], strict=True):
        pieces += numbers[blank], _lines(words)
    return tuple(pieces)


def _joined(pieces: Pieces, said: Sequence[bytes]) -> bytes:
    return b"".join([said[one] if isinstance(one, int) else one for one in pieces])


def _lines(text: str) -> bytes:
    return text.encode().replace(b"\n", NEWLINE)


def _is_odd(text: str) -> bool:
    return "\r" in text or "\0" in text


def _rooms(parts: Sequence[Pieces], gaps: int) -> tuple[int, ...] | None:
    rooms = [LONGEST_LINE] * gaps
    for pieces in parts:
        for length, found in _line_lengths(pieces):
            if length > LONGEST_LINE:
                return None
            for gap in found:
                rooms[gap] = min(rooms[gap], (LONGEST_LINE - length) // len(found))
    return tuple(rooms)


def _line_lengths(pieces: Pieces) -> Iterator[tuple[int, list[int]]]:
    """Of each line the bytes without its gaps, and these."""
    length, found = 0, list[int]()
    for piece in pieces:
        if isinstance(piece, int):
            found.append(piece)
            continue
        *ended, rest = piece.split(NEWLINE)
        for line in ended:
            yield length + len(line), found
            length, found = 0, []
        length += len(rest)
    yield length, found


def base64(data: bytes) -> bytes:
    """As a part's encoding and content."""
    text = b2a_base64(data, newline=False)
    lines = [text[at : at + BASE64_WIDTH] for at in range(0, len(text), BASE64_WIDTH)]
    return b"".join((NARROW, NEWLINE, NEWLINE.join(lines), NEWLINE))


def seven_bit(data: bytes) -> bytes:
    """A message with 8bit parts, for a server that takes no 8BITMIME."""
    edge = f"--{BOUNDARY}".encode()
    narrow = _WIDE_PART.sub(lambda part: base64(part[1]) + edge, data)
    return narrow.replace(WIDE, b"")
