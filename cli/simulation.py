"""The service over a throw-away database, with a mail server that does as the scenario says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from cli.context import Context
from documents.unit_sheet import read_units
from dondoc.database import Database
from dondoc.dossier import Checked
from dondoc.errors import DondocError
from dondoc.settings import Settings
from dondoc.signing import open_signer
from dondoc.submissions import Prepared, accept, record
from dondoc.tables import Obligation
from dondoc.units.export import unit_rows
from dondoc.units.rows import UnitRow
from dondoc.words import Words
from notifications.beat import beat, next_moment
from notifications.litter import looked_for_seldom
from notifications.parcel import Verdict
from notifications.practice import Practice, Sent
from schedules.calendar import OfficeHours
from schedules.rehearsal import Outage, World
from schedules.scenario import Scenario, refused_addresses
from schedules.script import hands_in
from schedules.stage import Stage, scenery


class NoUnits(DondocError):
    """There are no units to rehearse with: give --units FILE, put units.xlsx beside the plan
    file, or import them first (dondoc units import)."""

    vi = (
        "Chưa có đơn vị nào để diễn tập: thêm --units TỆP, đặt units.xlsx cạnh tệp kế hoạch, "
        "hoặc nhập trước (dondoc units import)."
    )


class Refusal(NamedTuple):
    when: Outage
    temporary: bool
    addresses: frozenset[str] | None

    def verdict(self, address: str, now: datetime) -> Verdict | None:
        if not self.when.covers(now) or address not in (self.addresses or (address,)):
            return None
        return Verdict.DEFERRED if self.temporary else Verdict.REFUSED


class Simulation:
    """`database` holds the units; the plan is launched into it by the caller."""

    def __init__(
        self,
        database: Database,
        hours: OfficeHours,
        settings: Settings,
        *,
        keys: Path,
        letters: Path | None,
    ) -> None:
        self.database = database
        self.hours = hours
        self.refusals: list[Refusal] = []
        self.signer = open_signer(keys)
        self.practice = Practice(
            database, hours, settings, keys=keys, letters=letters, answer=self._answer
        )
        self.stage = Stage(
            database, hours, beat=partial(beat, self.practice.post), next_moment=next_moment
        )

    @property
    def sent(self) -> list[Sent]:
        """Letters accepted since somebody last emptied this list."""
        return self.practice.sent

    @sent.setter
    def sent(self, sent: list[Sent]) -> None:
        self.practice.sent = sent

    def world(self) -> World:
        return self.stage.world()

    def refuse(self, scenario: Scenario) -> None:
        with self.database.reading() as session:
            found = refused_addresses(session, scenario, self.hours.zone)
        self.refusals = [Refusal(*one) for one in found]

    def hands_in(self, obligations: Sequence[int]) -> Callable[[datetime], None]:
        return hands_in(self.database, obligations, self.receive)

    def receive(
        self,
        session: Session,
        obligations: Sequence[Obligation],
        now: datetime,
        missing: Mapping[str, str],
    ) -> None:
        """Submissions as the service takes them, but for their files."""
        lacks = {code: Words(f"{code}: chưa có", f"{code}: not there") for code in missing}
        checked = Checked(missing=lacks, excused=dict(missing))
        for obligation in obligations:
            if obligation.state.owing:
                record(
                    session,
                    self.signer,
                    obligation,
                    Prepared(checked=checked, stored=()),
                    actor=obligation.unit.code,
                    now=now,
                    late_days=self.hours.late_days,
                )

    def accepts(self, obligations: Sequence[int]) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            with self.database.writing() as session:
                for id_ in obligations:
                    accept(session, session.get_one(Obligation, id_), actor="demo", now=now)

        return act

    def _answer(self, address: str) -> Verdict:
        for refusal in self.refusals:
            verdict = refusal.verdict(address, self.stage.now)
            if verdict is not None:
                return verdict
        return Verdict.ACCEPTED


@contextmanager
def simulation(ctx: Context, *, units: Path | None, letters: Path | None) -> Iterator[Simulation]:
    """Raises NoUnits, SheetWrong. The database is gone afterwards."""
    rows = _rows(ctx, units)
    with looked_for_seldom(), scenery(rows) as (database, folder):
        yield Simulation(database, ctx.hours(), ctx.settings, keys=folder, letters=letters)


def _rows(ctx: Context, units: Path | None) -> list[UnitRow]:
    if units is not None:
        return read_units(units)
    with closing(ctx.database()) as database, database.reading() as session:
        rows = list(unit_rows(session))
    if not rows:
        raise NoUnits
    return rows
