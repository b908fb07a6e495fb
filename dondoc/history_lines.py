"""What a history is made of: planned notices with what became of them, and decisions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dondoc.changes import Change
from dondoc.explaining import ACTIONS, REASONS, STAGES, STATES, by_whom, noted, told
from dondoc.record import Facts
from dondoc.tables import LetterState, NoticeState, Reason, Role, Stage
from dondoc.words import Words

JOINED = Words(
    "thư hôm ấy chưa đi được, gửi chung với thư ngày {day}",
    "that day's letter could not leave; it goes with the letter of {day}",
)


KEPT_AS_FILE = Words("chỉ thành tệp trên máy chủ này", "only as a file on this machine")


def is_file(answer: str) -> bool:
    """Of a letter that was written into a folder, where that is the way of sending: the file's
    name stands for a server's answer."""
    return answer.endswith(".eml")


def answered(answer: str) -> Words:
    return KEPT_AS_FILE if is_file(answer) else Words(answer, answer)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Whom a notice was meant for: a role, and whose."""

    role: Role
    unit: str
    unit_name: str
    name: str
    address: str | None


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """`seat` gets it, or got it, with the person and address of that day; `stands_for` is whose it
    was, where somebody stood in. `occurrence` is a key, `label` its name for people, empty where
    there is only one. `at` is when it was planned for; `accepted_at` when a mail server took the
    letter, with its `answer`; `joined` is the day of a later letter it goes with, because its own
    could not leave; `held` says who put it on hold, why and until when."""

    id: int
    at: datetime
    plan: str
    time_zone: str
    milestone: str
    occurrence: str
    label: str
    due_on: date
    stage: Stage
    step: str
    level: int | None
    seat: Seat
    stands_for: Seat | None
    state: NoticeState
    reason: Reason | None
    note: str | None
    change: Change
    letter_id: int | None
    letter_state: LetterState | None
    accepted_at: datetime | None
    answer: str | None
    joined: date | None
    held: Words | None

    @property
    def said_stage(self) -> Words:
        return STAGES[self.stage]

    @property
    def said_state(self) -> Words:
        return STATES[self.state]

    @property
    def said_why(self) -> Words:
        """Empty where there is nothing to explain."""
        parts = [REASONS[self.reason]] if self.reason else []
        parts += [noted(self.note)] if self.note else []
        parts += [self.change.said] if self.change else []
        parts += [self._with_another] if self.joined else []
        parts += [self.held] if self.held else []
        return Words("; ".join(one.vi for one in parts), "; ".join(one.en for one in parts))

    @property
    def in_file(self) -> bool:
        return self.answer is not None and is_file(self.answer)

    @property
    def said_answer(self) -> Words | None:
        """What became of the letter at the mail server, or where letters are only written."""
        return answered(self.answer) if self.answer else None

    @property
    def _with_another(self) -> Words:
        day = f"{self.joined:%d/%m/%Y}"
        return Words(JOINED.vi.format(day=day), JOINED.en.format(day=day))


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """Something that was handed in or decided."""

    at: datetime
    plan: str
    time_zone: str
    milestone: str
    occurrence: str
    label: str
    action: str
    actor: str
    facts: dict[str, Any]
    on_behalf: str | None = None
    reason: str | None = None
    before: Facts | None = None
    after: Facts | None = None

    @property
    def said(self) -> Words:
        return ACTIONS.get(self.action, Words(self.action, self.action))

    @property
    def decided_by(self) -> str:
        return by_whom(self.actor, self.on_behalf)

    @property
    def told(self) -> list[Words]:
        return told(self)


Line = NoticeLine | EventLine
