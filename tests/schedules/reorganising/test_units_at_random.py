"""Units merge, split, end, come back in the list, while others deliver and dates pass: what always
holds."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import open_database
from dondoc.decision import Decision, DecisionRefused
from dondoc.queries import plan_by_code
from dondoc.record import verify
from dondoc.standing import Rates, rates
from dondoc.tables import (
    OWING,
    ChangeKind,
    Handover,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Stage,
    Unit,
    UnitChange,
)
from dondoc.units.choices import Choice
from dondoc.units.lineage import ended_by, successors
from dondoc.units.reorganisation import Reorganisation
from schedules.collection import collect
from schedules.extending import extend
from schedules.reorganising.reorganise import apply, settle
from schedules.returning import Wanted, give_back
from tests.cast import local
from tests.office import Office
from tests.reorganised import YEAR, add_unit, hand_in, owed
from tests.tries import tries

LAUNCH = local(2024, 4, 1)
WARDS = ("p-1", "p-2", "p-3", "a", "b", "c")
OPEN = (ObligationState.OPEN, ObligationState.RETURNED)


class Act(NamedTuple):
    """`after` days since the act before; `ahead` of that a change takes effect."""

    what: str
    units: tuple[str, ...]
    into: tuple[str, ...]
    after: int
    ahead: int
    milestone: str
    move: bool


OTHERS = ("return", "extend", "settle")
CHANGES = tuple(kind.value for kind in ChangeKind)
ACTS = st.builds(
    Act,
    what=st.sampled_from(
        ("merge", "merge", "merge", "split", "split", *CHANGES, "submit", "submit", *OTHERS)
    ),
    units=st.lists(st.sampled_from(WARDS), min_size=1, max_size=2, unique=True).map(tuple),
    into=st.lists(st.sampled_from(WARDS[::-1]), min_size=1, max_size=3, unique=True).map(tuple),
    after=st.integers(0, 40),
    ahead=st.sampled_from((0, 0, 0, -3, 5, 30)),
    milestone=st.sampled_from(("so-ket", "tong-ket")),
    move=st.sampled_from((True, True, True, False)),
)


@contextmanager
def opened(template: Path) -> Iterator[Office]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dondoc.db"
        shutil.copy(template, path)
        database = open_database(f"sqlite:///{path}")
        office = Office(database)
        office.launch(YEAR, at=LAUNCH)
        with database.writing() as session:
            for code in WARDS[3:]:
                add_unit(session, code, since=None)
        yield office
        database.close()


def play(office: Office, act: Act, now: datetime) -> None:
    decision = Decision(actor="a", reason="vì thế", now=now)
    if act.what == "submit":
        submit(office, act, now)
        return
    with office.database.writing() as session:
        if act.what in CHANGES:
            apply(session, _asked(act, now), [Choice(move=act.move)], decision, hours=office.hours)
        elif act.what == "settle":
            for change in session.scalars(select(UnitChange)).all():
                settle(session, change.id, [Choice(move=act.move)], decision, hours=office.hours)
        else:
            one = owed(session, act.units[0], act.milestone)
            if one is not None and act.what == "return":
                give_back(session, one, Wanted(), decision, hours=office.hours)
            elif one is not None:
                until = max(one.last_on, now.date()) + timedelta(days=9)
                extend(session, one, until, decision, hours=office.hours)


def _asked(act: Act, now: datetime) -> Reorganisation:
    kind = ChangeKind(act.what)
    single = kind in (ChangeKind.SPLIT, ChangeKind.RENAME)
    return Reorganisation(
        kind=kind,
        units=act.units[:1] if single else act.units,
        into=act.into if kind in (ChangeKind.MERGE, ChangeKind.SPLIT) else (),
        on=now.date() + timedelta(days=act.ahead),
        name=f"Phường {act.into[0]} mới {now:%d%m}" if kind is ChangeKind.RENAME else None,
    )


def submit(office: Office, act: Act, now: datetime) -> None:
    with office.database.reading() as session:
        one = owed(session, act.units[0], act.milestone)
        ready = one is not None and one.state in OWING
    if ready:
        hand_in(office, act.units[0], act.milestone, now=now)


Seen = dict[int, int]
"""What each elapsed occurrence expected when it elapsed."""


def check(session: Session, seen: Seen, now: datetime) -> None:
    _rates_hold(rates(session, plan_by_code(session, "thi-dua"), now), seen)
    _everything_is_explained(session)
    _nothing_goes_to_the_ended(session)
    for unit in session.scalars(select(Unit)):
        if unit.valid_to is not None:
            assert unit not in successors(session, unit)
    assert verify(session).broken is None


def _rates_hold(found: Rates, seen: Seen) -> None:
    for column in found.columns:
        tally = column.tally
        assert (tally.completeness or 0) <= 100
        assert (tally.timeliness or 0) <= 100
        assert tally.on_time + tally.on_time_extended + tally.late == tally.complete
        if column.elapsed:
            assert seen.setdefault(column.occurrence_id, tally.expected) == tally.expected
    for group in found.groups:
        for tally in group.tallies:
            assert tally.complete <= tally.expected
            assert tally.overdue + tally.complete <= tally.expected


def _everything_is_explained(session: Session) -> None:
    """Whatever ended went somewhere or was closed; whatever was taken over came from somebody, and
    is counted only in the place of something that is not."""
    kept = session.scalars(select(Handover)).all()
    rows = {one.id: one for one in session.scalars(select(Obligation))}
    gone = {one.obligation_id for one in kept}
    assert gone == {id_ for id_, row in rows.items() if row.state is ObligationState.ENDED}
    launched = {id_ for id_, row in rows.items() if row.unit.code.startswith("p-")}
    taken = {one.successor_id for one in kept if one.successor_id is not None}
    assert set(rows) - launched <= taken
    for id_ in set(rows) - launched:
        before = [rows[one.obligation_id] for one in kept if one.successor_id == id_]
        if rows[id_].counted:
            assert any(not one.counted for one in before)
    for one in kept:
        _delivered_with_its_successors(rows, kept, one.obligation_id)


def _delivered_with_its_successors(
    rows: dict[int, Obligation], kept: Sequence[Handover], id_: int
) -> None:
    mine = [one for one in kept if one.obligation_id == id_]
    later = [
        rows[one.successor_id].first_complete_at for one in mine if one.successor_id is not None
    ]
    if all(one.follows for one in mine):
        there = [at for at in later if at is not None]
        came = max(there) if len(there) == len(later) else None
        assert rows[id_].first_complete_at == came


def _nothing_goes_to_the_ended(session: Session) -> None:
    sent = session.scalars(select(Letter).where(Letter.state == LetterState.SENT))
    units = {seat.id: unit for unit in session.scalars(select(Unit)) for seat in unit.contacts}
    for letter in sent:
        unit = units[letter.contact_id or 0]
        change = ended_by(session, unit)
        known = change is not None and change.decided_at <= (letter.sent_at or change.decided_at)
        if known and letter.name != "receipt":
            assert letter.day <= (unit.valid_to or date.max)
    for notice in session.scalars(select(Notice).where(Notice.state == NoticeState.PLANNED)):
        if notice.obligation is not None and notice.stage is not Stage.REVIEW:
            assert notice.obligation.state in OWING


@settings(max_examples=tries(20), phases=(Phase.explicit, Phase.generate))
@given(acts=st.lists(ACTS, min_size=3, max_size=12))
def test_nothing_is_owed_twice_and_no_rate_is_rewritten(
    acts: list[Act], migrated_file: Path
) -> None:
    now = local(2024, 4, 20)
    seen: Seen = {}
    with opened(migrated_file) as office:
        for act in acts:
            now += timedelta(days=act.after)
            with office.database.writing() as session:
                collect(session, hours=office.hours, now=now)
            with office.database.reading() as session:
                check(session, seen, now)
            with suppress(DecisionRefused):
                play(office, act, now)
            office.beat(now)
            with office.database.reading() as session:
                check(session, seen, now)
