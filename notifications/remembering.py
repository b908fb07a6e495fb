"""What a letter's row keeps of it: its facts as JSON. Letters that share a sheet differ in a few
values, so that the rest is put into words once."""

import re

import orjson

from notifications.alternative import Pieces
from notifications.content import Content
from notifications.forms import FIRST, LAST

OWN = ("reader", "unit_name", "epoch", "sign_in")
UNIT_NAME = OWN.index("unit_name")

_GAP = re.compile(f'"([{chr(FIRST)}-{chr(LAST)}])"')


def pattern(content: Content) -> Pieces:
    """With gaps for what is the reader's own; `content` has nothing in it that looks like one."""
    gaps = {name: _gap(n) for n, name in enumerate(OWN)}
    items = [
        item.but({"unit": _gap(n)} | _named(item.unit_name, content.unit_name))
        for n, item in enumerate(content.items, len(OWN))
    ]
    parts = _GAP.split(orjson.dumps(content.but({**gaps, "items": tuple(items)})).decode())
    words = tuple(part.encode() for part in parts[::2])
    return Pieces(words, tuple(ord(gap) - FIRST for gap in parts[1::2]))


def _gap(number: int) -> str:
    return chr(FIRST + number)


def _named(name: str, own: str) -> dict[str, str]:
    return {"unit_name": _gap(UNIT_NAME)} if name == own else {}


def filled(pattern: Pieces, content: Content) -> bytes:
    """As `orjson.dumps` has it."""
    own = (content.reader, content.unit_name, content.epoch, content.sign_in)
    return pattern.fill([*map(orjson.dumps, (*own, *(item.unit for item in content.items)))])
