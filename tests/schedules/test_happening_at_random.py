"""Days set, moved and taken back in any order, letters in between: what always holds."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import open_database
from dondoc.decision import DecisionRefused
from dondoc.fulfilment import fulfil
from dondoc.happening import happened, waiting
from dondoc.plan.source import parse_plan
from dondoc.queries import plan_by_code
from dondoc.record import verify
from dondoc.standing import rates
from dondoc.tables import Notice, NoticeState, Obligation, ObligationState, Stage
from dondoc.units.audience import audience
from schedules.dating import dates
from schedules.happening.setting import Setting, set_day
from tests.cast import hand_in, local
from tests.hanging import PLAN
from tests.office import Office
from tests.tries import tries

FILE = parse_plan(PLAN)
LAUNCH = local(2024, 3, 29)
HANGING = {one.code: one for one in FILE.milestones if one.code != "ca-nam"}
WARDS = ("p-1", "p-2", "p-3")


class Act(NamedTuple):
    """`after` days since the act before; `ahead` of that the event's day lies."""

    what: str
    unit: str
    after: int
    ahead: int


ACTS = st.builds(
    Act,
    what=st.sampled_from(("set", "set", "set-unit", "set-unit", "unset", "unset-unit", "submit")),
    unit=st.sampled_from(WARDS),
    after=st.integers(0, 9),
    ahead=st.integers(-4, 30),
)


@contextmanager
def opened(template: Path) -> Iterator[Office]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dondoc.db"
        shutil.copy(template, path)
        database = open_database(f"sqlite:///{path}")
        office = Office(database)
        office.launch(PLAN.replace("announce: false", "announce: true"), at=LAUNCH)
        yield office
        database.close()


def play(office: Office, act: Act, now: datetime) -> None:
    with office.database.writing() as session:
        if act.what == "submit":
            submit(session, act.unit, now)
            return
        unit = act.what.endswith("unit")
        setting = Setting(
            event="dai-hoi" if unit else "ket-thuc",
            day=None if act.what.startswith("unset") else now.date() + timedelta(act.ahead),
            actor="a",
            now=now,
            units=(act.unit,) if unit else (),
            reason="vì thế",
            earlier_is_meant=True,
        )
        set_day(session, plan_by_code(session, "dot-thi-dua"), setting, hours=office.hours)


def submit(session: Session, unit: str, now: datetime) -> None:
    for one in session.scalars(select(Obligation)):
        hangs = one.occurrence.milestone.code in HANGING
        if hangs and (one.unit.code, one.state) == (unit, ObligationState.OPEN):
            session.add(hand_in(one, now))
            fulfil(session, [one.id], now=now)
            return


def check(session: Session, office: Office, now: datetime) -> None:
    plan = plan_by_code(session, "dot-thi-dua")
    days = happened(session, plan)
    wanted = {
        (code, unit): due.dated.due
        for code, dues in dates(FILE, office.hours.calendar, days).items()
        if code in HANGING
        for due in dues
        for unit in (due.units or everybody(session, code, due.dated.due))
    }
    live = [
        one
        for one in session.scalars(select(Obligation))
        if one.dropped_in is None and one.occurrence.milestone.code in HANGING
    ]
    keys = [(one.occurrence.milestone.code, one.unit_id) for one in live]
    assert max(Counter(keys).values(), default=1) == 1
    for one, key in zip(live, keys, strict=True):
        if one.state is ObligationState.OPEN:
            assert one.due_on == wanted[key] == one.occurrence.due_on
    waits = {(one.milestone, unit) for one in waiting(session, plan, now) for unit in one.units}
    assert waits & set(wanted) == set()
    assert waits | set(keys) >= {
        (code, unit) for code in HANGING for unit in everybody(session, code, now.date())
    }
    for notice in session.scalars(select(Notice).where(Notice.state == NoticeState.PLANNED)):
        owed = notice.obligation
        if owed is not None and notice.stage not in (Stage.CHANGED, Stage.REVIEW):
            assert owed.state.owing
            assert owed.dropped_in is None
            assert notice.due_version == owed.due_version
    found = rates(session, plan, now)
    assert all((column.tally.completeness or 0) <= 100 for column in found.columns)
    assert verify(session).broken is None


def everybody(session: Session, code: str, on: date) -> set[int]:
    return {unit.id for unit in audience(session, HANGING[code].audience, on=on)}


@settings(max_examples=tries(15), phases=(Phase.explicit, Phase.generate))
@given(acts=st.lists(ACTS, min_size=2, max_size=9))
def test_dates_follow_the_days_whatever_happens(acts: list[Act], migrated_file: Path) -> None:
    now = local(2024, 5, 6)
    with opened(migrated_file) as office:
        for act in acts:
            now += timedelta(days=act.after)
            try:
                play(office, act, now)
            except DecisionRefused:
                continue
            office.beat(now)
            with office.database.reading() as session:
                check(session, office, now)
