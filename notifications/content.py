"""What a letter says, before any wording: plain facts that JSON can hold.

Made from rows at the moment of sending; kept as `Letter.facts`, so that a letter can be shown later
exactly as it was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple, Self

import orjson
from pydantic import TypeAdapter

from dondoc.access.news import News
from dondoc.tables import Stage
from dondoc.words import Language, Words


class Bucket(StrEnum):
    """`today`: this is the last working day, or the last day that counts. `dropped`: an amendment
    no longer asks for it. `incomplete`: received, with reasons for what is missing."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    INCOMPLETE = "incomplete"
    DROPPED = "dropped"


Lack = tuple[str, str]
"""A part that is missing, by name, and the unit's reason."""


class Facts:
    """Plain dataclasses: a hundred thousand are made in a morning. Nobody changes one; frozen ones
    would take four times as long to make."""

    __slots__ = ()

    def but(self, changes: Mapping[str, Any]) -> Self:
        return replace(self, **changes)  # type: ignore[type-var]


class Alike(Facts):
    """What many are told alike is compared once for all of them."""

    __slots__ = ("_likeness",)

    _likeness: bytes

    @property
    def likeness(self) -> bytes:
        """Items with the same one say the same, but for whose they are."""
        try:
            return self._likeness
        except AttributeError:
            self._likeness = orjson.dumps(_SAID(self))
            return self._likeness

    def like(self, other: "Alike") -> Self:
        """Itself, known to say the same as `other`."""
        self._likeness = other.likeness
        return self


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Item(Alike):
    """One obligation as it stands. `due` as printed in the plan or as extended; `inclusive`
    false means *trước ngày*; `last_on` is the last day that counts; `days_left` counts calendar
    days to it, negative when past; `late_days` counts working days since lateness began."""

    plan: str
    plan_number: str
    plan_code: str
    milestone: str
    name: str
    occurrence: str
    due: date
    inclusive: bool
    granularity: str
    last_on: date
    days_left: int
    late_days: int
    bucket: Bucket
    clause: str
    clause_where: str
    hand_in: tuple[str, ...]
    collector: str
    collector_email: str
    unit: str
    unit_name: str
    extended_from: date | None = None
    returned: str | None = None
    lacking: tuple[Lack, ...] = ()
    """all that is still asked for, where the rest was received"""
    promised: date | None = None
    """the day somebody promised it for, also when that is over"""
    changes: tuple[str, ...] = ()
    """of an amendment or an extension that is told now: the words of `dondoc.changes.What`"""
    was: date | None = None
    """the date before it, as printed"""
    was_inclusive: bool = True
    changed_why: str = ""
    taken_from: tuple[str, ...] = ()
    """units that owed it before and are no more; told once"""

    @property
    def changed(self) -> bool:
        return self.was is not None or bool(self.changes)


