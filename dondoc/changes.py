"""What an amendment changed for one obligation, as the notice that tells it keeps it.

since 1, was 2024-04-15, hand_in
since 3, was before 2024-05-20
dropped
"""

import re
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Self

from dondoc.words import Words

CHANGED = "changed-{version}"
DROPPED = "dropped-{version}"
"""The steps of the notices that tell it, with the plan's version."""

_WAS = re.compile(r"was (before )?(\d{4}-\d\d-\d\d)", re.ASCII)
_SINCE = re.compile(r"since (\d+)", re.ASCII)


class What(StrEnum):
    HAND_IN = "hand_in"
    COLLECTOR = "collector"
    DROPPED = "dropped"
    RESTORED = "restored"
    GRANTED = "granted"
    MOVED = "moved"
    REVOKED = "revoked"
    DENIED = "denied"


SAID = {
    What.HAND_IN: Words("nội dung phải nộp thay đổi", "what to hand in has changed"),
    What.COLLECTOR: Words("nơi nhận thay đổi", "it goes to another office"),
    What.DROPPED: Words("không còn phải nộp", "no longer has to be handed in"),
    What.RESTORED: Words("lại phải nộp", "has to be handed in again"),
    What.GRANTED: Words("được gia hạn", "extended"),
    What.MOVED: Words("hạn đã gia hạn nay thay đổi", "the extension has another date"),
    What.REVOKED: Words("thu hồi gia hạn", "the extension is revoked"),
    What.DENIED: Words("đề nghị gia hạn không được chấp thuận", "no extension is granted"),
}
ANSWERS = (What.GRANTED, What.MOVED, What.REVOKED, What.DENIED)
"""What is decided about an extension; said before the date that was."""
WAS = Words("hạn cũ: {day}", "was due {day}")
BEFORE = Words("trước ngày {day}", "before {day}")


class Change(NamedTuple):
    """`was` is the date, as printed, that the reader knew last; None where it did not move.
    `since` is the version of the plan the reader knew."""

    was: date | None = None
    inclusive: bool = True
    what: tuple[What, ...] = ()
    since: int | None = None

    def __bool__(self) -> bool:
        return self.was is not None or bool(self.what)

    @property
    def text(self) -> str:
        before = "" if self.inclusive else "before "
        dated = [] if self.was is None else [f"was {before}{self.was.isoformat()}"]
        known = [] if self.since is None else [f"since {self.since}"]
        return ", ".join([*known, *dated, *self.what])

    @classmethod
    def read(cls, text: str | None) -> Self:
        parts = (text or "").split(", ")
        was = next(filter(None, map(_WAS.fullmatch, parts)), None)
        since = next(filter(None, map(_SINCE.fullmatch, parts)), None)
        known = {what.value: what for what in What}
        return cls(
            was=None if was is None else date.fromisoformat(was[2]),
            inclusive=was is None or was[1] is None,
            since=None if since is None else int(since[1]),
            what=tuple(known[part] for part in parts if part in known),
        )

    @property
    def said(self) -> Words:
        parts = [SAID[what] for what in self.what]
        if self.was is not None:
            day = Words(f"{self.was:%d/%m/%Y}", self.was.isoformat())
            if not self.inclusive:
                day = Words(BEFORE.vi.format(day=day.vi), BEFORE.en.format(day=day.en))
            answered = sum(what in ANSWERS for what in self.what)
            parts.insert(answered, Words(WAS.vi.format(day=day.vi), WAS.en.format(day=day.en)))
        return Words("; ".join(one.vi for one in parts), "; ".join(one.en for one in parts))
