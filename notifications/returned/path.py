"""The return path of a letter (VERP): what comes back to it belongs to that letter, and nobody who
was not given it can name it."""

import hmac
import re
from hashlib import sha256

from dondoc.access.seal import Seal

PURPOSE = "return path"

_PATH = re.compile(r"\+(\d{1,18})-([0-9a-f]{20})@", re.ASCII | re.IGNORECASE)


def return_path(letter_id: int, *, address: str, seal: Seal) -> str:
    """`bounce@office` becomes `bounce+<letter>-<proof>@office`."""
    name, _, domain = address.rpartition("@")
    return f"{name}+{letter_id}-{_proof(letter_id, seal)}@{domain}"


def letter_of(text: str, *, seal: Seal) -> int | None:
    """The letter whose return path stands in the text, if it was written here."""
    for digits, proof in _PATH.findall(text):
        letter = int(digits)
        if hmac.compare_digest(proof.lower(), _proof(letter, seal)):
            return letter
    return None


def _proof(letter_id: int, seal: Seal) -> str:
    """80 bits in small letters: servers on the way change the case of an address."""
    return sha256(seal.proof(PURPOSE, letter_id).encode()).hexdigest()[:20]
