"""What can go wrong, said to the person who can mend it.

A subclass names its English message in its docstring and the Vietnamese one in `vi`; both may
hold `{fact}` places, filled from the keyword arguments, which stay readable as `error.facts`;
a fact that is itself `Words` is said in the language of the message.
"""

from inspect import cleandoc
from typing import ClassVar

from dondoc.words import Language, Words


class DondocError(Exception):
    """Something went wrong."""

    vi: ClassVar[str] = "Có lỗi xảy ra."
    exit_status: ClassVar[int] = 2

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.text(Language.EN))

    def text(self, language: Language) -> str:
        template = self.vi if language is Language.VI else self._english()
        return template.format(**{name: _said(fact, language) for name, fact in self.facts.items()})

    def _english(self) -> str:
        """A docstring breaks its lines for us; where the Vietnamese breaks none, nor does it."""
        told = cleandoc(type(self).__doc__ or "")
        return told if "\n" in self.vi else told.replace("\n", " ")


def _said(fact: object, language: Language) -> object:
    return fact.text(language) if isinstance(fact, Words) else fact


class NotFound(DondocError):
    """There is no {what} {name!r}.{near}"""

    vi = "Không có {what} {name!r}.{near}"


class Refused(DondocError):
    """{why}"""

    vi = "{why}"
