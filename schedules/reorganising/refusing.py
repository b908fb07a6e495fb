"""Why a reorganisation is refused: nothing has changed then."""

from collections.abc import Iterable

from dondoc.decision import DecisionRefused
from dondoc.units.choices import Choice
from dondoc.words import Words
from schedules.reorganising.drawing import Drawn, Open


class StillOpen(DecisionRefused):
    """Obligations still open: {count}; say what becomes of each (--open):
    {listing}"""

    vi = "Còn {count} đầu việc chưa xong; hãy nêu cách xử lý từng việc (--open):\n{listing}"


class ChoiceUnused(DecisionRefused):
    """Nothing that is open is meant by {what}."""

    vi = "Không có việc nào còn dở ứng với {what}."


class ChangeOver(DecisionRefused):
    """Change no. {id} {why}."""

    vi = "Thay đổi số {id} {why}."


def refuse_unused(choices: Iterable[Choice], drawn: Drawn) -> None:
    """A mistyped code would leave what it meant to another choice."""
    for choice in choices:
        if choice.named and not any(choice.means(line_.shown.owed) for line_ in drawn.lines):
            named = (choice.plan, choice.milestone, choice.occurrence)
            what = "/".join(filter(None, named)) + (f"@{choice.unit}" if choice.unit else "")
            raise ChoiceUnused(what=what)


def refuse_open(drawn: Drawn) -> None:
    undecided = drawn.undecided
    if undecided:
        lines = [_listed(one) for one in undecided]
        listing = Words("\n".join(one.vi for one in lines), "\n".join(one.en for one in lines))
        raise StillOpen(count=len(undecided), listing=listing)


def _listed(one: Open) -> Words:
    plan, milestone, occurrence, unit = one.owed
    label = f" ({one.label})" if one.label else ""
    said = f"  {plan}/{milestone}/{occurrence}@{unit}: {one.name}{label}, {one.due_on:%d/%m/%Y}"
    why = one.blocked or Words("", "")
    return Words(*(f"{said} – {part}" if part else said for part in why))
