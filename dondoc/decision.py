"""A decision somebody takes, and why it may be refused: nothing has changed then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from dondoc.errors import DondocError
from dondoc.explaining import OBLIGATIONS
from dondoc.tables import Obligation


class DecisionRefused(DondocError):
    """This cannot be decided."""

    vi = "Không thể quyết định như vậy."


class ReasonMissing(DecisionRefused):
    """A reason is needed: it is kept with the decision, and whom it concerns will read it."""

    vi = "Cần có lý do: lý do được lưu cùng quyết định và người liên quan sẽ đọc."


class WrongState(DecisionRefused):
    """{unit} · {milestone}: {state}."""

    vi = "{unit} · {milestone}: {state}."

    @classmethod
    def of(cls, obligation: Obligation, **facts: object) -> Self:
        return cls(
            unit=obligation.unit.code,
            milestone=obligation.occurrence.milestone.code,
            state=OBLIGATIONS[obligation.state],
            **facts,
        )


class NotTaken(WrongState):
    """{unit} · {milestone}: {state}; nothing more can be handed in."""

    vi = "{unit} · {milestone}: {state}; không nộp thêm được."

    @classmethod
    def dropped(cls, obligation: Obligation) -> Self:
        return cls(
            unit=obligation.unit.code,
            milestone=obligation.occurrence.milestone.code,
            state=OBLIGATIONS["dropped"],
        )


class NothingToAccept(WrongState):
    """{unit} · {milestone}: {state}; only what waits for review can be accepted."""

    vi = "{unit} · {milestone}: {state}; chỉ nhận được bài đang chờ xét."


class NothingToReturn(WrongState):
    """{unit} · {milestone}: {state}; only what waits for review can be returned."""

    vi = "{unit} · {milestone}: {state}; chỉ trả lại được bài đang chờ xét."


class NothingToExempt(WrongState):
    """{unit} · {milestone}: {state}; only what is still owed can be exempted."""

    vi = "{unit} · {milestone}: {state}; chỉ miễn được việc còn phải nộp."


class NothingToExtend(WrongState):
    """{unit} · {milestone}: {state}; only what has not been handed in can be extended."""

    vi = "{unit} · {milestone}: {state}; chỉ gia hạn được việc chưa nộp."


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decided, on whose behalf (a unit's code, or a person), when and why. Raises
    ReasonMissing."""

    actor: str
    reason: str
    now: datetime
    on_behalf: str | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ReasonMissing
