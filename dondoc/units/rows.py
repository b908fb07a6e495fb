"""One row of the list of units: what an office says about one unit."""

import unicodedata
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator

from dondoc.tables import Role
from dondoc.words import Language, Words


class Person(NamedTuple):
    """Who sits in a seat; without an e-mail address the seat is vacant."""

    name: str = ""
    email: str | None = None


def line(text: str) -> str:
    """One line of composed letters; runs of blanks and line breaks become one blank."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


class Seat(NamedTuple):
    role: Role
    position: int
    person: Person


class UnitRow(BaseModel):
    """A field that was not given says nothing: an import leaves it as it is.

    `groups` maps a group's code to its name, "" where the file does not name it; `heads` maps the
    groups this unit leads to the years. `mistakes` are cells that could not be understood.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = 0
    code: str
    name: str
    kind: str
    parent: str | None = None
    groups: dict[str, str] = {}
    heads: dict[str, tuple[int, ...]] = {}
    officers: tuple[Person, ...] = ()
    head: Person = Person()
    deputy: Person = Person()
    language: Language = Language.VI
    valid_from: date | None = None
    valid_to: date | None = None
    mistakes: tuple[Words, ...] = ()

    @field_validator("name", "kind")
    @classmethod
    def _line(cls, text: str) -> str:
        return line(text)

    @field_validator("groups")
    @classmethod
    def _names(cls, groups: dict[str, str]) -> dict[str, str]:
        return {code: line(name) for code, name in groups.items()}

    @field_validator("officers")
    @classmethod
    def _officers(cls, people: tuple[Person, ...]) -> tuple[Person, ...]:
        return occupied([Person(line(name), email) for name, email in people])

    @field_validator("head", "deputy")
    @classmethod
    def _person(cls, person: Person) -> Person:
        return Person(line(person.name), person.email)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Every unit has an officer's and a head's seat; a deputy's only where there is one."""
        officers = self.officers or (Person(),)
        seats = [Seat(Role.OFFICER, place, person) for place, person in enumerate(officers)]
        seats.append(Seat(Role.HEAD, 0, self.head))
        if self.deputy != Person():
            seats.append(Seat(Role.DEPUTY, 0, self.deputy))
        return tuple(seats)

    def gives(self, field: str) -> bool:
        return field in self.model_fields_set


FIELDS = (
    "name",
    "kind",
    "parent",
    "groups",
    "heads",
    "officers",
    "head",
    "deputy",
    "language",
    "valid_from",
    "valid_to",
)
"""What an import compares, by name."""


def occupied(people: list[Person]) -> tuple[Person, ...]:
    """Without the vacant seats at the end."""
    while people and people[-1] == Person():
        people.pop()
    return tuple(people)


class Refusal(NamedTuple):
    row: int
    code: str
    reason: Words
