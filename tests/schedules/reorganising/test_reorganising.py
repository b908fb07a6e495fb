"""Each rule of a reorganisation by itself."""

from datetime import date

import pytest
from sqlalchemy import select

from dondoc.consolidation import consolidated
from dondoc.database import Database
from dondoc.decision import Decision, DecisionRefused
from dondoc.extensions import granted
from dondoc.fulfilment import receive_incomplete
from dondoc.history import EventLine, history
from dondoc.leftovers import leftovers
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.record import entries
from dondoc.standing import rates
from dondoc.submissions import accept
from dondoc.tables import (
    Cause,
    ChangeKind,
    Contact,
    GroupHead,
    Notice,
    NoticeState,
    ObligationState,
    Problem,
    Reason,
    Stage,
    Unit,
)
from dondoc.units.choices import ChoiceWrong, read_choice
from dondoc.units.lineage import predecessors, successors
from dondoc.units.naming import name_on, names_of
from dondoc.units.reorganisation import Reorganisation, ReorganisationRefused
from dondoc.verdicts import Verdict
from dondoc.words import Language
from schedules.collection import collect
from schedules.extending import extend
from schedules.reorganising.reorganise import ChoiceUnused, StillOpen, preview, settle
from schedules.returning import Wanted, give_back
from tests.cast import local
from tests.office import Office
from tests.reorganised import (
    ON,
    YEAR,
    add_unit,
    decided,
    dissolve,
    hand_in,
    merge,
    owed,
    rename,
    split,
)

JULY = local(2024, 7, 1, 10)
JUNE = local(2024, 6, 10)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(YEAR, at=local(2024, 4, 1))
    with database.writing() as session:
        for code in ("x", "y"):
            add_unit(session, code)
    return office


def test_split_and_due_delivered_only_when_every_part_has(office: Office) -> None:
    decided(office, split("p-1", into=("x", "y")), "move", now=JULY)
    hand_in(office, "x", "so-ket", now=local(2024, 7, 4))

    assert _complete(office) == 0
    hand_in(office, "y", "so-ket", now=local(2024, 7, 9))
    assert _complete(office) == 1


def _complete(office: Office) -> int:
    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        return rates(session, plan, local(2024, 7, 20)).columns[0].tally.complete


def test_a_unit_that_goes_on_gives_away_what_is_named_and_keeps_the_rest(office: Office) -> None:
    """What was due counts for it until the successor delivers, what is not due yet for that one."""
    asked = split("p-1", into=("p-1", "x"))
    gives = ("thi-dua/so-ket@p-1:move=x", "thi-dua/tong-ket@p-1:move=x")
    applied = decided(office, asked, gives[0], now=JULY)
    assert [(one.owed.milestone, one.frozen, one.to) for one in applied.preview.open] == [
        ("so-ket", True, ("x",))
    ]
    assert applied.preview.ending == ()
    with office.database.reading() as session:
        kept, given = owed(session, "p-1", "tong-ket"), owed(session, "p-1", "so-ket")
        taken = owed(session, "x", "so-ket")
        assert kept is not None
        assert given is not None
        assert taken is not None
        assert (kept.state, given.state) == (ObligationState.OPEN, ObligationState.ENDED)
        assert (given.counted, taken.counted) == (True, False)
        why = select(Notice.reason).where(
            Notice.obligation_id == given.id, Notice.stage == Stage.OVERDUE
        )
        assert Reason.HANDED_OVER in set(session.scalars(why))
        assert unit_by_code(session, "p-1").valid_to is None
    hand_in(office, "x", "so-ket", now=local(2024, 7, 3))
    with office.database.reading() as session:
        given = owed(session, "p-1", "so-ket")
        assert given is not None
        assert given.first_complete_at == local(2024, 7, 3)
    with office.database.writing() as session:
        decision = Decision(actor="ban", reason="CV 90/UBND", now=JULY)
        settle(session, applied.change, [read_choice(gives[1])], decision, hours=office.hours)
    with office.database.reading() as session:
        found = rates(session, plan_by_code(session, "thi-dua"), local(2024, 12, 1)).tally
    assert found.expected == 6


