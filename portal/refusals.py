"""What was refused is told beside the form it was typed into, with what was typed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from dondoc.decision import ReasonMissing
from dondoc.errors import DondocError, NotFound
from dondoc.words import Language, Words
from portal.days import DayMissing
from portal.forms import Posted
from portal.statuses import status_of

HERE = (400, 409, 429)
"""Other statuses are about the page itself or who asks: they end in a page of their own."""
Blame = Mapping[Any, str]
BLAMED: Blame = {ReasonMissing: "reason", DayMissing: "until"}
"""The field of a form that an error is about; a form may know better."""


class Tried(NamedTuple):
    """`form` is a form's name on its page, `field` the one of its fields that is to blame, if it
    is one."""

    form: str
    said: Words
    typed: Posted
    field: str = ""
    status: int = 400


class Outcome:
    """`tried` is None while nothing was refused."""

    def __init__(self) -> None:
        self.tried: Tried | None = None

    @property
    def status(self) -> int:
        return 200 if self.tried is None else self.tried.status


@contextmanager
def refusable(form: str, typed: Posted, blame: Blame | None = None) -> Iterator[Outcome]:
    """Takes in what is refused, to be shown beside `form`. `blame` says which field an error, or a
    kind of thing that is not found, is about."""
    outcome = Outcome()
    try:
        yield outcome
    except DondocError as error:
        if not _belongs_here(error):
            raise
        field = _field(error, {**BLAMED, **(blame or {})})
        outcome.tried = Tried(form, in_words(error), typed, field, _status(error))


def in_words(error: DondocError) -> Words:
    return Words(error.text(Language.VI), error.text(Language.EN))


def _belongs_here(error: DondocError) -> bool:
    return isinstance(error, NotFound) or status_of(error) in HERE


def _status(error: DondocError) -> int:
    """Not 404: the page is there, a code that was typed is not."""
    return 400 if isinstance(error, NotFound) else status_of(error)


def _field(error: DondocError, blame: Blame) -> str:
    if isinstance(field := error.facts.get("field"), str):
        return field
    if isinstance(error, NotFound):
        what = error.facts.get("what")
        return blame.get(what, "") if isinstance(what, Words) else ""
    return blame.get(type(error), "")
