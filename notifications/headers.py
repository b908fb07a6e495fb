"""Header fields of a letter: folded, encoded where they must be, and never more than one."""

import re
from binascii import b2a_base64

from dondoc.errors import DondocError

ENCODED_BYTES = 39
"""of UTF-8 in one encoded word, so that a line with one stays within the 76 of RFC 2047"""
HEADER_WIDTH = 76
REMEMBERED = 1024
"""fields: a subject and a date are the same in many letters"""

_FORBIDDEN = re.compile(r"[\r\n\x00]")
_PLAIN = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~,.:;()@<>\[\]-]*")
_ATOM = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


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


def mailbox(header: str, name: str, address: str) -> str:
    """`Name <address>`, the name as it is or encoded. Raises HeaderRefused."""
    address = checked_address(header, address)
    name = name.strip(" ")
    if not name:
        return address
    if _ATOM.fullmatch(name):
        return f"{name} <{address}>"
    return f"{encoded(clean(header, name))} <{address}>"


def is_address(value: str) -> bool:
    return _ADDRESS.fullmatch(value) is not None


def checked_address(header: str, value: str) -> str:
    if not is_address(value):
        raise HeaderRefused(header=header, value=value)
    return value


def clean(header: str, value: str) -> str:
    if _FORBIDDEN.search(value):
        raise HeaderRefused(header=header, value=value)
    return value


def encoded(value: str) -> str:
    """RFC 2047, cut between characters."""
    data = value.encode()
    found: list[str] = []
    start = 0
    while start < len(data) or not found:
        end = start + ENCODED_BYTES
        while end < len(data) and data[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        found.append(f"=?utf-8?b?{b2a_base64(data[start:end], newline=False).decode()}?=")
        start = end
    return " ".join(found)