def test_a_choice_that_does_not_name_it_takes_nothing_from_a_unit_that_goes_on(
    office: Office,
) -> None:
    asked = split("p-1", into=("p-1", "x"))
    for choice in ("thi-dua/so-ket:move=x", "@p-1:close", "@p-1:move"):
        with pytest.raises(ChoiceUnused):
            decided(office, asked, choice, now=JULY)
    with pytest.raises(StillOpen):
        decided(office, asked, "@p-1:move=p-1", now=JULY)
    assert decided(office, asked, now=JULY).preview.open == ()


def test_on_a_day_ahead_what_is_given_away_is_what_is_open_then(office: Office) -> None:
    asked = split("p-1", into=("p-1", "x"))
    decided(office, asked, "thi-dua@p-1:move=x", now=local(2024, 5, 2))
    hand_in(office, "p-1", "so-ket", now=local(2024, 5, 10))
    with office.database.writing() as session:
        collect(session, hours=office.hours, now=JULY)
    with office.database.reading() as session:
        states = [
            (one and one.state)
            for one in (owed(session, "p-1", "so-ket"), owed(session, "p-1", "tong-ket"))
        ]
        assert states == [ObligationState.SUBMITTED, ObligationState.ENDED]
        assert owed(session, "x", "so-ket") is None


def test_what_successors_handed_in_with_parts_missing_is_not_overdue_for_the_old(
    office: Office,
) -> None:
    """While one of two has sent nothing it is."""
    decided(office, split("p-1", into=("x", "y")), "move", now=JULY)

    def counted() -> tuple[int, int]:
        with office.database.reading() as session:
            found = rates(session, plan_by_code(session, "thi-dua"), local(2024, 8, 1)).tally
        return found.overdue, found.incomplete

    before = counted()
    for code, expected in (("x", before), ("y", (before[0] - 1, before[1] + 1))):
        with office.database.writing() as session:
            one = owed(session, code, "so-ket")
            assert one is not None
            receive_incomplete(session, [one.id], now=JULY)
            accept(session, one, actor="an", now=JULY)
        assert counted() == expected


def test_what_is_closed_before_it_is_due_leaves_the_denominator_and_afterwards_stays(
    office: Office,
) -> None:
    decided(office, dissolve("p-1"), "close=giải thể", now=JULY)

    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        before, after = (column.tally for column in rates(session, plan, JULY).columns)
        assert (before.expected, before.overdue) == (3, 3)
        assert (after.expected, after.exempt) == (2, 0)
        rows = consolidated(session, plan, now=JULY).rows
        remarks = {row.remark.vi for row in rows if row.unit == "p-1"}
        assert remarks == {"đóng: giải thể"}


def test_an_extension_goes_along(office: Office) -> None:
    with office.database.writing() as session:
        one = owed(session, "p-1", "tong-ket")
        assert one is not None
        why = Decision(actor="ban", reason="bão", now=JUNE)
        extend(session, one, date(2024, 11, 29), why, hours=office.hours)

    decided(office, merge("p-1", "p-2", into="x"), "move", now=JULY)

    with office.database.reading() as session:
        taken = owed(session, "x", "tong-ket")
        assert taken is not None
        assert (taken.due_on, taken.extension_reason) == (date(2024, 11, 29), "bão")
        assert granted(session, taken) is not None
        planned = session.scalars(
            select(Notice.step).where(Notice.obligation_id == taken.id, Notice.stage == Stage.DUE)
        ).all()
        assert planned == ["T-0"]


def test_what_was_returned_is_corrected_by_the_successor_and_stays_in_time(office: Office) -> None:
    hand_in(office, "p-1", "so-ket", now=local(2024, 5, 10))
    with office.database.writing() as session:
        one = owed(session, "p-1", "so-ket")
        assert one is not None
        why = Decision(actor="ban", reason="thiếu dấu", now=local(2024, 6, 28))
        give_back(session, one, Wanted(until=date(2024, 7, 12)), why, hours=office.hours)

    decided(office, merge("p-1", into="x"), "move", now=JULY)

    with office.database.reading() as session:
        taken = owed(session, "x", "so-ket")
        assert taken is not None
        assert (taken.state, taken.correct_by) == (ObligationState.RETURNED, date(2024, 7, 12))
        assert taken.return_reason == "thiếu dấu"
        plan = plan_by_code(session, "thi-dua")
        tally = rates(session, plan, JULY).columns[0].tally
        assert (tally.expected, tally.on_time) == (3, 1)