_SAID = attrgetter(*(name for name in Item.__slots__ if name not in ("unit", "unit_name")))


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Pressed(Facts):
    """A unit below the reader that owes overdue items, with the evidence: when its own reminder
    was accepted by the mail server (local date) and which posts between were vacant."""

    unit: str
    unit_name: str
    level: int
    items: tuple[Item, ...]
    told_on: date | None
    note: str = ""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Waiting(Facts):
    """Submissions the reader's unit, or one below the reader, has not yet accepted or returned."""

    milestone: str
    name: str
    occurrence: str
    count: int
    oldest: date
    units: tuple[str, ...]
    by: date | None = None
    """the first of the days by which they are to be accepted or returned"""
    days_left: int = 0
    """to it, calendar days; negative when past"""
    collector: str = ""
    """who has not decided, where a superior of its is told"""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Summary(Facts):
    """One plan's standing, for the weekly digest; rates are 0–100 or None when nothing was due."""

    plan: str
    plan_number: str
    plan_code: str
    expected: int
    complete: int
    on_time: int
    """in time, an extension's too"""
    overdue: int
    waiting: int
    due_this_week: tuple[Item, ...]
    latest: tuple[Item, ...]
    """the longest overdue, at most ten"""
    contact_problems: int
    extended: int = 0
    """of those in time, within an extension only"""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class ReceiptFacts(Facts):
    number: str
    unit_name: str
    plan: str
    name: str
    occurrence: str
    version: int
    received: str
    """local time, ISO with offset"""
    verdict: str
    """on_time, on_time_extended, late, incomplete, incomplete_with_reason"""
    late_days: int
    files: tuple[tuple[str, int, str], ...]
    """name, bytes, sha-256"""
    missing: tuple[str, ...]
    signature: str
    due: date | None = None
    """the unit's own date"""
    extended_from: date | None = None
    """the date in the plan, where the unit's own is an extension"""
    paper: str = ""
    """how many sets of paper originals have come"""
    file: str = ""
    """the receipt as a file: what `dondoc receipt verify` reads"""

    @property
    def file_name(self) -> str:
        return f"bien-nhan-{self.number}.json"


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Filed(Facts):
    """What became of an obligation's draft: `missing` is what is still asked for."""

    obligation: int
    name: str
    occurrence: str
    files: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class ReceivedFacts(Facts):
    """What became of an answer with files. `mailed` is local time, ISO with offset, empty where it
    is not known; `sender` the address it names; `why` says what could not be read at all."""

    sender: str
    mailed: str
    drafts: tuple[Filed, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """file, reason"""
    unplaced: tuple[str, ...] = ()
    because: str = ""
    """why those wait"""
    why: str = ""
    placed_by: str = ""
    """the office that said where the files belong, where the answer did not"""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class QuestionFacts(Facts):
    """An answer without files, as it came; `about` is the subject of the letter it answers."""

    sender: str
    unit_name: str
    about: str
    subject: str
    text: str
    why: str = ""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class StandsFor(Facts):
    """Whose letter the reader gets: a seat whose person is away (`absence`: leave, with its days,
    both included), gone (vacant), or cannot be reached (refused)."""

    name: str
    role: str
    unit_name: str
    absence: str
    from_on: date | None = None
    to_on: date | None = None


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Content(Facts):
    """`name` is the letter's folder: announcement, changed, extension, taken_over, reminder,
    due_today, returned, overdue, escalation, review, digest, receipt, received, question, link,
    sign_in, account. `today` is the plan zone's date on which it is read; `office` the standing
    office that signs."""

    name: str
    language: Language
    today: date
    reader: str
    unit_name: str
    office: str = ""
    level: int | None = None
    items: tuple[Item, ...] = ()
    pressed: tuple[Pressed, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    summaries: tuple[Summary, ...] = ()
    receipt: ReceiptFacts | None = None
    epoch: int | None = None
    """of the seat whose link the letter carries; the link itself is never kept"""
    sign_in: int | None = None
    """the row of the link that signs in"""
    lasts: int = 10
    """minutes for which that link works"""
    news: News | None = None
    stands_for: tuple[StandsFor, ...] = ()
    received: ReceivedFacts | None = None
    question: QuestionFacts | None = None


_CONTENT = TypeAdapter(Content)


def content_from(payload: Mapping[str, Any]) -> Content:
    """What `Letter.facts` has. Raises pydantic.ValidationError."""
    return _CONTENT.validate_python(payload)


class Rendered(NamedTuple):
    subject: str
    text: str
    html: str


LETTER_OF = {
    Stage.ANNOUNCE: "announcement",
    Stage.REMIND: "reminder",
    Stage.CHANGED: "changed",
    Stage.EXTENSION: "extension",
    Stage.TAKEN_OVER: "taken_over",
    Stage.RETURNED: "returned",
    Stage.DUE: "due_today",
    Stage.OVERDUE: "overdue",
    Stage.REVIEW: "review",
    Stage.DIGEST: "digest",
    Stage.ESCALATE: "escalation",
}
LETTER_NAMES = {
    "announcement": Words("thông báo", "announcement"),
    "changed": Words("thay đổi thời hạn", "change"),
    "returned": Words("trả lại để sửa", "returned"),
    "extension": Words("gia hạn", "extension"),
    "taken_over": Words("tiếp nhận việc", "taken over"),
    "reminder": Words("nhắc hạn", "reminder"),
    "due_today": Words("hạn hôm nay", "due today"),
    "overdue": Words("quá hạn", "overdue"),
    "escalation": Words("báo cáo cấp trên", "escalation"),
    "review": Words("chờ xem xét", "awaiting review"),
    "digest": Words("tổng hợp tuần", "weekly digest"),
    "receipt": Words("biên nhận", "receipt"),
    "received": Words("đã nhận tệp qua thư", "files received by mail"),
    "question": Words("câu hỏi của đơn vị", "question of a unit"),
}
"""What kind of letter it is, for tables."""
