"""A letter's words as text and as HTML side by side, as the bytes a mail server takes.

What many readers get is encoded once, with gaps for their own words (see `forms`); a letter for one
reader has none. Parts stand as they are (8bit) where SMTP can carry that, else in base64. In either
case no line begins with a dot.
"""

import re
from binascii import b2a_base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest
from operator import itemgetter, le
from struct import Struct

from notifications.forms import Form, Meaning, Values

EDGE = "=_dondoc_"
BOUNDARY = f"{EDGE}alternative"
LONGEST_LINE = 998
"""bytes, RFC 5322"""
BASE64_WIDTH, LINE_BYTES = 76, 57
"""of a line, encoded and before"""
REMEMBERED = 256
"""ends of letters in base64, each as long as such a letter"""
NEWLINE, NUL = b"\r\n", "\0"

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
EDGES = (_OPENING + _PLAIN + _HTML + _CLOSING).count(_EDGE)


@dataclass(frozen=True)
class Pieces:
    """Words and gaps in turn, words first; of a gap its number."""

    words: tuple[bytes, ...]
    gaps: tuple[int, ...]

    def fill(self, said: Sequence[bytes]) -> bytes:
        filled = self._empty.copy()
        filled[1::2] = self._picked(said)
        return b"".join(filled)

    @cached_property
    def _picked(self) -> Callable[[Sequence[bytes]], Sequence[bytes]]:
        if len(self.gaps) < 2:
            return lambda said: [said[gap] for gap in self.gaps]
        return itemgetter(*self.gaps)

    @cached_property
    def _empty(self) -> list[bytes]:
        return [part for words in self.words for part in (words, b"")][:-1]

    @cached_property
    def _head(self) -> "Pieces":
        """Until the last gap."""
        return Pieces((*self.words[:-1], b""), self.gaps)

    def base64(self, said: Sequence[bytes]) -> bytes:
        """What follows the last gap is the same in many letters, but for where a line of it
        begins."""
        if not self.gaps:
            return base64(self.words[0])
        head, last = self._head.fill(said), self.words[-1]
        begun = -len(head) % LINE_BYTES
        lines = _in_lines(head + last[:begun]) + _rest_in_lines(last, begun)
        return b"".join((NARROW, NEWLINE, lines or NEWLINE))


@dataclass(frozen=True)
class Alternative:
    """`rooms`: the bytes each gap may take before a line of the letter grows too long to stand as
    it is; None where that is so whatever stands in the gaps."""

    text: Pieces
    html: Pieces
    gaps: tuple[Meaning, ...]
    rooms: tuple[int, ...] | None

    def fill(self, values: Values, *, wide: bool) -> bytes:
        own = [meaning(values) for meaning in self.gaps]
        joined = NUL.join(own)
        data = _in_bytes(joined)
        said = data.split(b"\0")
        if "\r" in joined or len(said) != (len(own) or 1):  # one has a NUL itself
            return self._narrow([_in_bytes(one) for one in own])
        if wide and self._have_room(data, said) and self._is_plain(joined, said):
            return self._standing.fill(said)
        return self._narrow(said)

    def _narrow(self, said: Sequence[bytes]) -> bytes:
        parts = _PLAIN, self.text.base64(said), _HTML, self.html.base64(said)
        return b"".join((_OPENING, *parts, _CLOSING))

    def _have_room(self, data: bytes, said: Sequence[bytes]) -> bool:
        """Whether no line grows too long."""
        if self.rooms is None:
            return False
        return len(data) <= self._least_room or all(map(le, map(len, said), self.rooms))

    def _is_plain(self, joined: str, said: Sequence[bytes]) -> bool:
        """Whether no line begins with a dot, and nothing reads like an edge."""
        if "\n." in joined or "\0." in joined or joined.startswith("."):
            return False
        for gap in self._before_dots:
            if not said[gap] or said[gap].endswith(NEWLINE):
                return False
        if EDGE[0] not in joined and self._is_clear:
            return True
        return self._standing.fill(said).count(_EDGE) == EDGES

    @cached_property
    def _least_room(self) -> int:
        return min(self.rooms or (0,))

    @cached_property
    def _before_dots(self) -> tuple[int, ...]:
        """Gaps after which the words go on with a dot."""
        pieces = self._standing
        follow = zip(pieces.gaps, pieces.words[1:], strict=True)
        return tuple({gap for gap, words in follow if words.startswith(b".")})

    @cached_property
    def _is_clear(self) -> bool:
        """Whether an edge can come about only where something in a gap has its first letter."""
        *before, last = self._standing.words
        begun = tuple(_EDGE[:length] for length in range(1, len(_EDGE)))
        if any(words.endswith(begun) for words in before):
            return False
        return sum(words.count(_EDGE) for words in (*before, last)) == EDGES

    @cached_property
    def _standing(self) -> Pieces:
        """All of it, both parts as they are."""
        edge = b"".join((NEWLINE, _HTML, WIDE, NEWLINE))
        between = b"".join((self.text.words[-1], edge, self.html.words[0]))
        words = [*self.text.words[:-1], between, *self.html.words[1:]]
        words[0] = b"".join((WIDE, _OPENING, _PLAIN, WIDE, NEWLINE, words[0]))
        words[-1] += NEWLINE + _CLOSING
        return Pieces(tuple(words), self.text.gaps + self.html.gaps)


def alternative(text: Form, html: Form) -> Alternative:
    numbers = {meaning: n for n, meaning in enumerate(dict.fromkeys(text.blanks + html.blanks))}
    parts = _pieces(text, numbers), _pieces(html, numbers)
    words = "".join(text.words + html.words)
    dotted = any("\n." in "\n" + NUL.join(form.words) for form in (text, html))
    odd = dotted or "\r" in words or NUL in words
    return Alternative(*parts, tuple(numbers), None if odd else _rooms(parts, len(numbers)))


def _pieces(form: Form, numbers: Mapping[Meaning, int]) -> Pieces:
    return Pieces(tuple(map(_in_bytes, form.words)), tuple(numbers[blank] for blank in form.blanks))


def _in_bytes(text: str) -> bytes:
    return text.encode().replace(b"\n", NEWLINE)


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
    for words, gap in zip_longest(pieces.words, pieces.gaps):
        *ended, rest = words.split(NEWLINE)
        for line in ended:
            yield length + len(line), found
            length, found = 0, []
        length += len(rest)
        if gap is not None:
            found.append(gap)
    yield length, found


def base64(data: bytes) -> bytes:
    """As a part's encoding and content."""
    return b"".join((NARROW, NEWLINE, _in_lines(data) or NEWLINE))


def _in_lines(data: bytes) -> bytes:
    text = b2a_base64(data, newline=False)
    return NEWLINE.join(_cut(len(text))(text))


@lru_cache(REMEMBERED)
def _rest_in_lines(data: bytes, start: int) -> bytes:
    return _in_lines(data[start:])


@lru_cache(REMEMBERED)
def _cut(length: int) -> Callable[[bytes], Sequence[bytes]]:
    """Into lines, and nothing after the last."""
    whole, rest = divmod(length, BASE64_WIDTH)
    widths = [BASE64_WIDTH] * whole + [rest] * (rest > 0) + [0]
    return Struct("".join(f"{width}s" for width in widths)).unpack


def seven_bit(data: bytes) -> bytes:
    """A message with 8bit parts, for a server that takes no 8BITMIME."""
    edge = f"--{BOUNDARY}".encode()
    narrow = _WIDE_PART.sub(lambda part: base64(part[1]) + edge, data)
    return narrow.replace(WIDE, b"")
