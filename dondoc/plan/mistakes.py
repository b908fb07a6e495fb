"""What is wrong in a plan file, where, and what would be right."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from dondoc.errors import DondocError
from dondoc.words import Language, Words

SHOWN = 200
MANY = 2000
"""A file with more mistakes is no plan at all; the rest is not looked for."""
MORE = Words("… và {rest} lỗi nữa", "… and {rest} more")
NEAR = 60.0

NOTHING = Words("", "")


class Mistake(NamedTuple):
    """`line` and `column` count from 1; line 0 is the file as a whole. `field` is the way to the
    value: milestones[so-ket].due."""

    line: int
    column: int
    field: str
    wrong: Words
    right: Words = NOTHING

    def text(self, language: Language) -> str:
        right = self.right.text(language)
        said = f"{self.wrong.text(language)}. {right}" if right else self.wrong.text(language)
        return f"{self.field}: {said}" if self.field else said


class PlanWrong(DondocError):
    """{name} has mistakes ({count}):
    {listing}"""

    vi = "{name} có {count} lỗi:\n{listing}"

    def __init__(self, name: str, mistakes: Iterable[Mistake]) -> None:
        self.name = name
        self.mistakes = tuple(sorted(set(mistakes), key=lambda one: one[:3]))
        listing = Words(*(self._listing(language) for language in (Language.VI, Language.EN)))
        super().__init__(name=name, count=len(self.mistakes), listing=listing)

    def _listing(self, language: Language) -> str:
        lines = [
            f"{self.name}:{one.line}: {one.text(language)}" if one.line else one.text(language)
            for one in self.mistakes[:SHOWN]
        ]
        rest = len(self.mistakes) - SHOWN
        if rest > 0:
            lines.append(MORE.text(language, rest=rest))
        return "\n".join(lines)


class Unfit(ValueError):
    """A rule of the plan is broken; raised inside validation, so that pydantic collects it.
    `at` is the key below the validated mapping that is to blame."""

    def __init__(self, wrong: Words, right: Words = NOTHING, *, at: str | None = None) -> None:
        super().__init__(wrong.en)
        self.wrong = wrong
        self.right = right
        self.at = at


class Told(Unfit):
    """A rule between values that a plan file's reader is told about with the lines of both."""


class Twice(Told):
    """A code used twice."""


class Loose(Told):
    """A date that hangs on nothing, or on itself."""


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word most like `word`, if any is like it."""
    found = process.extractOne(
        word, known, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=NEAR
    )
    return found[0] if found else None


def suggestion(word: str, known: Sequence[str]) -> Words:
    """Did you mean …? – or the whole list where it is short."""
    near = nearest(word, known)
    if near is not None:
        return Words(f"Có phải là: {near}?", f"Did you mean {near}?")
    listed = ", ".join(known[:30])
    return Words(f"Có thể dùng: {listed}", f"Known here: {listed}") if known else NOTHING
