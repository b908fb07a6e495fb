"""Header fields of a letter: folded, encoded where they must be, and never more than one."""

import re
from binascii import b2a_base64

from dondoc.errors import DondocError

ENCODED_BYTES = 39
"""of UTF-8 in one encoded word, so that a line with one stays within the 76 of RFC 2047"""
HEADER_WIDTH = 76
_PLAIN = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~,.:;()@<>\[\]-]*")
_ATOM = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}+@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*+"
)


class HeaderRefused(DondocError):
    """{value!r} cannot stand in the header {header} of a letter."""

    vi = "{value!r} không dùng được trong trường {header} của thư."


def field(name: str, value: str) -> str:
    """Folded at blanks. Raises HeaderRefused for CR, LF and NUL."""
    return folded(name, clean(name, value))


def folded(name: str, value: str) -> str:
    """A field whose value is known to be clean."""
    if len(name) + 2 + len(value) <= HEADER_WIDTH:
        return f"{name}: {value}\r\n"
    line, lines = f"{name}:", []
    for word in value.split(" "):
        if len(line) + 1 + len(word) > HEADER_WIDTH and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"


def free_text(name: str, value: str) -> str:
    value = clean(name, value).strip(" ")
    plain = _PLAIN.fullmatch(value) and "=?" not in value
    return folded(name, value if plain else encoded(value))


def addressed(header: str, name: str, address: str) -> str:
    """`Name <address>`, the name as it is or encoded. Raises HeaderRefused."""
    address, name = checked_address(header, address), name.strip(" ")
    if not name:
        return folded(header, address)
    if not (name.isascii() and _ATOM.fullmatch(name)):
        name = encoded(clean(header, name))
    if " " in name:
        return folded(header, f"{name} <{address}>")
    one = f"{header}: {name} <{address}>\r\n"
    return one if len(one) <= HEADER_WIDTH + 2 else f"{header}: {name}\r\n <{address}>\r\n"


def is_address(value: str) -> bool:
    return _ADDRESS.fullmatch(value) is not None


def checked_address(header: str, value: str) -> str:
    if not is_address(value):
        raise HeaderRefused(header=header, value=value)
    return value


def clean(header: str, value: str) -> str:
    if "\r" in value or "\n" in value or "\0" in value:
        raise HeaderRefused(header=header, value=value)
    return value


def encoded(value: str) -> str:
    """RFC 2047, cut between characters."""
    data = value.encode()
    if len(data) <= ENCODED_BYTES:
        return _encoded_word(data)
    found: list[str] = []
    start = 0
    while start < len(data):
        end = start + ENCODED_BYTES
        while end < len(data) and data[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        found.append(_encoded_word(data[start:end]))
        start = end
    return " ".join(found)


def _encoded_word(data: bytes) -> str:
    return f"=?utf-8?b?{b2a_base64(data, newline=False).decode()}?="
