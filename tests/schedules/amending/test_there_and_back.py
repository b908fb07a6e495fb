"""Whatever is amended, amended back it is the plan that was."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from dondoc.database import open_database
from dondoc.decision import Decision
from dondoc.plan.due import Once
from dondoc.plan.model import Audience, Cadence, Milestone, PlanFile, Rung
from dondoc.plan.source import parse_plan
from dondoc.plan.writing import dump_plan
from dondoc.tables import Notice, NoticeState, Obligation, ObligationState, Unit
from schedules.amending.refusing import AlreadyPast
from schedules.extending import extend
from tests.amended import LAUNCH, PLAN, Planned, amended, owed, planned
from tests.cast import NAMES
from tests.office import Office
from tests.tries import tries

BASE = parse_plan(PLAN)
DAYS = st.dates(min_value=date(2024, 4, 25), max_value=date(2024, 12, 20))
UNITS = st.lists(st.sampled_from(sorted(NAMES)), min_size=1, unique=True).map(tuple)
CADENCES = st.builds(
    Cadence,
    before=st.lists(st.integers(0, 30), max_size=4, unique=True).map(tuple),
    after=st.lists(st.integers(1, 9), max_size=2, unique=True).map(tuple),
    max_overdue=st.integers(0, 4),
)
LADDERS = st.sampled_from(
    [(), (Rung(to="head", after=1),), (Rung(to="head", after=3), Rung(to="board", after=9))]
)

Change = Callable[[PlanFile], PlanFile]


def milestone(code: str, **values: object) -> Change:
    def change(plan: PlanFile) -> PlanFile:
        found = tuple(_with(one, values) if one.code == code else one for one in plan.milestones)
        return plan.model_copy(update={"milestones": found})

    return change


def _with(one: Milestone, values: dict[str, object]) -> Milestone:
    """A window opens no later than it ends."""
    return one.model_copy(update={"opens": None, **values} if "due" in values else values)


def dropped(code: str) -> Change:
    def change(plan: PlanFile) -> PlanFile:
        left = tuple(one for one in plan.milestones if one.code != code)
        return plan.model_copy(update={"milestones": left})

    return change


def header(**values: object) -> Change:
    return lambda plan: plan.model_copy(update=values)


def policies(**values: object) -> Change:
    return lambda plan: plan.model_copy(
        update={"policies": plan.policies.model_copy(update=values)}
    )


CODES = st.sampled_from([one.code for one in BASE.milestones])
ONCE = st.sampled_from(["dang-ky", "tong-ket"])
CHANGES = st.one_of(
    st.builds(lambda code, day: milestone(code, due=Once(day=day)), ONCE, DAYS),
    st.builds(lambda code, flag: milestone(code, inclusive=flag), CODES, st.booleans()),
    st.builds(lambda code, units: milestone(code, audience=Audience(units=units)), CODES, UNITS),
    st.builds(lambda code, cadence: milestone(code, cadence=cadence), CODES, CADENCES),
    st.builds(lambda code, ladder: milestone(code, escalation=ladder), CODES, LADDERS),
    st.builds(dropped, CODES),
    st.builds(lambda cadence: policies(cadence=cadence), CADENCES),
    st.builds(lambda digest: policies(digest=digest), st.booleans()),
    st.builds(
        lambda office: header(standing_office=office), st.sampled_from(["noi-vu", "tai-chinh"])
    ),
    st.just(header(board=None)),
)


@contextmanager
def office(migrated: Path) -> Iterator[Office]:
    with TemporaryDirectory() as folder:
        shutil.copy(migrated, Path(folder) / "office.db")
        database = open_database(f"sqlite:///{Path(folder) / 'office.db'}")
        found = Office(database)
        found.launch(PLAN, at=LAUNCH)
        yield found
        database.close()


def ahead(found: set[Planned], now: datetime) -> set[Planned]:
    return {one for one in found if one[5] > now}


@pytest.mark.slow
@settings(max_examples=tries(15), phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    amendments=st.lists(st.lists(CHANGES, min_size=1, max_size=3), min_size=1, max_size=3),
    hours=st.integers(1, 24 * 8),  # of a date that has passed, who owed it stays
    until=st.none() | DAYS,
    beats=st.booleans(),
)
def test_amended_back_the_unsent_plan_is_what_it_was(
    migrated_file: Path,
    amendments: list[list[Change]],
    hours: int,
    until: date | None,
    beats: bool,
) -> None:
    with office(migrated_file) as there:
        if until is not None and until > date(2024, 5, 15):
            grant(there, until)
        before, now = planned(there), LAUNCH
        for changes in amendments:
            now += timedelta(hours=hours)
            version = BASE
            for change in changes:
                version = change(version)
            with suppress(AlreadyPast):
                amended(there, dump_plan(version), at=now, earlier_is_meant=True)
            if beats:
                there.beat(now)
        now += timedelta(hours=1)
        amended(there, PLAN, at=now, earlier_is_meant=True)
        after = {one for one in planned(there) if not one[3].startswith(("changed", "dropped"))}
        assert ahead(after, now) == ahead(before, now)
        assert_nothing_doubled(there)
        if not beats:
            assert after == planned(there), "nobody heard of anything"


def grant(there: Office, until: date) -> None:
    decision = Decision(actor="an", reason="đại hội", now=LAUNCH)
    with there.database.writing() as session:
        extend(session, owed(session, "p-1"), until, decision, hours=there.hours)


def assert_nothing_doubled(there: Office) -> None:
    with there.database.reading() as session:
        rows = select(Notice.obligation_id, Notice.step, Notice.contact_id).where(
            Notice.state == NoticeState.PLANNED, Notice.obligation_id.is_not(None)
        )
        found = session.execute(rows).all()
        assert len(found) == len(set(found))
        twice = (
            select(func.count())
            .select_from(Obligation)
            .join(Unit)
            .where(Obligation.state == ObligationState.OPEN, Obligation.dropped_in.is_not(None))
        )
        assert session.scalar(twice) == 0
