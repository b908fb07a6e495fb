"""Proofs that this installation wrote something, made from its key and kept nowhere."""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from json.encoder import encode_basestring_ascii

from dondoc.signing import Signer

BYTES = 20
PURPOSE = "dondoc access"
_JSON = json.JSONEncoder(default=str)


class Seal:
    """One of them serves every purpose; a proof made for one does not fit another."""

    def __init__(self, secret: bytes) -> None:
        self._begun = hmac.new(secret, digestmod=sha256)

    def proof(self, purpose: str, *facts: object) -> str:
        """27 letters, digits, - and _; the same facts always give the same."""
        text = ", ".join([_in_json(fact) for fact in (purpose, *facts)])
        whole = self._begun.copy()
        whole.update(f"[{text}]".encode())
        digest = whole.digest()
        return urlsafe_b64encode(digest[:BYTES]).decode("ascii").rstrip("=")

    def fits(self, proof: str, purpose: str, *facts: object) -> bool:
        """Takes as long for a wrong proof as for a right one."""
        expected = self.proof(purpose, *facts)
        return hmac.compare_digest(proof.encode("utf-8"), expected.encode("ascii"))


def _in_json(fact: object) -> str:
    """Most are words and numbers, and every letter has some."""
    if type(fact) is str:
        return encode_basestring_ascii(fact)
    return str(fact) if type(fact) is int else _JSON.encode(fact)


def seal_of(signer: Signer) -> Seal:
    return Seal(signer.secret(PURPOSE))


def fingerprint(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8")).hexdigest()
