"""Whatever happens in whatever order: what always holds about letters, notices and rates.

Random years over the real functions, a real database and a mail server that remembers. Units hand
in, ask, promise and go on leave, merge, split and end; officials amend, extend, return, hold and
void; time passes with sweeps between.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from cli.simulation import Refusal, Simulation
from dondoc.changes import Change
from dondoc.database import Database, open_database
from dondoc.decision import Decision
from dondoc.errors import DondocError
from dondoc.extensions import ask, asked_for, deny
from dondoc.holds import Named, Span, covered, holds, place, release
from dondoc.migration import migrate
from dondoc.plan.source import parse_plan
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.record import verify
from dondoc.settings import load
from dondoc.skipping import skip
from dondoc.standing import rates
from dondoc.submissions import accept, exempt
from dondoc.tables import (
    UNSENT,
    Contact,
    Hold,
    Letter,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Stage,
    Unit,
    UnitChange,
)
from dondoc.units.choices import read_choice
from dondoc.units.leaves import Span as Days
from dondoc.units.leaves import deputy_named, end_leave, set_leave
from dondoc.units.reorganisation import Reorganisation
from dondoc.units.seats import seat_named
from dondoc.voiding import void
from dondoc.withdrawing import withdraw_submission
from notifications.content import Bucket
from notifications.demand import Demand, escalate, remind
from notifications.scope import Scope
from schedules.acknowledging import Promised, acknowledge
from schedules.amending.amend import Amendment, amend
from schedules.extending import Pending, extend, extend_pending, revoke
from schedules.happening.setting import Setting, set_day
from schedules.launch import launch
from schedules.overrides import open_hours
from schedules.rehearsal import Outage, rehearse
from schedules.reorganising.reorganise import apply, settle
from schedules.reorganising.reorganise import withdraw as withdraw_change
from schedules.returning import Wanted, give_back
from tests.cast import local, make_units
from tests.office import HEADER
from tests.reorganised import add_unit, dissolve, merge, rename, split
from tests.tries import tries

PLAN = (
    HEADER
    + """\
board: ubnd-quan
policies: {digest: false, cadence: {before: [7, 1, 0], after: [1, 3], max_overdue: 4}}
events:
  - {code: dot, name: Kết thúc đợt thi đua}
milestones:
  - code: dang-ky
    name: Đăng ký
    kind: register
    due: 2024-04-19
    audience: {units: [p-1, p-2]}
    clause: {text: "chậm nhất ngày 19/4/2024"}
  - code: bao-cao
    name: Báo cáo
    kind: report
    due: 2024-05-15
    inclusive: false
    audience: {kinds: [ward]}
    hand_in: {components: [{code: bao-cao, name: Báo cáo}, {code: phu-luc, name: Phụ lục}]}
    clause: {text: "trước ngày 15/5/2024"}
  - code: tong-hop
    name: Tổng hợp đợt
    kind: report
    due: {after: dot, working_days: 5}
    audience: {units: [p-1, p-3]}
    clause: {text: "05 ngày làm việc kể từ ngày kết thúc đợt"}
