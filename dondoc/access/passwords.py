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


RUNS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "password",
    "matkhau",
    "dondoc",
    "admin",
)
"""What is typed before anything else; a guesser tries it first."""
RUN = 4
"""characters of a run that are recognised"""
OWN_LEFT = 6
"""characters that must be left once runs, repetitions and the address are taken away"""


class PasswordEasy(DondocError):
    """This password is easily guessed: it is little more than a run of keys, one character over
    and over, or the mail address."""

    vi = "Mật khẩu này dễ đoán: chỉ là một dãy phím liền nhau, một ký tự lặp lại hoặc địa chỉ thư."


class PasswordUnfit(DondocError):
    """A password needs {shortest} to {longest} characters."""

    vi = "Mật khẩu cần từ {shortest} đến {longest} ký tự."


def hashed(password: str) -> str:
    """Raises PasswordUnfit."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordUnfit(shortest=SHORTEST, longest=LONGEST)
    return _HASHER.hash(password)


def refuse_easy(password: str, email: str) -> None:
    """Raises PasswordEasy."""
    small = password.casefold()
    for part in email.casefold().replace("@", ".").split("."):
        if len(part) >= RUN:
            small = small.replace(part, "")
    runs = {
        run[at : at + RUN] for one in RUNS for run in (one, one[::-1]) for at in range(len(one))
    }
    left = "".join(
        letter
        for at, letter in enumerate(small)
        if not any(
            small[start : start + RUN] in runs for start in range(max(0, at - RUN + 1), at + 1)
        )
    )
    if len(set(left)) < OWN_LEFT:
        raise PasswordEasy


def fits(password: str, kept: str | None) -> bool:
    """Takes as long where nothing is kept."""
    if len(password) > LONGEST:
        return False
    try:
        _HASHER.verify(kept or NOBODYS, password)
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None
