"""What happens in a rehearsal: who delivers and when, and what goes wrong."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan.due import Day
from dondoc.plan.mistakes import PlanWrong, Unfit
from dondoc.plan.reading import read_text
from dondoc.plan.translation import translated
from dondoc.plan.tree import grow
from dondoc.plan.values import Part
from dondoc.tables import Contact, Unit
from dondoc.words import Words
from schedules.rehearsal import Outage
from schedules.reorganising.scripted import Reorganised


def _beside(value: object, info: ValidationInfo) -> object:
    found = (info.context or {}).get("folder", Path()) / str(value)
    if not found.is_file():
        raise Unfit(Words(f"không có tệp {value}", f"there is no file {value}"))
    return found


Beside = Annotated[Path, BeforeValidator(_beside)]


class Whom(Part):
    """Unit codes, or all that owe the milestone."""

    milestone: str
    occurrence: str | None = None
    units: tuple[str, ...] | Literal["all"] = "all"
    exceptions: tuple[str, ...] = Field(default=(), alias="except")

    def names(self, unit: str) -> bool:
        return unit not in self.exceptions and (self.units == "all" or unit in self.units)


class Submits(Whom):
    """`days`: calendar days from the last day that counts; -2 is two days early, 3 three late.
    `missing`: why which component is not there yet."""

    days: int = Field(default=0, ge=-366, le=366)
    missing: dict[str, str] = Field(default_factory=dict)


class DecidedOn(Whom):
    """`on`: the day it is decided."""

    on: date
    reason: str = "kịch bản"


class Extends(DecidedOn):
    """Granted; where an extension holds already, changed."""

    until: date


class Returns(DecidedOn):
    """`parts`: what is wrong with which component."""

    until: date | None = None
    parts: dict[str, str] = Field(default_factory=dict)
    void: bool = False


class Acknowledges(DecidedOn):
    """`level`: who promises; 0 is the unit itself."""

    until: date
    level: int = Field(default=0, ge=0, le=4)


class Accepts(DecidedOn):
    """Taken as it is, complete or not."""


class Asks(DecidedOn):
    """The units ask for a later date themselves."""

    until: date


class Amends(Part):
    """`file` lies beside the scenario; the earlier date, where there is one, is meant."""

    on: date
    file: Beside
    reason: str = "kịch bản"
    earlier_is_meant: bool = False


class Happens(Part):
    """`on`: the day on which somebody enters the event's `day`, the same one where nothing is said;
    `units` for an event that has a day for each. Without a `day` it is taken back."""

    event: str
    day: Day | None = None
    on: Day | None = None
    units: tuple[str, ...] = ()
    reason: str = "kịch bản"
    earlier_is_meant: bool = False

    @model_validator(mode="after")
    def _sometime(self) -> "Happens":
        if self.on is None and self.day is None:
            raise Unfit(Words("cần day hoặc on", "needs day or on"))
        return self

    @property
    def entered_on(self) -> date:
        return self.on or self.day or date.max


class Span(Part):
    """Local times, written 2024-05-13T07:00; a bare date is its first minute."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> "Span":
        if self.start >= self.end:
            raise ValueError(f"from {self.start} is not before to {self.end}")
        return self

    def within(self, zone: ZoneInfo) -> Outage:
        return Outage(self.start.replace(tzinfo=zone), self.end.replace(tzinfo=zone))


class Refuses(Span):
    """The mail server refuses letters to these units: for good, or (`temporary`) for now."""

    units: tuple[str, ...] | Literal["all"] = "all"
    temporary: bool = False


class Scenario(Reorganised):
    event: tuple[Happens, ...] = ()
    submit: tuple[Submits, ...] = ()
    ask: tuple[Asks, ...] = ()
    extend: tuple[Extends, ...] = ()
    give_back: tuple[Returns, ...] = Field(default=(), alias="return")
    accept: tuple[Accepts, ...] = ()
    acknowledge: tuple[Acknowledges, ...] = ()
    deny: tuple[DecidedOn, ...] = ()
    revoke: tuple[DecidedOn, ...] = ()
    amend: tuple[Amends, ...] = ()
    down: tuple[Span, ...] = ()
    refuse: tuple[Refuses, ...] = ()


def read_scenario(path: Path) -> Scenario:
    """Raises PlanWrong with every mistake and its line."""
    tree = grow(read_text(path), path.name)
    try:
        scenario = Scenario.model_validate(tree.value or {}, context={"folder": path.parent})
    except ValidationError as error:
        raise PlanWrong(path.name, [*tree.mistakes, *translated(error, tree)]) from error
    if tree.mistakes:
        raise PlanWrong(path.name, tree.mistakes)
    return scenario


def outages(scenario: Scenario, zone: ZoneInfo) -> list[Outage]:
    return [span.within(zone) for span in scenario.down]


def refused_addresses(
    session: Session, scenario: Scenario, zone: ZoneInfo
) -> list[tuple[Outage, bool, frozenset[str] | None]]:
    """When, whether only for now, and which addresses (None: all)."""
    return [
        (rule.within(zone), rule.temporary, _addresses(session, rule.units))
        for rule in scenario.refuse
    ]


def _addresses(session: Session, units: tuple[str, ...] | str) -> frozenset[str] | None:
    if units == "all":
        return None
    found = session.scalars(
        select(Contact.email)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Unit.code.in_(units), Contact.email.is_not(None))
    )
    return frozenset(address for address in found if address)
