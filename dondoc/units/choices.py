"""What becomes of what an ended unit still owes: nothing is handed over unless somebody says so.

[PLAN[/MILESTONE[/OCCURRENCE]]][@UNIT]: move | move=UNIT,UNIT | close | close=reason
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from dondoc.decision import DecisionRefused


class ChoiceWrong(DecisionRefused):
    """{text!r} does not say what becomes of what is open. Write move, move=UNIT,UNIT, close or
    close=reason; before it, where it is not meant for all, PLAN/MILESTONE/OCCURRENCE@UNIT:"""

    vi = (
        "{text!r} chưa nói rõ xử lý việc còn dở thế nào. Hãy viết move, move=ĐƠN_VỊ,ĐƠN_VỊ, close "
        "hoặc close=lý do; nếu không phải cho tất cả, ghi trước KẾ_HOẠCH/MỐC/KỲ@ĐƠN_VỊ:"
    )


class Owed(NamedTuple):
    """By codes."""

    plan: str
    milestone: str
    occurrence: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`move`: to the units `to`, by code; none named: to all successors. Else it is closed. What
    it is meant for: "" is all."""

    move: bool
    to: tuple[str, ...] = ()
    reason: str = ""
    plan: str = ""
    milestone: str = ""
    occurrence: str = ""
    unit: str = ""

    @property
    def named(self) -> int:
        return sum(map(bool, (self.plan, self.milestone, self.occurrence, self.unit)))

    def given_by(self, unit: str) -> bool:
        """Whether it names what a unit that goes on gives away, and to whom."""
        return self.move and bool(self.to) and self.unit == unit

    def means(self, owed: Owed) -> bool:
        mine = Owed(self.plan, self.milestone, self.occurrence, self.unit)
        return all(not name or name == its for name, its in zip(mine, owed, strict=True))


def chosen(choices: Iterable[Choice], owed: Owed) -> Choice | None:
    """The one that names most; of several alike the last."""
    return max(
        (one for one in reversed(list(choices)) if one.means(owed)),
        key=lambda one: one.named,
        default=None,
    )


def read_choice(text: str) -> Choice:
    """Raises ChoiceWrong."""
    scope, colon, rest = text.strip().partition(":")
    if not colon or "=" in scope:
        scope, rest = "", text
    what, equals, value = rest.strip().partition("=")
    value = value.strip()
    if what not in ("move", "close") or (equals and not value):
        raise ChoiceWrong(text=text)
    where, _, unit = scope.strip().partition("@")
    parts = where.split("/") if where else []
    if len(parts) > 3 or not all(parts) or (colon and scope and not (parts or unit)):
        raise ChoiceWrong(text=text)
    plan, milestone, occurrence = (*parts, "", "", "")[:3]
    move = what == "move"
    return Choice(
        move=move,
        to=tuple(filter(None, (one.strip() for one in value.split(",")))) if move else (),
        reason="" if move else value,
        plan=plan,
        milestone=milestone,
        occurrence=occurrence,
        unit=unit,
    )


def as_json(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    return [asdict(one) for one in choices]


def from_json(kept: Sequence[dict[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(**{**one, "to": tuple(one["to"])}) for one in kept)