def test_returned_after_the_unit_has_ended_is_left_over_and_settled(office: Office) -> None:
    hand_in(office, "p-1", "so-ket", now=local(2024, 5, 10))
    change = decided(office, merge("p-1", into="x"), "move", now=JULY).change
    with office.database.writing() as session:
        one = owed(session, "p-1", "so-ket")
        assert one is not None
        why = Decision(actor="ban", reason="thiếu dấu", now=local(2024, 7, 3))
        give_back(session, one, Wanted(), why, hours=office.hours)
    office.beat(local(2024, 7, 3))

    assert not [letter for letter in office.letters() if letter[1] == "returned"]
    with office.database.writing() as session:
        left = leftovers(session, date(2024, 7, 3))
        assert [(one.unit, one.open, one.change) for one in left] == [("p-1", 1, change)]
        why = Decision(actor="ban", reason="x nộp", now=local(2024, 7, 4))
        settle(session, change, [read_choice("move=x")], why, hours=office.hours)
        assert leftovers(session, date(2024, 7, 4)) == []
        assert owed(session, "x", "so-ket") is not None


def test_a_successor_that_has_delivered_cannot_take_over(office: Office) -> None:
    hand_in(office, "p-2", "so-ket", now=local(2024, 5, 10))

    with pytest.raises(DecisionRefused) as refused:
        decided(office, merge("p-1", into="p-2"), "move", now=JULY)

    assert "p-2 đã nộp, chờ xét kỳ này" in refused.value.text(Language.VI)
    decided(office, merge("p-1", into="p-2"), "move", "thi-dua/so-ket:close=đã có", now=JULY)


def test_what_waits_for_review_is_accepted_after_the_unit_has_ended(office: Office) -> None:
    hand_in(office, "p-1", "so-ket", now=local(2024, 5, 10))
    decided(office, dissolve("p-1"), "close", now=JULY)

    with office.database.writing() as session:
        one = owed(session, "p-1", "so-ket")
        assert one is not None
        accept(session, one, actor="ban", now=JULY)
        assert one.state is ObligationState.ACCEPTED


def test_a_day_ahead_handles_what_is_open_when_it_comes(office: Office) -> None:
    decided(office, merge("p-1", "p-2", into="x"), "move", now=JUNE)
    hand_in(office, "p-1", "so-ket", now=local(2024, 6, 28))
    with office.database.writing() as session:
        assert unit_by_code(session, "p-1").valid_to == date(2024, 6, 30)
        assert owed(session, "x", "so-ket") is None
        collect(session, hours=office.hours, now=local(2024, 7, 1, 0, 1))

    with office.database.reading() as session:
        states = [owed(session, unit, "so-ket") for unit in ("p-1", "p-2", "x")]
        assert [one and one.state for one in states] == [
            ObligationState.SUBMITTED,
            ObligationState.ENDED,
            ObligationState.OPEN,
        ]


def test_nobody_came_by_for_weeks_and_a_date_passed_meanwhile(office: Office) -> None:
    """It was due from the successor: two wards were one by then."""
    third = YEAR.replace("code: thi-dua", "code: them").replace("2024-05-20", "2024-07-05")
    office.launch(third, at=local(2024, 4, 2))
    decided(office, merge("p-1", "p-2", into="x"), "move", now=JUNE)
    with office.database.writing() as session:
        collect(session, hours=office.hours, now=local(2024, 7, 20))

    with office.database.reading() as session:
        columns = rates(session, plan_by_code(session, "them"), local(2024, 7, 20)).columns
        assert [column.tally.expected for column in columns] == [2, 2]
        columns = rates(session, plan_by_code(session, "thi-dua"), local(2024, 7, 20)).columns
        assert [column.tally.expected for column in columns] == [3, 2]


def test_on_the_day_what_no_choice_covers_waits_and_nobody_is_pressed(office: Office) -> None:
    decided(
        office,
        merge("p-1", into="x"),
        "thi-dua/so-ket:close",
        "thi-dua/tong-ket:move",
        now=JUNE,
    )
    later = YEAR.replace("code: thi-dua", "code: them").replace("2024-05-20", "2024-06-28")
    office.launch(later.replace("2024-11-15", "2024-06-27"), at=local(2024, 6, 20))
    with office.database.writing() as session:
        collect(session, hours=office.hours, now=local(2024, 7, 1, 0, 1))
        assert [(one.unit, one.open) for one in leftovers(session, ON)] == [("p-1", 2)]
    for day in range(1, 12):
        office.beat(local(2024, 7, day, 8))

    with office.database.reading() as session:
        mine = select(Contact.id).where(Contact.unit_id == unit_by_code(session, "p-1").id)
        sent = session.scalars(
            select(Notice).where(
                Notice.state == NoticeState.SENT,
                Notice.decided_at > JULY,
                Notice.contact_id.in_(mine),
            )
        ).all()
        assert not sent
        assert Reason.DISSOLVED in set(
            session.scalars(select(Notice.reason).where(Notice.contact_id.in_(mine)))
        )


