"""The service over a throw-away database, with a mail server that does as the scenario says."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy.orm import Session

from cli.context import Context
from documents.unit_sheet import read_units
from dondoc.database import Database, open_throw_away
from dondoc.dossier import Checked
from dondoc.errors import DondocError
from dondoc.settings import Settings
from dondoc.signing import open_signer
from dondoc.submissions import Prepared, accept, record
from dondoc.tables import Base, Obligation
from dondoc.units.export import unit_rows
from dondoc.units.importing import import_units
from dondoc.units.rows import UnitRow
from notifications.beat import beat, next_moment
from notifications.content import Content
from notifications.folder import FolderTransport
from notifications.links import linker
from notifications.parcel import Claimed, Verdict
from notifications.post import Post
from notifications.recording import Recorder
from notifications.writing import Packet, linked
from schedules.calendar import OfficeHours
from schedules.collection import collect, next_collection
from schedules.rehearsal import Outage, World
from schedules.scenario import Scenario, refused_addresses
from schedules.script import hands_in

BATCH = 5_000
WHOLE = Prepared(checked=Checked(), stored=())


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


class Sent(NamedTuple):
    letter: Claimed
    content: Content


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
        self.now = datetime.min.replace(tzinfo=UTC)
        self.collected_at: datetime | None = None
        self.refusals: list[Refusal] = []
        self.sent: list[Sent] = []
        """letters accepted since somebody last emptied this list"""
        folder = None if letters is None else FolderTransport(letters)
        self.signer = open_signer(keys)
        self._message = linked(linker(settings, keys))
        self.post = Post(
            database=database,
            transport=Recorder(self._answer, folder),
            hours=hours,
            settings=settings,
            write=self._write if letters is None else self._write_out,
            batch=BATCH,
        )

    def world(self) -> World:
        return World(
            hours=self.hours,
            beat=self._beat,
            next_moment=self._next_moment,
        )

    def refuse(self, scenario: Scenario) -> None:
        with self.database.reading() as session:
            found = refused_addresses(session, scenario, self.hours.zone)
        self.refusals = [Refusal(*one) for one in found]

    def hands_in(self, obligations: Sequence[int]) -> Callable[[datetime], None]:
        return hands_in(self.database, obligations, self.receive)

    def receive(self, session: Session, obligations: Sequence[Obligation], now: datetime) -> None:
        """Complete submissions as the service takes them, but for their files."""
        for obligation in obligations:
            if obligation.state.owing:
                record(
                    session,
                    self.signer,
                    obligation,
                    WHOLE,
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
            verdict = refusal.verdict(address, self.now)
            if verdict is not None:
                return verdict
        return Verdict.ACCEPTED

    def _write(
        self, letter: Claimed, content: Content, _now: datetime, _settings: Settings
    ) -> Packet:
        """Nobody will read the message itself: who gets what, and why, is in the content."""
        if self._answer(letter.address) is Verdict.ACCEPTED:
            self.sent.append(Sent(letter, content))
        return Packet(content.name, b"")

    def _write_out(
        self, letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        self._write(letter, content, now, settings)
        return self._message(letter, content, now, settings)

    def _beat(self, now: datetime) -> None:
        self.now = now
        with self.database.reading() as session:
            planned, collection = next_moment(session), self._next_collection(session, now)
        if collection is not None and collection <= now:
            self._collect(now)
        if planned is not None and planned <= now:
            beat(self.post, now)

    def _collect(self, now: datetime) -> None:
        with self.database.writing() as session:
            collect(session, hours=self.hours, now=now)
        self.collected_at = now

    def _next_collection(self, session: Session, now: datetime) -> datetime | None:
        return next_collection(session, hours=self.hours, collected_at=self.collected_at, now=now)

    def _next_moment(self, now: datetime) -> datetime | None:
        with self.database.reading() as session:
            both = next_moment(session), self._next_collection(session, now)
        return min((at for at in both if at is not None), default=None)


@contextmanager
def simulation(ctx: Context, *, units: Path | None, letters: Path | None) -> Iterator[Simulation]:
    """Raises NoUnits, SheetWrong. The database is gone afterwards."""
    rows = _rows(ctx, units)
    with TemporaryDirectory(prefix="dondoc-") as folder:
        database = open_throw_away(Path(folder))
        Base.metadata.create_all(database.engine)
        with database.writing() as session:
            import_units(session, rows)
        yield Simulation(database, ctx.hours(), ctx.settings, keys=Path(folder), letters=letters)
        database.close()


def _rows(ctx: Context, units: Path | None) -> list[UnitRow]:
    if units is not None:
        return read_units(units)
    database = ctx.database()
    with database.reading() as session:
        rows = list(unit_rows(session))
    database.close()
    if not rows:
        raise NoUnits
    return rows
