"""A second factor: six figures that an app on a telephone shows, new every half minute (RFC 6238),
and recovery codes for the day on which the telephone is gone.

Its key is sealed with the installation's own, so that a copied database shows no codes.
"""

import base64
import hmac
from datetime import datetime
from enum import StrEnum
from secrets import choice, token_bytes

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from dondoc.access.accounts import note, sign_out
from dondoc.access.seal import seal_of
from dondoc.errors import DondocError
from dondoc.signing import Signer
from dondoc.tables import Account, RecoveryCode

ISSUER = "Đôn đốc"
PURPOSE = "dondoc second factor"
AROUND = (0, -1, 1)
"""time steps that are taken: clocks differ, people are slow"""
CODES = 10
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 that are not mistaken for one another"""
LENGTH = 16
"""of a recovery code, 80 bits, written in fours"""
_NONCE = 12


class FactorThere(DondocError):
    """There is a second factor already; switch it off before you set up another."""

    vi = "Đã có xác thực hai bước; hãy tắt trước khi thiết lập lại."


class FactorMissing(DondocError):
    """No second factor is set up, or not yet."""

    vi = "Chưa thiết lập xác thực hai bước."


class FactorKept(DondocError):
    """An administrator requires your second factor: only an administrator can reset it."""

    vi = "Người quản trị yêu cầu tài khoản này xác thực hai bước: chỉ người quản trị hủy được."


class CodeWrong(DondocError):
    """This code is not right, or was used already. Take the one the app shows now; a telephone
    whose clock is wrong shows wrong ones."""

    vi = (
        "Mã không đúng, hoặc đã dùng rồi. Hãy nhập mã đang hiện trên ứng dụng; điện thoại sai giờ "
        "thì mã cũng sai."
    )


class Vault:
    """Seals the keys of second factors; each opens for its own account alone."""

    def __init__(self, signer: Signer) -> None:
        self._cipher = AESGCM(signer.secret(PURPOSE))
        self._seal = seal_of(signer)

    def lock(self, account: Account, key: str) -> str:
        nonce = token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, key.encode("ascii"), _whose(account))
        return base64.b64encode(nonce + sealed).decode("ascii")

    def unlock(self, account: Account) -> str:
        """Raises FactorMissing, also where another installation's key sealed it."""
        try:
            kept = base64.b64decode(account.factor_secret or "")
            opened = self._cipher.decrypt(kept[:_NONCE], kept[_NONCE:], _whose(account))
        except (InvalidTag, ValueError) as error:
            raise FactorMissing from error
        return opened.decode("ascii")

    def proof(self, account: Account, code: str) -> str:
        return self._seal.proof("recovery code", account.id, code)


def _whose(account: Account) -> bytes:
    return str(account.id).encode("ascii")


def begin(session: Session, account: Account, vault: Vault) -> None:
    """A key that does not count yet: see `confirm`. Raises FactorThere."""
    if account.factor_since is not None:
        raise FactorThere
    account.factor_secret = vault.lock(account, pyotp.random_base32())
    session.flush()


def address(account: Account, vault: Vault) -> str:
    """What apps read from the picture. Raises FactorMissing."""
    return _totp(account, vault).provisioning_uri(name=account.email, issuer_name=ISSUER)


def spelled(account: Account, vault: Vault) -> str:
    """The key in fours, to be typed. Raises FactorMissing."""
    return fours(vault.unlock(account))


def confirm(
    session: Session, account: Account, vault: Vault, code: str, *, now: datetime
) -> list[str]:
    """From now on it counts. Returns the recovery codes, which are shown this once. Raises
    FactorThere, FactorMissing, CodeWrong."""
    if account.factor_since is not None:
        raise FactorThere
    if not _fits(session, account, vault, code, now):
        raise CodeWrong
    account.factor_since = now
    note(session, "factor_on", account.email, actor=account.email, now=now)
    return _new_codes(session, account, vault)


class Taken(StrEnum):
    APP = "app"
    RECOVERY = "recovery"


def take_code(
    session: Session, account: Account, vault: Vault, code: str, *, now: datetime
) -> Taken | None:
    """One the app shows about now, or a recovery code; None where it is neither, or was taken
    before."""
    if account.factor_since is None:
        return None
    plain = "".join(code.split()).replace("-", "").upper()
    if len(plain) == LENGTH:
        return Taken.RECOVERY if _recovered(session, account, vault, plain, now) else None
    return Taken.APP if _fits(session, account, vault, plain, now) else None


def renew_codes(session: Session, account: Account, vault: Vault, *, now: datetime) -> list[str]:
    """None of the earlier ones works any more. Raises FactorMissing."""
    if account.factor_since is None:
        raise FactorMissing
    note(session, "recovery_codes", account.email, actor=account.email, now=now)
    return _new_codes(session, account, vault)


def codes_left(session: Session, account: Account) -> int:
    unused = select(func.count()).select_from(RecoveryCode)
    unused = unused.where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def switch_off(session: Session, account: Account, *, now: datetime) -> None:
    """By its owner. Raises FactorKept, FactorMissing."""
    if account.factor_required:
        raise FactorKept
    if account.factor_since is None:
        raise FactorMissing
    _forget(session, account)
    note(session, "factor_off", account.email, actor=account.email, now=now)


def reset(session: Session, account: Account, *, actor: str, now: datetime) -> None:
    """By somebody else, for whom telephone and recovery codes are gone. Signs it out everywhere.
    Raises FactorMissing."""
    if account.factor_since is None:
        raise FactorMissing
    _forget(session, account)
    sign_out(session, account)
    note(session, "factor_reset", account.email, actor=actor, now=now)


def require(
    session: Session, account: Account, *, required: bool, actor: str, now: datetime
) -> None:
    """Where it is required nothing but setting it up can be done without, and a letter's link asks
    for the code too."""
    account.factor_required = required
    action = "factor_required" if required else "factor_free"
    note(session, action, account.email, actor=actor, now=now)


def fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _totp(account: Account, vault: Vault) -> pyotp.TOTP:
    return pyotp.TOTP(vault.unlock(account))


def _fits(session: Session, account: Account, vault: Vault, code: str, now: datetime) -> bool:
    """Of two who send the same code at once, one."""
    totp, given = _totp(account, vault), "".join(code.split()).encode()
    step = totp.timecode(now)
    shown = [step + away for away in AROUND]
    right = [one for one in shown if hmac.compare_digest(totp.generate_otp(one).encode(), given)]
    if not right:
        return False
    taken = session.execute(
        update(Account)
        .where(Account.id == account.id, Account.factor_step < right[0])
        .values(factor_step=right[0])
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _recovered(session: Session, account: Account, vault: Vault, code: str, now: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.proof == vault.proof(account, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        return False
    left = codes_left(session, account)
    note(session, "recovery_used", account.email, actor=account.email, now=now, left=left)
    return True


def _new_codes(session: Session, account: Account, vault: Vault) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = ["".join(choice(LETTERS) for _ in range(LENGTH)) for _ in range(CODES)]
    session.add_all(
        RecoveryCode(account_id=account.id, proof=vault.proof(account, code)) for code in codes
    )
    return [fours(code) for code in codes]


def _forget(session: Session, account: Account) -> None:
    account.factor_secret = account.factor_since = None
    account.factor_step = 0  # that of a clock which was ahead would refuse the next device's codes
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
