"""What a mail server, or whoever takes letters for one recipient domain, allows. Nothing said is no
limit."""

import re
from dataclasses import dataclass
from datetime import timedelta

from dondoc.words import Language, Words

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SPANS = {
    "": MINUTE,
    "m": MINUTE,
    "min": MINUTE,
    "minute": MINUTE,
    "phút": MINUTE,
    "h": HOUR,
    "hour": HOUR,
    "giờ": HOUR,
}
A_SPAN = {
    MINUTE: Words("{n} thư/phút", "{n} a minute"),
    HOUR: Words("{n} thư/giờ", "{n} an hour"),
}
A_DAY = Words("{n} thư/ngày", "{n} a day")
AT_ONCE = Words("{n} thư cùng lúc", "{n} at once")
A_CONNECTION = Words("{n} thư/kết nối", "{n} a connection")
EXPECTED = "a number of letters a minute, such as 30, or an hour, such as 10/h"

_RATE = re.compile(r"(\d{1,9})\s*(?:/\s*(\w+))?")


@dataclass(frozen=True)
class Rate:
    """So many letters in any span of that length."""

    letters: int = 0
    span: timedelta = MINUTE

    def __bool__(self) -> bool:
        return self.letters > 0

    @property
    def a_minute(self) -> float:
        return self.letters / (self.span / MINUTE)

    def text(self, language: Language) -> str:
        return A_SPAN[self.span].text(language, n=f"{self.letters:,}")


def rate(value: object) -> Rate:
    """`30` a minute, `10/h` or `10/giờ` an hour. Raises ValueError."""
    if isinstance(value, Rate):
        return value
    found = _RATE.fullmatch(str(value).strip().lower())
    if found is None or (found[2] or "") not in SPANS:
        raise ValueError(EXPECTED)
    return Rate(int(found[1]), SPANS[found[2] or ""])


@dataclass(frozen=True, kw_only=True)
class Pace:
    """`quota`: letters a day; `connections`: letters on their way at once; `messages` over one
    connection."""

    rate: Rate = Rate()
    quota: int = 0
    connections: int = 0
    messages: int = 0

    def text(self, language: Language) -> str:
        """What is limited, in a few words; empty where nothing is."""
        counts = (
            (self.quota, A_DAY),
            (self.connections, AT_ONCE),
            (self.messages, A_CONNECTION),
        )
        said = [self.rate.text(language)] if self.rate else []
        said += [words.text(language, n=f"{n:,}") for n, words in counts if n]
        return ", ".join(said)

    @property
    def is_counted(self) -> bool:
        return bool(self.rate or self.quota)