def test_a_unit_the_list_alone_has_ended_gets_nothing_either(office: Office) -> None:
    with office.database.writing() as session:
        unit_by_code(session, "p-1").valid_to = date(2024, 5, 10)
    office.beat(local(2024, 5, 13, 8))

    with office.database.reading() as session:
        one = owed(session, "p-1", "so-ket")
        assert one is not None
        due = select(Notice.reason).where(Notice.obligation_id == one.id, Notice.step == "T-7")
        assert session.scalars(due).all() == [Reason.DISSOLVED]
    assert "p-1@quan.example" not in [address for address, _ in office.letters()]
    assert "p-2@quan.example" in [address for address, _ in office.letters()]


def test_others_are_told_on_to_whoever_leads_the_group_now(office: Office) -> None:
    """p-1 heads p-2's group; p-2 is overdue when p-1 ends."""
    with office.database.writing() as session:
        add_unit(session, "z", since=None)
    office.beat(local(2024, 5, 21, 8))
    decided(office, merge("p-1", into="z", on=date(2024, 5, 22)), "move", now=local(2024, 5, 22))

    with office.database.reading() as session:
        heads = select(Unit.code).join(GroupHead, GroupHead.unit_id == Unit.id)
        assert "z" in set(session.scalars(heads))
        p_2 = owed(session, "p-2", "so-ket")
        assert p_2 is not None
        rows = session.execute(
            select(Contact.email, Notice.state)
            .join(Notice, Notice.contact_id == Contact.id)
            .where(Notice.obligation_id == p_2.id, Notice.step == "L2")
            .order_by(Notice.id)
        ).tuples()
        assert rows.all() == [
            ("head.p-1@quan.example", NoticeState.SKIPPED),
            ("head.z@quan.example", NoticeState.PLANNED),
        ]


def test_last_years_head_of_group_ends_while_a_report_of_that_year_is_late(office: Office) -> None:
    """Nobody has said yet who leads the group in 2025: the standing office hears of it instead."""
    extended, january = local(2024, 11, 1), local(2025, 1, 2)
    with office.database.writing() as session:
        late = owed(session, "p-2", "tong-ket")
        assert late is not None
        until = Decision(actor="an", reason="chờ số liệu", now=extended)
        extend(session, late, date(2024, 12, 30), until, hours=office.hours)
    decided(office, dissolve("p-1", on=date(2025, 1, 2)), "close=hết nhiệm vụ", now=january)

    with office.database.reading() as session:
        late = owed(session, "p-2", "tong-ket")
        assert late is not None
        rows = session.execute(
            select(Contact.email, Notice.note, Notice.state)
            .join(Notice, Notice.contact_id == Contact.id)
            .where(
                Notice.obligation_id == late.id,
                Notice.step == "L2",
                Notice.due_version == late.due_version,
            )
            .order_by(Notice.id)
        ).tuples()
        assert rows.all() == [
            ("head.p-1@quan.example", None, NoticeState.SKIPPED),
            ("noi-vu@quan.example", "group_head", NoticeState.PLANNED),
        ]


def test_old_name_before_and_new_one_after(office: Office) -> None:
    hand_in(office, "p-1", "so-ket", now=local(2024, 5, 10))
    office.beat(local(2024, 5, 13, 8))
    decided(office, rename("p-1", "Ủy ban nhân dân phường Nhất"), now=JULY)
    office.beat(local(2024, 11, 1, 8))

    old, new = "Ủy ban nhân dân phường Một", "Ủy ban nhân dân phường Nhất"
    contents = office.contents("p-1@quan.example")
    assert (contents[0].unit_name, contents[-1].unit_name) == (old, new)
    with office.database.reading() as session:
        unit = unit_by_code(session, "p-1")
        assert [name_on(session, unit, day) for day in (date(2024, 6, 30), ON)] == [old, new]
        assert [one.name for one in names_of(session, unit)] == [old, new]
        plan = plan_by_code(session, "thi-dua")
        rows = consolidated(session, plan, now=local(2024, 12, 2)).rows
        assert [row.unit_name for row in rows if row.unit == "p-1"] == [old, new]


