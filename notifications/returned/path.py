"""Signed addresses of a letter: what comes to one belongs to that letter, and nobody who was not
given it can name it. Its return path (VERP) is where what cannot be delivered comes back to; its
reply path is where people answer to. Neither stands for the other."""

import hmac
import re
from hashlib import sha256

from dondoc.access.seal import Seal

RETURNED, REPLIED = "return path", "reply path"

_PATH = re.compile(r"\+(\d{1,18})-([0-9a-f]{20})@", re.ASCII | re.IGNORECASE)


def return_path(letter_id: int, *, address: str, seal: Seal) -> str:
    """`bounce@office` becomes `bounce+<letter>-<proof>@office`."""
    return _path(letter_id, RETURNED, address, seal)


def reply_path(letter_id: int, *, address: str, seal: Seal) -> str:
    """Of the same shape."""
    return _path(letter_id, REPLIED, address, seal)


def letter_of(text: str, *, seal: Seal) -> int | None:
    """The letter whose return path stands in the text, if it was written here."""
    return _letter(text, RETURNED, seal)


def answered_letter(text: str, *, seal: Seal) -> int | None:
    """The letter whose reply path stands in the text, if it was written here."""
    return _letter(text, REPLIED, seal)


def _path(letter_id: int, purpose: str, address: str, seal: Seal) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name}+{letter_id}-{_proof(letter_id, purpose, seal)}@{domain}"


def _letter(text: str, purpose: str, seal: Seal) -> int | None:
    for digits, proof in _PATH.findall(text):
        letter = int(digits)
        if hmac.compare_digest(proof.lower(), _proof(letter, purpose, seal)):
            return letter
    return None


def _proof(letter_id: int, purpose: str, seal: Seal) -> str:
    """80 bits in small letters: servers on the way change the case of an address."""
    return sha256(seal.proof(purpose, letter_id).encode()).hexdigest()[:20]
