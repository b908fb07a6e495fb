"""Letters signed for their domain (RFC 6376; Ed25519 by RFC 8463): relaxed headers, simple body.

Written out rather than left to dkimpy, which parses every message anew and takes five times as
long with Ed25519 and twenty times with RSA; it is the judge in the tests.
"""

from base64 import b64encode
from binascii import b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from nacl.bindings import crypto_sign, crypto_sign_BYTES, crypto_sign_seed_keypair

from dondoc.errors import DondocError
from dondoc.keyfile import keep_key
from dondoc.settings import Settings

SIGNED = (
    "from", "from", "to", "subject", "date", "message-id", "reply-to", "list-id",
    "auto-submitted", "mime-version", "content-type",
)  # fmt: skip
"""A header named here that a letter lacks counts as empty, so nobody can add one on the way;
`from` a second time keeps out a second sender."""
RSA_BITS = 2048

REMEMBERED = 256
"""header fields"""
FOLD = "\r\n "

_NAMES = frozenset(SIGNED)


class MailKeyWrong(DondocError):
    """The key that signs letters, {file}, cannot be used: {why}
    It must be a private key without a password, RSA or Ed25519 (PEM)."""

    vi = (
        "Không dùng được khoá ký thư {file}: {why}\n"
        "Tệp phải là khoá riêng RSA hoặc Ed25519 (PEM), không đặt mật khẩu."
    )


@dataclass(frozen=True)
class MailKey:
    """`algorithm` is a word of the DKIM registry: rsa, ed25519."""

    algorithm: str
    domain: str
    selector: str
    public: str
    sign: Callable[[bytes], bytes]

    @property
    def name(self) -> str:
        """Where the public key stands in the DNS."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What the TXT record there says."""
        return f"v=DKIM1; k={self.algorithm}; p={self.public}"

    def header(self, canonical: bytes, body_hash: bytes) -> bytes:
        """DKIM-Signature, to stand before the message."""
        begin, relaxed = self._tags
        signed = b"".join((canonical, relaxed, body_hash, b"; b="))
        signature = b2a_base64(self.sign(sha256(signed).digest()), newline=False)
        return b"".join((begin, body_hash, b";\r\n b=", _folded(signature), b"\r\n"))

    @cached_property
    def _tags(self) -> tuple[bytes, bytes]:
        """What no letter changes, as it is written and as it is signed."""
        tags = (
            f"DKIM-Signature: v=1; a={self.algorithm}-sha256; c=relaxed/simple; d={self.domain};",
            f"s={self.selector};",
            f"h={':'.join(SIGNED[:5])}",
            f":{':'.join(SIGNED[5:])};",
            "bh=",
        )
        name, _, value = " ".join(tags).partition(": ")
        return FOLD.join(tags).encode(), f"{name.lower()}:{value}".encode()


def keys(settings: Settings) -> tuple[MailKey, ...]:
    """The keys letters are signed with: those in the folder, or none. Raises MailKeyWrong."""
    return tuple(_open(settings, path) for path in sorted(key_folder(settings).glob("*.pem")))


def make_keys(settings: Settings) -> tuple[MailKey, ...]:
    """One RSA key, which everybody can verify, and one Ed25519 key, which is quick; what is there
    stays. Raises MailKeyWrong."""
    folder = key_folder(settings)
    made: dict[str, Callable[[], PrivateKeyTypes]] = {
        "rsa": lambda: generate_private_key(65537, RSA_BITS),
        "ed25519": Ed25519PrivateKey.generate,
    }
    for algorithm, make in made.items():
        path = folder / f"{algorithm}.pem"
        try:
            if not path.exists():
                keep_key(path, make())
        except OSError as error:
            raise MailKeyWrong(file=path, why=error.strerror) from error
    return keys(settings)


def key_folder(settings: Settings) -> Path:
    return settings.data / "dkim"


def signatures(fields: Sequence[str], body: bytes, by: tuple[MailKey, ...]) -> bytes:
    """DKIM-Signature fields for `fields`, of which the last may be several, and for `body`, which
    begins with what else stands in the header. They are in the order of `SIGNED`."""
    start = body.index(b"\r\n\r\n") + 4
    relaxed = list(map(_relaxed, fields[:-1]))
    relaxed += _each_relaxed(fields[-1]), _each_relaxed(body[:start].decode("ascii"))
    canonical = "".join(relaxed).encode("ascii")
    body_hash = _body_hash(body, start)
    return b"".join([key.header(canonical, body_hash) for key in by])


def _body_hash(message: bytes, start: int) -> bytes:
    """Section 3.4.3: the body's end is one line break, however many there are."""
    if message.endswith(b"\r\n") and not message.endswith((b"\r\r\n", b"\n\r\n")):
        return b64encode(sha256(memoryview(message)[start:]).digest())
    return b64encode(sha256(message[start:].rstrip(b"\r\n") + b"\r\n").digest())


def _open(settings: Settings, path: Path) -> MailKey:
    domain = settings.mail_from.rpartition("@")[2]
    selector = f"{settings.dkim_selector}-{path.stem}"
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise MailKeyWrong(file=path, why=error) from error
    if isinstance(key, Ed25519PrivateKey):
        public = b64encode(key.public_key().public_bytes_raw()).decode()
        return MailKey("ed25519", domain, selector, public, _ed25519(key))
    if isinstance(key, RSAPrivateKey):
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return MailKey("rsa", domain, selector, b64encode(spki).decode(), _rsa(key))
    raise MailKeyWrong(file=path, why=type(key).__name__)


def _ed25519(key: Ed25519PrivateKey) -> Callable[[bytes], bytes]:
    """By libsodium, in two thirds of the time OpenSSL takes."""
    _, secret = crypto_sign_seed_keypair(key.private_bytes_raw())
    return lambda hashed: crypto_sign(hashed, secret)[:crypto_sign_BYTES]


def _rsa(key: RSAPrivateKey) -> Callable[[bytes], bytes]:
    padding, digest = PKCS1v15(), Prehashed(SHA256())
    return lambda hashed: key.sign(hashed, padding, digest)


@lru_cache(REMEMBERED)
def _each_relaxed(fields: str) -> str:
    """Fields none of which is folded."""
    return "".join(map(_relaxed, fields.split("\r\n")))


@lru_cache(REMEMBERED)
def _relaxed(field: str) -> str:
    """One that is signed, by section 3.4.2: its name in small letters, its lines unfolded, blanks
    run together. Most are the same in many letters."""
    name, _, value = field.partition(":")
    name = name.lower()
    return f"{name}:{' '.join(value.split())}\r\n" if name in _NAMES else ""


def _folded(signature: bytes) -> bytes:
    return b"".join([b"\r\n " + signature[at : at + 72] for at in range(0, len(signature), 72)])