"""
)
LAUNCH = local(2024, 3, 29)
END = local(2025, 3, 1)
"""Everything planned lies before it."""


def altered(old: str, new: str) -> str:
    assert PLAN.count(old) == 1, old
    return PLAN.replace(old, new)


VERSIONS = {
    "as launched": PLAN,
    "later": altered("due: 2024-04-19", "due: 2024-04-26"),
    "sooner": altered("due: 2024-04-19", "due: 2024-04-12"),
    "much later": altered("due: 2024-05-15", "due: 2024-05-27"),
    "others": altered("audience: {units: [p-1, p-2]}", "audience: {units: [p-2, p-3]}"),
    "less often": altered("before: [7, 1, 0]", "before: [5, 2]"),
    "longer": altered("working_days: 5", "working_days: 8"),
    "without the report": "  - code: ".join(
        one for one in PLAN.split("  - code: ") if not one.startswith("bao-cao")
    ),
}
MOST_OVERDUE = 4
WARDS = ("p-1", "p-2", "p-3")

PARTS = ("x", "y")
"""wards that others may become, and that owe the report too"""

owed = st.integers(0, 30)
days = st.integers(1, 12)
ahead = st.integers(0, 9)
changing = st.sampled_from((*WARDS, *PARTS))
choices = st.sampled_from((("move",), ("close",), ("move", "thi-dua/dang-ky:close")))


@cache
def launched() -> Path:
    """A database with the units and the plan, which every year starts from a copy of."""
    path = Path(tempfile.mkdtemp(prefix="dondoc-year-")) / "year.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.writing() as session:
        make_units(session)
        for code in PARTS:
            add_unit(session, code, since=None)
        launch(session, parse_plan(PLAN), source=PLAN, hours=open_hours(load()), now=LAUNCH)
    database.close()
    return path


def hurried(path: Path) -> Database:
    database = open_database(f"sqlite:///{path}")
    event.listen(database.engine, "connect", lambda one, _: one.execute("PRAGMA synchronous=OFF"))
    return database


class Year(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dondoc-year-"))
        shutil.copy(launched(), self.folder / "year.db")
        self.database = hurried(self.folder / "year.db")
        settings = load()
        self.hours = open_hours(settings)
        self.office = Simulation(
            self.database, self.hours, settings, keys=self.folder, letters=None
        )
        self.now = LAUNCH
        self.read: Counter[tuple[str, date, bool]] = Counter()

    def teardown(self) -> None:
        """Everything is let go, a year passes, and every notice has its verdict."""
        try:
            with self.database.writing() as session:
                for one in holds(session):
                    release(session, one, self.decision(), days=self.hours)
            self.office.refusals = []
            self.advance(END)
            self.every_notice_has_its_verdict()
            self.nothing_is_sent_twice()
        finally:
            self.database.close()
            shutil.rmtree(self.folder)

    # what happens ---------------------------------------------------------------------------

    @rule(count=days)
    def time_passes(self, count: int) -> None:
        self.advance(self.now + timedelta(days=count))

    @rule(which=owed, missing=st.sampled_from(({}, {}, {"phu-luc": "chưa in xong"})))
    def a_unit_hands_in(self, which: int, missing: dict[str, str]) -> None:
        self.decide(
            lambda session: self.office.receive(
                session, [self.one(session, which)], self.now, missing
            )
        )

    @rule(which=owed)
    def it_is_accepted(self, which: int) -> None:
        self.decide(lambda s: accept(s, self.one(s, which), actor="an", now=self.now))

    @rule(which=owed, count=days, forget=st.booleans())
    def it_is_returned(self, which: int, count: int, forget: bool) -> None:
        wanted = Wanted(until=self.day(count), void=forget)
        self.decide(
            lambda s: give_back(s, self.one(s, which), wanted, self.decision(), hours=self.hours)
        )

    @rule(which=owed)
    def it_is_voided(self, which: int) -> None:
        self.decide(lambda s: void(s, self.one(s, which), self.decision()))

    @rule(which=owed)
    def it_is_taken_back(self, which: int) -> None:
        self.decide(lambda s: withdraw_submission(s, self.one(s, which), self.decision()))

    @rule(which=owed)
    def a_unit_is_exempt(self, which: int) -> None:
        self.decide(lambda s: exempt(s, self.one(s, which), "lý do", actor="an", now=self.now))

    @rule(which=owed, count=days)
    def a_unit_asks_for_more_time(self, which: int, count: int) -> None:
        today = self.day(0)

        def asks(session: Session) -> None:
            obligation = self.one(session, which)
            until = obligation.last_on + timedelta(days=count)
            ask(session, obligation, until, self.decision(), today=today)

        self.decide(asks)

    @rule(which=owed)
    def it_is_denied(self, which: int) -> None:
        def denies(session: Session) -> None:
            asked = asked_for(session, self.one(session, which))
            if asked is not None:
                deny(session, asked, self.decision())

        self.decide(denies)

    @rule(which=owed, count=days)
    def a_unit_gets_more_time(self, which: int, count: int) -> None:
        def extends(session: Session) -> None:
            obligation = self.one(session, which)
            until = max(obligation.last_on, self.day(0)) + timedelta(days=count)
            extend(session, obligation, until, self.decision(), hours=self.hours)

        self.decide(extends)

    @rule(count=days)
    def all_get_more_time(self, count: int) -> None:
        def extends(session: Session) -> None:
            row = session.scalars(select(Milestone).where(Milestone.code == "bao-cao")).one()
            extend_pending(
                session,
                Pending(milestone=row),
                self.day(count),
                self.decision(),
                hours=self.hours,
            )

        self.decide(extends)

    @rule(which=owed)
    def it_is_revoked(self, which: int) -> None:
        self.decide(
            lambda s: revoke(
                s, self.one(s, which), self.decision(), hours=self.hours, short_notice=True
            )
        )

    @rule(which=owed, count=days, level=st.integers(0, 3))
    def somebody_promises(self, which: int, count: int, level: int) -> None:
        promised = Promised(on=self.day(count), level=level)
        self.decide(
            lambda s: acknowledge(
                s, self.one(s, which), promised, self.decision(), hours=self.hours
            )
        )

    @rule(to=st.sampled_from(sorted(VERSIONS)))
    def the_plan_is_amended(self, to: str) -> None:
        self.decide(lambda s: self.amends(s, VERSIONS[to]))

    @rule(to=st.sampled_from(sorted(VERSIONS)))
    def the_plan_is_amended_and_amended_back(self, to: str) -> None:
        self.now += timedelta(minutes=1)
        before = self.unsent()

        def there_and_back(session: Session) -> None:
            was = plan_by_code(session, "thi-dua").source
            self.amends(session, VERSIONS[to])
            self.now += timedelta(seconds=1)
            self.amends(session, was)

        with_minute = self.now
        if self.decide(there_and_back):
            self.now = with_minute
            after = self.unsent()
            lost, new = before - after, after - before
            assert not lost, sorted(lost)
            assert not new, sorted(new)

    @rule(count=st.one_of(st.none(), st.integers(1, 40)))
    def the_event_gets_a_day(self, count: int | None) -> None:
        setting = Setting(
            event="dot",
            day=None if count is None else self.day(count),
            actor="an",
            now=self.now,
            reason="lý do",
            earlier_is_meant=True,
        )
        self.decide(lambda s: set_day(s, plan_by_code(s, "thi-dua"), setting, hours=self.hours))

    @rule(
        unit=st.sampled_from((None, *WARDS)), upward=st.booleans(), count=st.one_of(st.none(), days)
    )
    def something_is_held(self, unit: str | None, upward: bool, count: int | None) -> None:
        named = Named(plan="thi-dua", unit=unit, only_upward=upward)
        end = None if count is None else self.now + timedelta(days=count)
        self.decide(lambda s: place(s, named.covers(s), Span(end=end), self.decision()))

    @rule()
    def everything_is_let_go(self) -> None:
        def lets_go(session: Session) -> None:
            for one in holds(session):
                release(session, one, self.decision(), days=self.hours)

        self.decide(lets_go)

    @rule(which=st.integers(0, 60))
    def a_sending_is_cancelled(self, which: int) -> None:
        def cancels(session: Session) -> None:
            waiting = session.scalars(
                select(Notice.id).where(Notice.state.in_(UNSENT)).order_by(Notice.id)
            ).all()
            if waiting:
                skip(session, [waiting[which % len(waiting)]], self.decision())

        self.decide(cancels)

    @rule(unit=st.sampled_from(WARDS), seat=st.sampled_from(("officer", "head")), count=days)
    def somebody_goes_on_leave(self, unit: str, seat: str, count: int) -> None:
        def goes(session: Session) -> None:
            row = unit_by_code(session, unit)
            deputy = deputy_named(session, row, "pho@quan.example", name="ông Phó")
            span = Days(self.day(0), self.day(count))
            contact = seat_named(session, row, seat)
            set_leave(session, contact, span, deputy, self.decision(), today=self.day(0))

        self.decide(goes)

    @rule(unit=st.sampled_from(WARDS))
    def somebody_comes_back(self, unit: str) -> None:
        def comes(session: Session) -> None:
            seat = seat_named(session, unit_by_code(session, unit), "officer")
            end_leave(session, seat, self.decision(), today=self.day(0))

        self.decide(comes)

    @rule(unit=st.sampled_from(WARDS), count=days, temporary=st.booleans())
    def a_mailbox_refuses(self, unit: str, count: int, temporary: bool) -> None:
        when = Outage(self.now, self.now + timedelta(days=count))
        addresses = frozenset([f"{unit}@quan.example"])
        self.office.refusals.append(Refusal(when, temporary, addresses))

    @rule(unit=changing, into=changing, count=ahead, open_=choices)
    def units_merge(self, unit: str, into: str, count: int, open_: tuple[str, ...]) -> None:
        self.reorganise(merge(unit, into=into, on=self.day(count)), open_)

    @rule(units=st.permutations((*WARDS, *PARTS)), count=ahead, open_=choices)
    def several_merge(self, units: list[str], count: int, open_: tuple[str, ...]) -> None:
        first, second, *into = units[:4]
        self.reorganise(merge(first, second, into=into, on=self.day(count)), open_)

    @rule(units=st.permutations((*WARDS, *PARTS)), count=ahead, open_=choices)
    def a_unit_is_split(self, units: list[str], count: int, open_: tuple[str, ...]) -> None:
        unit, *into = units[:3]
        self.reorganise(split(unit, into=into, on=self.day(count)), open_)

    @rule(unit=changing, to=changing, count=ahead)
    def a_unit_gives_off_a_part(self, unit: str, to: str, count: int) -> None:
        asked = split(unit, into=(unit, to), on=self.day(count))
        self.reorganise(asked, (f"@{unit}:move={to}",))

    @rule(unit=changing, count=ahead)
    def a_unit_is_dissolved(self, unit: str, count: int) -> None:
        self.reorganise(dissolve(unit, on=self.day(count)), ("close",))

    @rule(unit=changing, count=ahead)
    def a_unit_is_renamed(self, unit: str, count: int) -> None:
        name = f"Phường đổi tên ngày {self.day(count)}"
        self.reorganise(rename(unit, name, on=self.day(count)), ())

    @rule(which=owed)
    def a_unit_change_is_taken_back(self, which: int) -> None:
        self.with_change(which, lambda s, number: withdraw_change(s, number, self.decision()))

    @rule(which=owed, open_=choices)
    def what_is_left_over_is_settled(self, which: int, open_: tuple[str, ...]) -> None:
        found = [read_choice(text) for text in open_]
        self.with_change(
            which, lambda s, number: settle(s, number, found, self.decision(), hours=self.hours)
        )

    @rule(upward=st.booleans())
    def somebody_presses(self, upward: bool) -> None:
        demand = Demand(scope=Scope(plan="thi-dua"), actor="an", now=self.now)
        press = escalate if upward else remind
        self.decide(lambda s: press(s, demand, hours=self.hours))

    # what always holds ----------------------------------------------------------------------

    @invariant()
    def no_rate_passes_a_hundred(self) -> None:
        with self.database.reading() as session:
            found = rates(session, plan_by_code(session, "thi-dua"), self.now)
        for one in [found.tally, *(column.tally for column in found.columns)]:
            assert one.on_time + one.on_time_extended + one.late == one.complete
            assert one.complete + one.incomplete + one.overdue <= one.expected
            assert max(one.completeness or 0, one.timeliness or 0) <= 100

    def letters_are_right(self, at: datetime) -> None:
        """Of this very moment."""
        today = self.hours.today(at)
        with self.database.reading() as session:
            for letter, content in self.office.sent:
                if letter.urgent:
                    continue
                # the day's, or what somebody decided after it had left
                demanded = session.get_one(Letter, letter.id).key.startswith("demand:")
                self.read[letter.address, today, demanded] += 1
                assert self.read[letter.address, today, demanded] == 1, "a second letter that day"
                for item in content.items:
                    if item.bucket is not Bucket.DROPPED:
                        assert self.states(session, item.unit, item.milestone) & OWED, item
                for unit in content.pressed:
                    for item in unit.items:
                        states = self.states(session, item.unit, item.milestone)
                        assert states & {ObligationState.OPEN, ObligationState.RETURNED}, item
            self.nothing_goes_to_a_unit_that_is_no_more(session, at, today)
            self.nothing_held_leaves(session, at)
            self.no_superior_hears_before_the_promised_day(session, at)
        self.office.sent = []

    @staticmethod
    def states(session: Session, unit: str, milestone: str) -> set[ObligationState]:
        return set(
            session.scalars(
                select(Obligation.state)
                .join(Unit, Unit.id == Obligation.unit_id)
                .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
                .join(Milestone, Milestone.id == Occurrence.milestone_id)
                .where(Unit.code == unit, Milestone.code == milestone)
            )
        )

    @staticmethod
    def nothing_goes_to_a_unit_that_is_no_more(session: Session, at: datetime, today: date) -> None:
        left = (
            select(Notice.step, Unit.code)
            .join(Contact, Contact.id == Notice.contact_id)
            .join(Unit, Unit.id == Contact.unit_id)
            .where(Notice.state == NoticeState.SENT, Notice.decided_at == at, Unit.valid_to < today)
        )
        assert session.execute(left).all() == []

    @staticmethod
    def nothing_held_leaves(session: Session, at: datetime) -> None:
        standing = session.scalars(
            select(Hold).where(
                Hold.starts_at <= at,
                Hold.ended_at.is_(None),
                Hold.until.is_(None) | (Hold.until > at),
            )
        )
        for one in standing:
            left = select(func.count()).where(
                Notice.state == NoticeState.SENT, Notice.decided_at == at, covered(one)
            )
            assert session.scalar(left) == 0, "on hold"

    @staticmethod
    def no_superior_hears_before_the_promised_day(session: Session, at: datetime) -> None:
        told = (
            select(func.count())
            .select_from(Notice)
            .join(Obligation, Obligation.id == Notice.obligation_id)
            .where(
                Notice.state == NoticeState.SENT,
                Notice.decided_at == at,
                Notice.stage == Stage.ESCALATE,
                Obligation.promised_until > at,
            )
        )
        assert session.scalar(told) == 0

    def every_notice_has_its_verdict(self) -> None:
        with self.database.reading() as session:
            open_ = session.execute(
                select(Notice.step, Notice.state, Notice.reason, Notice.planned_at).where(
                    Notice.state.in_((*UNSENT, NoticeState.QUEUED))
                )
            ).all()
            assert open_ == []
            unexplained = select(func.count()).where(
                Notice.state == NoticeState.SKIPPED, Notice.reason.is_(None)
            )
            assert session.scalar(unexplained) == 0
            sent = select(func.count()).where(
                Notice.state == NoticeState.SENT, Notice.letter_id.is_(None)
            )
            assert session.scalar(sent) == 0
            assert verify(session).broken is None

    def nothing_is_sent_twice(self) -> None:
        """Neither the same notice to the same address, nor more overdue letters than the plan
        allows."""
        with self.database.reading() as session:
            rows = session.execute(
                select(
                    Notice.obligation_id,
                    Notice.due_version,
                    Notice.step,
                    Notice.stage,
                    Letter.address,
                )
                .join(Letter, Letter.id == Notice.letter_id)
                .where(Notice.state == NoticeState.SENT)
            ).all()
        same = Counter((row[0], row[1], row[2], row[4]) for row in rows)
        assert [one for one, count in same.items() if count > 1] == []
        overdue = Counter((row[0], row[1], row[4]) for row in rows if row[3] is Stage.OVERDUE)
        assert max(overdue.values(), default=0) <= MOST_OVERDUE

    # how --------------------------------------------------------------------------------------

    def advance(self, until: datetime) -> None:
        for at in rehearse(self.office.world(), start=self.now, end=until):
            self.letters_are_right(at)
        self.now = until

    def decide(self, act: Callable[[Session], object]) -> bool:
        """Whether it was allowed; a minute passes."""
        done = False
        with suppress(DondocError), self.database.writing() as session:
            act(session)
            done = True
        self.now += timedelta(minutes=1)
        return done

    def reorganise(self, asked: Reorganisation, open_: tuple[str, ...]) -> None:
        found = [read_choice(text) for text in open_]
        self.decide(lambda s: apply(s, asked, found, self.decision(), hours=self.hours))

    def with_change(self, which: int, act: Callable[[Session, int], object]) -> None:
        def acts(session: Session) -> None:
            found = session.scalars(select(UnitChange.id).order_by(UnitChange.id)).all()
            if found:
                act(session, found[which % len(found)])

        self.decide(acts)

    def decision(self) -> Decision:
        return Decision(actor="an", reason="lý do", now=self.now)

    def day(self, count: int) -> date:
        return self.hours.today(self.now) + timedelta(days=count)

    def one(self, session: Session, which: int) -> Obligation:
        found = session.scalars(select(Obligation).order_by(Obligation.id)).all()
        return found[which % len(found)]

    def amends(self, session: Session, text: str) -> None:
        amendment = Amendment(
            file=parse_plan(text),
            source=text,
            actor="an",
            now=self.now,
            reason="lý do",
            earlier_is_meant=True,
        )
        amend(session, plan_by_code(session, "thi-dua"), amendment, hours=self.hours)

    def unsent(self) -> set[Any]:
        """What tells of an amendment names its version, and is planned anew with it."""
        with self.database.reading() as session:
            rows = session.execute(
                select(
                    Unit.code,
                    Milestone.code,
                    Occurrence.key,
                    Notice.stage,
                    Notice.step,
                    Notice.level,
                    Notice.planned_at,
                    Contact.email,
                    Notice.state,
                    Notice.change,
                )
                .select_from(Notice)
                .join(Contact, Contact.id == Notice.contact_id)
                .join(Obligation, Obligation.id == Notice.obligation_id)
                .join(Unit, Unit.id == Obligation.unit_id)
                .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
                .join(Milestone, Milestone.id == Occurrence.milestone_id)
                .where(Notice.state.in_(UNSENT))
            ).all()
        told = {
            (*row[:4], Change.read(row.change)._replace(since=None), row.email)
            for row in rows
            if row.stage is Stage.CHANGED
        }
        return told | {tuple(row) for row in rows if row.stage is not Stage.CHANGED}


OWED = {ObligationState.OPEN, ObligationState.INCOMPLETE, ObligationState.RETURNED}

YEARS = int(os.environ.get("DONDOC_TEST_YEARS", tries(8)))
"""more of them look further, and take longer"""

TestAnyYear = Year.TestCase
TestAnyYear.settings = settings(
    max_examples=YEARS,
    stateful_step_count=20,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