def test_both_sides_explain_each_other_and_the_record_has_it(office: Office) -> None:
    decided(office, merge("p-1", "p-2", into="x"), "move", now=JULY)

    with office.database.reading() as session:
        x, gone = unit_by_code(session, "x"), unit_by_code(session, "p-1")
        assert [one.code for one in predecessors(session, x)] == ["p-1", "p-2"]
        assert [one.code for one in successors(session, gone)] == ["x"]
        told = {
            unit.code: [
                line.action for line in history(session, unit) if isinstance(line, EventLine)
            ]
            for unit in (x, gone)
        }
        assert told == {
            "x": ["take_over", "take_over", "unit_merge"],
            "p-1": ["hand_over", "hand_over", "unit_merge"],
        }
        found = session.scalars(entries(unit="p-2")).all()
        assert [(one.action, one.reason) for one in found] == [
            ("unit_merge", "NQ 1685/NQ-UBTVQH15"),
            ("hand_over", "NQ 1685/NQ-UBTVQH15"),
            ("hand_over", "NQ 1685/NQ-UBTVQH15"),
        ]


def test_nobody_is_called_late_for_a_letter_he_never_got(office: Office) -> None:
    with office.database.writing() as session:
        seat = session.scalars(select(Contact).where(Contact.email == "p-1@quan.example")).one()
        session.add(
            Problem(unit_id=seat.unit_id, contact_id=seat.id, cause=Cause.NOT_TOLD, opened_at=JUNE)
        )
    with office.database.reading() as session:
        rows = consolidated(session, plan_by_code(session, "thi-dua"), now=JULY).rows
        found = {row.unit: (row.verdict, row.days_late, row.remark.vi) for row in rows[:3]}
        assert found["p-1"][:2] == (Verdict.UNREACHED, None)
        assert "không thư nào đến được" in found["p-1"][2]
        assert found["p-2"] == (Verdict.OVERDUE, 42, "")


REFUSED = [
    (merge("p-1", into="x", on=date(2024, 6, 1)), "x", "chưa có hiệu lực"),
    (merge("p-1", "p-1", into="x"), "p-1", "hai lần"),
    (merge("x", into="y", on=ON), "x", "ngày 30/06/2024 chưa có hiệu lực"),
    (Reorganisation(kind=ChangeKind.MERGE, units=("p-1",), on=ON), "p-1", "chưa nêu"),
    (dissolve("noi-vu"), "noi-vu", "cơ quan thường trực"),
    (rename("p-1", "Ủy ban nhân dân phường Một"), "p-1", "đã mang tên ấy"),
]


@pytest.mark.parametrize(("asked", "unit", "why"), REFUSED)
def test_refused_with_the_reason(
    office: Office, asked: Reorganisation, unit: str, why: str
) -> None:
    with (
        office.database.reading() as session,
        pytest.raises(ReorganisationRefused) as refused,
    ):
        preview(session, asked, hours=office.hours, now=JULY)

    assert refused.value.text(Language.VI).startswith(f"{unit}: ")
    assert why in refused.value.text(Language.VI)


def test_a_unit_ends_once_and_never_succeeds_itself(office: Office) -> None:
    decided(office, merge("p-1", into="p-2"), "move", now=JULY)
    with pytest.raises(ReorganisationRefused) as twice:
        decided(office, merge("p-1", into="x"), "move", now=JULY)
    assert "quyết định số 1" in twice.value.text(Language.VI)

    with office.database.writing() as session:
        unit_by_code(session, "p-1").valid_to = None  # an import brought it back
    with pytest.raises(ReorganisationRefused) as around:
        decided(office, merge("p-2", into="p-1", on=date(2024, 8, 1)), "move", now=JULY)
    assert "p-2 → p-1 → p-2" in around.value.text(Language.VI)


@pytest.mark.parametrize("text", ["", "sell", "move=", "a/b/c/d:move", "@:close", "close="])
def test_choice_that_says_nothing(text: str) -> None:
    with pytest.raises(ChoiceWrong):
        read_choice(text)
