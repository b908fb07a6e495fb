"""In a rehearsal: units merge, split, end, get another name."""

from collections.abc import Iterator
from datetime import date, datetime

from dondoc.database import Database
from dondoc.plan.values import Part
from dondoc.tables import ChangeKind
from dondoc.units.choices import read_choice
from dondoc.units.reorganisation import Reorganisation
from schedules.calendar import OfficeHours
from schedules.pausing import DECIDES_AT, acts
from schedules.rehearsal import Act, Scripted
from schedules.reorganising.reorganise import apply
from schedules.staffing import Staffing


class Reorganises(Part):
    """`on` is the first day after the change, `decided` the day somebody enters it, the same one
    where nothing is said; `open` as on the command line."""

    on: date
    decided: date | None = None
    open: tuple[str, ...] = ()
    reason: str = "kịch bản"


class Merges(Reorganises):
    units: tuple[str, ...]
    into: tuple[str, ...]

    @property
    def asked(self) -> Reorganisation:
        kind = ChangeKind.MERGE
        return Reorganisation(kind=kind, units=self.units, into=self.into, on=self.on)


class Splits(Reorganises):
    unit: str
    into: tuple[str, ...]

    @property
    def asked(self) -> Reorganisation:
        kind = ChangeKind.SPLIT
        return Reorganisation(kind=kind, units=(self.unit,), into=self.into, on=self.on)


class Dissolves(Reorganises):
    units: tuple[str, ...]

    @property
    def asked(self) -> Reorganisation:
        return Reorganisation(kind=ChangeKind.DISSOLVE, units=self.units, on=self.on)


class Renames(Reorganises):
    unit: str
    name: str

    @property
    def asked(self) -> Reorganisation:
        kind = ChangeKind.RENAME
        return Reorganisation(kind=kind, units=(self.unit,), name=self.name, on=self.on)


Rule = Merges | Splits | Dissolves | Renames


class Reorganised(Staffing):
    merge: tuple[Merges, ...] = ()
    split: tuple[Splits, ...] = ()
    dissolve: tuple[Dissolves, ...] = ()
    rename: tuple[Renames, ...] = ()

    def script(self, database: Database, hours: OfficeHours) -> Iterator[Scripted]:
        yield from super().script(database, hours)
        rules: tuple[Rule, ...] = (*self.merge, *self.split, *self.dissolve, *self.rename)
        for rule in rules:
            at = datetime.combine(rule.decided or rule.on, DECIDES_AT, hours.zone)
            yield Scripted(at, _acts(database, rule, hours))
            if at.date() < rule.on:
                yield Scripted(datetime.combine(rule.on, DECIDES_AT, hours.zone), _nothing)


def _acts(database: Database, rule: Rule, hours: OfficeHours) -> Act:
    choices = [read_choice(text) for text in rule.open]
    return acts(
        database,
        rule.reason,
        lambda session, decision: apply(session, rule.asked, choices, decision, hours=hours),
    )


def _nothing(_now: datetime) -> None:
    """The service carries it out itself; what is owed then is looked at."""
