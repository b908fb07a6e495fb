"""Argon2id with 19 MiB, two passes and one lane, as OWASP's Password Storage Cheat Sheet has it;
a long password is better than a strange one."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from dondoc.errors import DondocError

SHORTEST = 12
LONGEST = 200

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$/dJxcjz5o/2UmONgJxznJA$"
    "MNunN0zu3CXW3uuI3DGlh3ufUL82DgnivOLBPxYVaF4"
)
"""What a password is held against where there is no account, so that it takes as long."""


class PasswordEasy(DondocError):
    """This password is easily guessed: little is left of it without common words, runs of keys,
    repetitions, years, and the names of the person, the address and the office. A sentence of your
    own is best."""

    vi = (
        "Mật khẩu này dễ đoán: bỏ những từ thông dụng, dãy phím liền nhau, phần lặp lại, năm, tên "
        "người, địa chỉ thư và tên cơ quan thì còn lại quá ít. Một câu của riêng bạn là tốt nhất."
    )


class PasswordUnfit(DondocError):
    """A password needs {shortest} to {longest} characters."""

    vi = "Mật khẩu cần từ {shortest} đến {longest} ký tự."


def hashed(password: str) -> str:
    """Raises PasswordUnfit."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordUnfit(shortest=SHORTEST, longest=LONGEST)
    return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Takes as long where nothing is kept."""
    if len(password) > LONGEST:
        return False
    try:
        _HASHER.verify(kept or NOBODYS, password)
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None
