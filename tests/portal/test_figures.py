"""A plan's figures and charts."""

from datetime import date, timedelta
from threading import Event

from sqlalchemy import select

from dondoc.heatmap import Which, heatmap
from dondoc.queries import plan_by_code
from dondoc.standing import rates
from dondoc.tables import Obligation, Occurrence, Unit
from portal.figures import LONGEST, Figures, Kept
from portal.office.drawing import HIGH, Mark, charts, timeline
from tests.cast import local
from tests.portal.house import House
from tests.portal.test_hand_in import whole

LATER = local(2024, 4, 20)


class Timer:
    """Each look takes `step` seconds."""

    def __init__(self, step: float) -> None:
        self.at, self.step = 0.0, step

    def __call__(self) -> float:
        self.at += self.step
        return self.at


def test_what_took_long_to_count_is_kept_for_a_while(house: House) -> None:
    quick, slow = Figures(Timer(0.0)), Figures(Timer(1.0))
    with house.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        first = {one: one.of(session, plan, house.now) for one in (quick, slow)}
        soon = house.now + timedelta(seconds=5)
        assert quick.of(session, plan, soon).now == soon
        assert slow.of(session, plan, soon) is first[slow]
        later = house.now + LONGEST
        assert slow.of(session, plan, later).now == later


def test_a_plan_that_was_amended_is_counted_anew(house: House) -> None:
    slow = Figures(Timer(1.0))
    with house.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        first = slow.of(session, plan, house.now)
        plan.revision += 1
        with session.no_autoflush:
            assert slow.of(session, plan, house.now) is not first
        session.rollback()


def test_what_somebody_changed_is_counted_anew(house: House) -> None:
    kept: Kept[str, object] = Kept(Timer(1.0))
    first = kept.get("a", house.now, object)
    assert kept.get("a", house.now, object) is first

    kept.forget()

    assert kept.get("a", house.now, object) is not first


def test_what_was_counted_while_it_changed_is_not_kept(house: House) -> None:
    kept: Kept[str, object] = Kept(Timer(1.0))

    def changed_meanwhile() -> object:
        kept.forget()
        return "before"

    assert kept.get("a", house.now, changed_meanwhile) == "before"
    assert kept.get("a", house.now, lambda: "after") == "after"


def test_what_took_too_long_for_one_look_is_there_for_the_next(house: House) -> None:
    begun, may_end = Event(), Event()

    def count() -> object:
        begun.set()
        may_end.wait()
        return "counted"

    kept: Kept[str, object] = Kept(Timer(1.0), patience=0)
    assert kept.soon("a", house.now, count) is None
    begun.wait()
    may_end.set()
    assert kept.get("a", house.now, lambda: "counted again") == "counted"


def test_figures_are_the_same_by_group_and_one_by_one(house: House) -> None:
    whole(house.visitor("unit"))
    with house.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        found = rates(session, plan, LATER)
        column = found.columns[0].tally
        of_groups = [group.tally for group in found.groups]
    assert (column.expected, column.complete, column.overdue) == (2, 1, 1)
    assert sum(one.expected for one in of_groups) == column.expected
    assert sum(one.complete for one in of_groups) == column.complete
    assert [group.units for group in found.groups if group.code == "cum-1"] == [2]


def test_the_timeline_has_today_between_what_was_and_what_comes(house: House) -> None:
    with house.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        early, late = rates(session, plan, house.now), rates(session, plan, LATER)
    begin, end = date(2024, 1, 1), date(2024, 12, 31)

    before = timeline(early, begin, end, date(2024, 4, 8))
    after = timeline(late, begin, end, date(2024, 4, 20))

    assert [dot.mark for dot in before.dots] == [Mark.COMING]
    assert [dot.mark for dot in after.dots] == [Mark.OPEN]
    assert before.today is not None
    assert after.today is not None
    assert before.today < before.dots[0].x < after.today
    assert len(before.months) == 12
    assert timeline(early, begin, end, date(2025, 1, 1)).today is None


def test_dates_of_one_day_stand_below_each_other(house: House) -> None:
    with house.database.reading() as session:
        found = rates(session, plan_by_code(session, "thi-dua"), house.now)
    same = timeline(
        type(found)(**vars(found) | {"columns": found.columns * 3}),
        date(2024, 1, 1),
        date(2024, 12, 31),
        date(2024, 4, 8),
    )
    assert len({dot.x for dot in same.dots}) == 1
    assert len({dot.y for dot in same.dots}) == 3


def test_a_bar_is_as_high_as_what_came(house: House) -> None:
    whole(house.visitor("unit"))
    with house.database.reading() as session:
        found = rates(session, plan_by_code(session, "thi-dua"), LATER)

    (chart,) = charts(found)

    assert chart.group.code == "cum-1"
    assert [(bar.number, bar.on_time, bar.late) for bar in chart.bars] == [(1, HIGH / 2, 0)]


def test_charts_are_drawn_without_style_and_told_in_a_table(house: House) -> None:
    house.now = LATER
    page = house.visitor("reader").get("/office/plans/thi-dua").text
    assert page.count("<svg") == 3
    assert "style=" not in page
    assert "The charts&#39; figures as a table" in page or "figures as a table" in page


def test_units_stand_under_their_group_or_the_unit_above(house: House) -> None:
    with house.database.writing() as session:
        plan = plan_by_code(session, "thi-dua")
        columns = list(session.scalars(select(Occurrence.id)))
        one, two = session.scalars(
            select(Unit).join(Obligation, Obligation.unit_id == Unit.id).order_by(Unit.code)
        )
        one.parent_id, two.parent_id = None, one.id
        session.flush()
        by_tree = heatmap(session, plan, columns, Which(by="tree"), now=house.now)
        by_group = heatmap(session, plan, columns, Which(by="group"), now=house.now)
        session.rollback()
    assert [(row.code, row.heading) for row in by_tree.rows] == [
        ("p-2", "Ủy ban nhân dân phường Một"),
        ("p-1", ""),
    ]
    assert {row.heading for row in by_group.rows} == {"Cụm thi đua số 1"}
