"""How much of a password is left once what guessers try first is taken away.

The thirty thousand passwords that leak most often come with zxcvbn, which knows their spellings and
combinations too: offices' networks are closed, and no service can be asked. Words of our own
language, and what is near at hand, are ours to know.
"""

import re
from collections.abc import Iterable
from unicodedata import combining, normalize

from zxcvbn import zxcvbn

from dondoc.access.passwords import PasswordEasy

RUNS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmik",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
"""keys in the order of an alphabet or a keyboard; guessed backwards too"""
RUN = 4
"""characters of a run that are recognised"""
COMMON = re.findall(
    r"\w+",
    """
    abc admin administrator anhyeuem auto bacho baocao baseball batman bimat bongda canbo cantho
    changeme chaoban company computer congchuc congviec conyeu coquan danang dangky dangnhap
    default dondoc donvi dragon emyeuanh facebook football giadinh google guest haiphong
    hanhphuc hanoi hello hethong hochiminh hocsinh hue huyen iloveyou internet january kehoach
    khenthuong khongbiet khongco khongnho letmein login manager master matkhau michael mobile
    monkey nhandan nhatrang noivu office pass password phong phongban phuong pokemon princess
    quan quangninh quantri quantrivien root saigon samsung secret server shadow spring starwars
    summer sunshine superman taikhoan test thanhpho thidua tinh trustno ubnd user uyban vanphong
    vietnam welcome winter xinchao yeuanh yeuem yeunhau
    """,
)
LEAST_NAMED = 3
"""letters of a name that are worth a guess"""
GUESSES = 10**8
"""how many it must take, tried by frequency in leaks"""
LOOKED_AT = 32
"""characters that are held against the leaked ones; what is hard up to there stays hard"""
OWN_LEFT = 6
"""different characters that must be left"""
LEAST_REPEATED = 8
"""characters of what may be said twice"""

_YEAR = re.compile(r"(?:19|20)\d\d")
_LEET = str.maketrans("013457@$!", "oieastasi")


def refuse_easy(password: str, names: Iterable[str]) -> None:
    """`names` are the person's, the address, the office's. Raises PasswordEasy."""
    if _guesses(password) < GUESSES:
        raise PasswordEasy
    plain = _plain(password)
    words = sorted({*COMMON, *_named(names)}, key=len, reverse=True)
    for written in (plain, plain.translate(_LEET)):
        if len(set(_left(written, words))) < OWN_LEFT:
            raise PasswordEasy


def _guesses(password: str) -> int:
    """Without marks: that is how they are on the list."""
    bare = normalize("NFD", password[:LOOKED_AT]).replace("đ", "d").replace("Đ", "D")
    return int(zxcvbn("".join(one for one in bare if not combining(one))[:LOOKED_AT])["guesses"])


def _plain(text: str) -> str:
    """Small letters without marks; đ is d."""
    bare = normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in bare if not combining(letter) and not letter.isspace())


def _named(names: Iterable[str]) -> set[str]:
    parts = (part for name in names for part in re.split(r"[\W_]+", name))
    return {plain for part in parts if len(plain := _plain(part)) >= LEAST_NAMED}


def _left(text: str, words: list[str]) -> str:
    text = _once(text)
    for word in words:
        text = text.replace(word, "")
    return _without_runs(_YEAR.sub("", text))


def _once(text: str) -> str:
    """What is the same over and over counts for nothing, unless it is long itself."""
    for size in range(1, len(text) // 2 + 1):
        if (text[:size] * (len(text) // size + 1))[: len(text)] == text:
            return text[:size] if size >= LEAST_REPEATED else ""
    return text


def _without_runs(text: str) -> str:
    runs = {
        run[at : at + RUN]
        for one in RUNS
        for run in (one, one[::-1])
        for at in range(len(one) - RUN + 1)
    }
    inside = {
        at + step for at in range(len(text)) if text[at : at + RUN] in runs for step in range(RUN)
    }
    return "".join(letter for at, letter in enumerate(text) if at not in inside)
