"""The rule behind a notice, in words: T-7 is seven days before, L2 the head of the group."""

import re

from dondoc.words import Words

LEVELS = {
    0: Words("chưa báo ai", "nobody told"),
    1: Words("thủ trưởng đơn vị", "head of the unit"),
    2: Words("trưởng cụm, khối", "head of the group"),
    3: Words("cơ quan thường trực", "standing office"),
    4: Words("lãnh đạo cấp trên", "board"),
}
LAST_DAY = Words("ngày cuối", "the last day")
BEFORE = Words("trước {n} ngày", "{n} days before")
BEFORE_ONE = Words("trước 1 ngày", "1 day before")
AFTER = Words("sau {n} ngày", "{n} days after")
AFTER_ONE = Words("sau 1 ngày", "1 day after")
MORE = Words("sau {n} ngày và {more} ngày làm việc", "{n} days and {more} working days after")
ON_DEMAND = Words("theo yêu cầu", "on demand")
VERSION = Words("phiên bản {n}", "version {n}")
HANDED_IN = Words("lần nộp {n}", "version {n}")
MORE_ONE = Words("sau 1 ngày và {more} ngày làm việc", "1 day and {more} working days after")

_DAYS = re.compile(r"T(?P<sign>[+-])(?P<days>\d+)(?:\+(?P<more>\d+)wd)?", re.ASCII)
_REVIEW = re.compile(r"review-v(\d+)-(.+)", re.ASCII)
_VERSION = re.compile(r"(?:changed|dropped)-(\d+)", re.ASCII)
_LEVEL = re.compile(r"L([1-4])", re.ASCII)


def step_said(step: str) -> Words:
    """Empty where the stage alone says it all (an announcement, a digest, a return)."""
    days = _DAYS.fullmatch(step)
    if days is not None:
        return _of_days(days["sign"], int(days["days"]), days["more"])
    level = _LEVEL.fullmatch(step)
    if level is not None:
        return LEVELS[int(level[1])]
    review = _REVIEW.fullmatch(step)
    if review is not None:
        which, when = HANDED_IN.filled(n=review[1]), step_said(review[2])
        return Words(f"{which.vi}, {when.vi}", f"{which.en}, {when.en}")
    version = _VERSION.fullmatch(step)
    if version is not None:
        return VERSION.filled(n=version[1])
    return ON_DEMAND if step.startswith("manual") else Words("", "")


def _of_days(sign: str, days: int, more: str | None) -> Words:
    if more is not None:
        return (MORE_ONE if days == 1 else MORE).filled(n=days, more=more)
    if not days:
        return LAST_DAY
    one, many = (BEFORE_ONE, BEFORE) if sign == "-" else (AFTER_ONE, AFTER)
    return one if days == 1 else many.filled(n=days)
