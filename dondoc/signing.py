"""The installation's Ed25519 key: made on first use, kept in the data folder, readable by its
owner alone. Whoever has it can sign receipts; whoever loses it can no longer prove new ones."""

from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
)

from dondoc.errors import DondocError
from dondoc.keyfile import keep_key

KEY_FILE = "signing-key.pem"


class KeyWrong(DondocError):
    """The signing key {file} cannot be used: {why}
    Restore it from your backup; a new key would not match receipts issued before."""

    vi = (
        "Không dùng được khoá ký {file}: {why}\n"
        "Hãy khôi phục từ bản sao lưu; khoá mới sẽ không khớp các giấy biên nhận đã cấp."
    )


class Signer:
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> str:
        """Base64 of the 32 bytes."""
        return b64encode(self._key.public_key().public_bytes_raw()).decode()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)

    @property
    def installation(self) -> str:
        """Short and stable."""
        return self.fingerprint[:12]

    def sign(self, text: str) -> str:
        """Base64."""
        return b64encode(self._key.sign(text.encode("utf-8"))).decode()

    def secret(self, purpose: str) -> bytes:
        """32 bytes that follow from the key and tell nothing about it; others for each purpose."""
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode("utf-8"))
        return derived.derive(self._key.private_bytes_raw())


def fingerprint(public_key: str) -> str:
    """SHA-256 of the key's 32 bytes, as hex."""
    return sha256(b64decode(public_key)).hexdigest()


def signed_by(public_key: str, text: str, signature: str) -> bool:
    """Raises ValueError where key or signature are not what they should look like."""
    key = Ed25519PublicKey.from_public_bytes(b64decode(public_key, validate=True))
    try:
        key.verify(b64decode(signature, validate=True), text.encode("utf-8"))
    except InvalidSignature:
        return False
    return True


def has_key(folder: Path) -> bool:
    return (folder / KEY_FILE).is_file()


def open_signer(folder: Path) -> Signer:
    """Makes the key where there is none; of two processes that do, one wins. Raises KeyWrong."""
    path = folder / KEY_FILE
    try:
        if not path.exists():
            keep_key(path, Ed25519PrivateKey.generate())
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyWrong(file=path, why=error) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyWrong(file=path, why="Ed25519?")
    return Signer(key)
