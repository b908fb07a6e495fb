from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.plan.source import parse_plan
from dondoc.queries import plan_by_code
from dondoc.record import verify
from dondoc.tables import (
    Event,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Reason,
    Stage,
)
from dondoc.versions import clause_of, versions
from notifications.rendering import render
from schedules.amending.amend import Amendment, amend
from schedules.amending.impact import Impact
from schedules.amending.refusing import (
    AlreadyPast,
    ChangedMeanwhile,
    OtherPlan,
    TooSudden,
    UnknownAudience,
    WouldOrphan,
)
from schedules.extending import extend
from schedules.moments import upcoming
from schedules.plan_rows import UnknownUnit
from tests.amended import APRIL, LAUNCH, PLAN, altered, amended, owed, planned, steps, told, without
from tests.cast import hand_in, local
from tests.office import Office

LATER = altered(("due: 2024-05-15", "due: 2024-05-22"), ("ngày 15/5/2024", "ngày 22/5/2024"))
SOONER = altered(("due: 2024-05-15", "due: 2024-05-08"))


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(PLAN, at=LAUNCH)
    return office


def submitted(office: Office, unit: str, milestone: str = "dang-ky") -> None:
    with office.database.writing() as session:
        obligation = owed(session, unit, milestone)
        session.add(hand_in(obligation, APRIL - timedelta(hours=1)))
        obligation.state = ObligationState.SUBMITTED


def test_a_moved_date_moves_what_was_not_sent(office: Office) -> None:
    before = planned(office)
    impact = amended(office, LATER, reason="Công văn 77/UBND")
    (moved,) = impact.moved
    assert (moved.which.milestone, moved.units) == ("dang-ky", 2)
    assert (moved.before.due_on, moved.after.due_on) == (date(2024, 5, 15), date(2024, 5, 22))
    found = planned(office)
    assert steps(found, "p-1", "dang-ky")["T-7"] == local(2024, 5, 15, 8)
    assert {one for one in found if one[1] not in ("dang-ky", None)} == {
        one for one in before if one[1] not in ("dang-ky", None)
    }
    assert impact.cancelled[date(2024, 5, 8)] == 2  # T-7 of both
    assert impact.armed[date(2024, 5, 15)] == 2
    assert impact.cancelled.total() == impact.armed.total()


def test_an_amendment_is_a_version_and_an_entry_of_the_record(office: Office) -> None:
    amended(office, LATER, reason="Công văn 77/UBND")
    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        assert (plan.revision, plan.source) == (2, LATER)
        line = versions(session, plan)[-1]
        assert (line.number, line.actor, line.reason) == (2, "an", "Công văn 77/UBND")
        entry = session.scalars(select(Event).where(Event.action == "amend")).one()
        assert (entry.before, entry.after) == ({"plan_version": 1}, {"plan_version": 2})
        assert entry.facts["milestones"] == ["dang-ky"]
        assert (entry.on_behalf, entry.reason) == ("noi-vu", "Công văn 77/UBND")
        assert verify(session).broken is None
        assert clause_of(session, owed(session, "p-1")).text == "chậm nhất ngày 22/5/2024"
        assert owed(session, "p-1", "tong-ket").plan_version == 1


def test_those_concerned_get_one_letter_about_it(office: Office) -> None:
    impact = amended(office, LATER, reason="Công văn 77/UBND")
    assert [(one.what.vi, one.units) for one in impact.told] == [
        ("hạn cũ: 15/05/2024", ("p-1", "p-2"))
    ]
    assert (impact.readers, impact.unreached) == (2, ())
    office.beat(APRIL)
    assert office.letters()[-2:] == [
        ("p-1@quan.example", "changed"),
        ("p-2@quan.example", "changed"),
    ]
    (content,) = office.contents("p-1@quan.example")
    assert "Công văn 77/UBND" in render(content).text
    assert office.verdicts("p-1")["changed-2"] == ("sent", None)


def test_what_was_sent_is_history(office: Office) -> None:
    office.beat(local(2024, 5, 2, 8))  # T-14 was planned for the day after the holiday
    amended(office, LATER, at=local(2024, 5, 3, 9))
    with office.database.reading() as session:
        rows = session.execute(
            select(Notice.state, Notice.due_version)
            .where(Notice.obligation_id == owed(session, "p-1").id, Notice.step == "T-14")
            .order_by(Notice.id)
        ).all()
    assert [tuple(row) for row in rows] == [(NoticeState.SENT, 1), (NoticeState.PLANNED, 2)]


def test_what_was_delivered_stands_on_the_date_it_was_due(office: Office) -> None:
    submitted(office, "p-1")
    impact = amended(office, LATER)
    assert [(one.which.milestone, one.units) for one in impact.stays] == [("dang-ky", 1)]
    assert impact.moved[0].units == 1
    with office.database.reading() as session:
        one, other = owed(session, "p-1"), owed(session, "p-2")
        assert (one.due_on, one.plan_version) == (date(2024, 5, 15), 1)
        assert (other.due_on, other.plan_version) == (date(2024, 5, 22), 2)
        assert clause_of(session, one).text == "chậm nhất ngày 15/5/2024"
    assert ("p-1", "changed-2") not in told(office)


def test_what_was_late_is_late_no_more_where_the_new_date_says_so(office: Office) -> None:
    office.beat(local(2024, 5, 16, 8))
    now = local(2024, 5, 17, 9)
    with office.database.writing() as session:
        occurrence = owed(session, "p-1").occurrence
        occurrence.closed_at, occurrence.expected = now, 2
    impact = amended(office, LATER, at=now)
    assert impact.moved[0].reopened
    with office.database.reading() as session:
        occurrence = owed(session, "p-1").occurrence
        assert (occurrence.closed_at, occurrence.expected) == (None, None)
        assert occurrence.late_at == local(2024, 5, 23, 0)
    office.beat(local(2024, 5, 20, 8))
    assert ("p-1@quan.example", "overdue") not in office.letters()[2:]


@pytest.mark.parametrize(
    ("until", "due", "kept", "overtaken"),
    [
        (date(2024, 5, 31), date(2024, 5, 31), 1, 0),
        (date(2024, 5, 20), date(2024, 5, 22), 0, 1),
        (date(2024, 5, 22), date(2024, 5, 22), 1, 0),
    ],
)
def test_of_an_extension_and_a_moved_date_the_later_holds(
    office: Office, until: date, due: date, kept: int, overtaken: int
) -> None:
    decision = Decision(actor="an", reason="đại hội", now=APRIL)
    with office.database.writing() as session:
        extend(session, owed(session, "p-1"), until, decision, hours=office.hours)
    impact = amended(office, LATER)
    assert (impact.moved[0].extended, impact.moved[0].overtaken) == (kept, overtaken)
    with office.database.reading() as session:
        assert owed(session, "p-1").due_on == due
    amended(office, PLAN, at=APRIL + timedelta(minutes=1))
    with office.database.reading() as session:
        assert owed(session, "p-1").due_on == until


def test_an_earlier_date_needs_notice_or_a_word(office: Office) -> None:
    at = local(2024, 5, 3, 9)  # Saturday the 4th is worked
    with pytest.raises(TooSudden) as wrong:
        amended(office, SOONER, at=at)
    assert wrong.value.facts["left"] == 4
    assert amended(office, SOONER, at=at, earlier_is_meant=True).moved[0].units == 2


def test_an_earlier_date_with_enough_notice(office: Office) -> None:
    assert amended(office, SOONER, at=local(2024, 4, 26, 9)).moved[0].units == 2


def test_the_plan_says_how_much_notice_is_enough(database: Database) -> None:
    office = Office(database)
    plan = altered(("announce: false", "announce: false, earlier_notice: 20"))
    office.launch(plan, at=LAUNCH)
    with pytest.raises(TooSudden, match=r"only 6 working days away; units must\shave 20"):
        amended(
            office,
            altered(("due: 2024-05-15", "due: 2024-05-08"), text=plan),
            at=local(2024, 4, 26, 9),
        )


def test_an_earlier_date_that_has_passed_is_never_possible(office: Office) -> None:
    with pytest.raises(AlreadyPast):
        amended(office, SOONER, at=local(2024, 5, 10, 9), earlier_is_meant=True)


def test_a_dropped_milestone_is_asked_for_no_longer(office: Office) -> None:
    impact = amended(office, without("dang-ky"))
    (dropped,) = impact.dropped
    assert (dropped.which.milestone, dropped.units, dropped.whole) == (
        "dang-ky",
        ("p-1", "p-2"),
        True,
    )
    with office.database.reading() as session:
        obligation = owed(session, "p-1")
        assert (obligation.state, obligation.dropped_in) == (ObligationState.EXEMPT, 2)
        assert obligation.exempt_reason == "kế hoạch điều chỉnh, phiên bản 2"
        assert obligation.occurrence.dropped_in == 2
        assert obligation.occurrence.milestone.dropped_in == 2
    assert steps(planned(office), "p-1", "dang-ky").keys() == {"dropped-2"}
    office.beat(APRIL)
    (content,) = office.contents("p-2@quan.example")
    assert render(content).subject == "Không còn phải nộp: Đăng ký danh hiệu thi đua"


def test_a_submission_is_never_orphaned(office: Office) -> None:
    submitted(office, "p-2")
    before = planned(office)
    with pytest.raises(WouldOrphan) as wrong:
        amended(office, without("dang-ky"))
    assert "p-2 đã nộp" in wrong.value.text(office.settings.language)
    assert planned(office) == before
    with office.database.reading() as session:
        assert plan_by_code(session, "thi-dua").revision == 1


def test_a_recurrence_may_end_though_its_past_was_delivered(office: Office) -> None:
    submitted(office, "p-1", "bao-cao")
    impact = amended(office, altered(("from: 2024-04-01}", "from: 2024-04-01, to: 2024-10-31}")))
    assert [(one.which.label, one.units) for one in impact.dropped] == [
        ("quý IV/2024", ("p-1", "p-2", "p-3"))
    ]


def test_a_new_milestone_is_owed_and_announced(database: Database) -> None:
    office = Office(database)
    base = altered(("announce: false", "announce: true"), text=without("tong-ket"))
    office.launch(base, at=LAUNCH)
    office.beat(LAUNCH)
    impact = amended(office, altered(("announce: false", "announce: true")))
    (added,) = impact.added
    assert (added.which.milestone, len(added.units), added.whole) == ("tong-ket", 6, True)
    assert [(one.what.vi, len(one.units)) for one in impact.told] == [("thông báo", 6)]
    assert steps(planned(office), "p-3", "tong-ket").keys() == {
        "announce",
        "T-7",
        "T-0",
        "T+2",
        "T+2+3wd",
        "L1",
    }
    with office.database.reading() as session:
        assert owed(session, "p-3", "tong-ket").plan_version == 2
        milestones = session.scalars(select(Milestone.code).order_by(Milestone.position)).all()
    assert milestones == ["dang-ky", "bao-cao", "tong-ket"]


def test_what_is_owed_anew_is_announced_though_the_launch_was_not(office: Office) -> None:
    changed = altered(("audience: {units: [p-1, p-2]}", "audience: {units: [p-1, p-2, p-3]}"))
    impact = amended(office, changed)
    assert [(one.what.vi, one.units) for one in impact.told] == [("thông báo", ("p-3",))]
    back = amended(office, PLAN, at=APRIL + timedelta(minutes=5))
    assert (back.told, back.dropped[0].units) == ([], ("p-3",))


def test_a_new_milestone_that_is_past_is_collected_but_never_pressed(office: Office) -> None:
    fresh = altered(
        (
            "  - code: bao-cao\n",
            "  - code: da-qua\n    name: Đã qua\n    kind: other\n    due: 2024-03-01\n"
            "    audience: all\n    clause: {text: x}\n  - code: bao-cao\n",
        )
    )
    impact = amended(office, fresh)
    assert impact.added[0].silent
    assert steps(planned(office), "p-1", "da-qua") == {}


def test_units_join_and_leave_with_the_audience(office: Office) -> None:
    changed = altered(("audience: {units: [p-1, p-2]}", "audience: {units: [p-2, p-3]}"))
    impact = amended(office, changed)
    assert [(one.units, one.whole) for one in impact.dropped] == [(("p-1",), False)]
    assert [(one.units, one.whole) for one in impact.added] == [(("p-3",), False)]
    found = planned(office)
    assert steps(found, "p-1", "dang-ky").keys() == {"dropped-2"}
    assert steps(found, "p-3", "dang-ky")["T-0"] == local(2024, 5, 15, 8)
    with office.database.reading() as session:
        assert owed(session, "p-1").occurrence.dropped_in is None


def test_whoever_delivered_stays_though_the_audience_leaves_it_out(office: Office) -> None:
    submitted(office, "p-1")
    impact = amended(office, altered(("{units: [p-1, p-2]}", "{units: [p-2]}")))
    assert impact.dropped == []
    assert impact.stays[0].units == 1
    with office.database.reading() as session:
        assert owed(session, "p-1").state is ObligationState.SUBMITTED


def test_who_owed_a_date_that_has_passed_is_history(office: Office) -> None:
    changed = altered(("{units: [p-1, p-2]}", "{units: [p-2, p-3]}"))
    impact = amended(office, changed, at=local(2024, 6, 3, 9))
    assert (impact.dropped, impact.added) == ([], [])


def test_another_cadence_keeps_what_both_ask_for(office: Office) -> None:
    """T-14 and T-3 go, T-10 comes; T-7, T-1 and T-0 are the very same rows."""
    with office.database.reading() as session:
        kept = {
            step: id_
            for id_, step in session.execute(
                select(Notice.id, Notice.step).where(
                    Notice.obligation_id == owed(session, "p-1").id
                )
            )
        }
    changed = altered(("announce: false}", "announce: false, cadence: {before: [10, 7, 1, 0]}}"))
    impact = amended(office, changed)
    assert told(office) == {}
    found = steps(planned(office), "p-1", "dang-ky")
    assert {"T-10", "T-7", "T-1", "T-0"} == {step for step in found if step.startswith("T-")}
    with office.database.reading() as session:
        seven = session.scalars(
            select(Notice).where(
                Notice.obligation_id == owed(session, "p-1").id, Notice.step == "T-7"
            )
        ).one()
        assert (seven.id, seven.state, seven.reason) == (kept["T-7"], NoticeState.PLANNED, None)
    assert impact.cancelled[date(2024, 5, 8)] == impact.armed[date(2024, 5, 8)] == 0


def test_another_hour_moves_the_same_notices(office: Office) -> None:
    amended(office, altered(("announce: false}", "announce: false, cadence: {at: '09:30'}}")))
    assert steps(planned(office), "p-1", "dang-ky")["T-7"] == local(2024, 5, 8, 9, 30)
    with office.database.reading() as session:
        count = session.scalar(
            select(func.count()).where(
                Notice.obligation_id == owed(session, "p-1").id, Notice.step == "T-7"
            )
        )
    assert count == 1


def test_what_must_be_handed_in_and_where_to_is_told(office: Office) -> None:
    changed = altered(
        ("types: [pdf]", "types: [pdf, docx]"),
        ("inclusive: false", "inclusive: false\n    collector: tai-chinh"),
    )
    impact = amended(office, changed)
    assert {one.what.vi for one in impact.told} == {"nội dung phải nộp thay đổi; nơi nhận thay đổi"}
    assert impact.moved == []
    office.beat(APRIL)
    (content,) = office.contents("p-1@quan.example")
    assert {item.collector for item in content.items} == {"Phòng Tài chính - Kế hoạch"}


def test_two_letters_become_one_against_what_was_known(office: Office) -> None:
    amended(office, LATER)
    third = altered(("due: 2024-05-22", "due: 2024-05-29"), text=LATER)
    amended(office, third, at=APRIL + timedelta(minutes=5))
    assert told(office) == {
        ("p-1", "changed-3"): "since 1, was 2024-05-15",
        ("p-2", "changed-3"): "since 1, was 2024-05-15",
    }
    assert office.verdicts("p-1")["changed-2"] == ("skipped", "amended")


def test_there_and_back_before_anybody_was_told_says_nothing(office: Office) -> None:
    before = planned(office)
    amended(office, LATER)
    amended(office, PLAN, at=APRIL + timedelta(minutes=5))
    assert told(office) == {}
    assert planned(office) == before


def test_there_and_back_after_they_were_told_is_told_again(office: Office) -> None:
    amended(office, LATER)
    office.beat(APRIL)
    amended(office, PLAN, at=APRIL + timedelta(hours=1))
    assert told(office)["p-1", "changed-3"] == "since 2, was 2024-05-22"


def test_dropped_and_asked_for_again(office: Office) -> None:
    before = planned(office)
    amended(office, without("dang-ky"))
    impact = amended(office, PLAN, at=APRIL + timedelta(minutes=5))
    assert impact.added[0].units == ("p-1", "p-2")
    assert told(office) == {}
    assert planned(office) == before
    with office.database.reading() as session:
        obligation = owed(session, "p-1")
        assert (obligation.state, obligation.dropped_in) == (ObligationState.OPEN, None)
        assert session.scalar(select(func.count()).select_from(Occurrence)) == 5


def test_asked_for_again_after_it_was_told_to_be_dropped(office: Office) -> None:
    amended(office, without("dang-ky"))
    office.beat(APRIL)
    amended(office, LATER, at=APRIL + timedelta(hours=1))
    assert told(office)["p-1", "changed-3"] == "since 2, restored"
    office.beat(APRIL + timedelta(days=1))
    (_, content) = office.contents("p-1@quan.example")
    assert content.items[0].due == date(2024, 5, 22)
    assert "lại phải nộp" in render(content).text


def test_an_exemption_survives_dropping_and_coming_back(office: Office) -> None:
    with office.database.writing() as session:
        obligation = owed(session, "p-1")
        obligation.state, obligation.exempt_reason = ObligationState.EXEMPT, "mới thành lập"
    amended(office, without("dang-ky"))
    amended(office, PLAN, at=APRIL + timedelta(minutes=5))
    with office.database.reading() as session:
        assert owed(session, "p-1").exempt_reason == "mới thành lập"
        assert owed(session, "p-2").state is ObligationState.OPEN


def test_the_second_official_is_told_what_changed_under_her_hands(office: Office) -> None:
    amended(office, LATER, expected=1)
    with pytest.raises(ChangedMeanwhile) as wrong:
        amended(office, altered(("Mục VI", "Mục VII")), expected=1)
    assert "Phiên bản 2, an, 02/04/2024 03:00 UTC: dang-ky" in wrong.value.text(
        office.settings.language
    )
    with office.database.reading() as session:
        assert plan_by_code(session, "thi-dua").source == LATER


def test_taking_back_a_colleagues_change_is_pointed_out(office: Office) -> None:
    amended(office, LATER)
    fresh = altered(("announce: false", "announce: false, review_within: 7"))
    impact = amended(office, fresh, at=APRIL + timedelta(minutes=5))
    assert [one.vi for one in impact.undone] == [
        "dang-ky hạn: lấy lại thay đổi của an ở phiên bản 2",
        "dang-ky điều khoản: lấy lại thay đổi của an ở phiên bản 2",
    ]


def test_a_look_changes_nothing(office: Office) -> None:
    before = planned(office)
    impact = amended_and_rolled_back(office)
    assert impact.moved[0].units == 2
    assert planned(office) == before
    with office.database.reading() as session:
        assert plan_by_code(session, "thi-dua").revision == 1
        assert session.scalar(select(func.count()).select_from(Event)) == 1


def amended_and_rolled_back(office: Office) -> Impact:
    with office.database.writing() as session:
        amendment = Amendment(file=parse_plan(LATER), source=LATER, actor="an", now=APRIL)
        impact = amend(session, plan_by_code(session, "thi-dua"), amendment, hours=office.hours)
        session.rollback()
    return impact


def test_a_file_that_says_the_same_changes_nothing(office: Office) -> None:
    impact = amended(office, PLAN + "\n# chú thích\n")
    assert not impact.differences
    assert impact.version == 1


def test_the_file_of_another_plan_is_refused(office: Office) -> None:
    with pytest.raises(OtherPlan):
        amended(office, altered(("code: thi-dua", "code: khac")))


def test_an_audience_nobody_has_is_refused(office: Office) -> None:
    with pytest.raises(UnknownAudience, match=r"dang-ky.audience: .* cum-9, p-7"):
        amended(office, altered(("{units: [p-1, p-2]}", "{units: [p-1, p-7], groups: [cum-9]}")))
    with pytest.raises(UnknownUnit, match="collector"):
        amended(office, altered(("inclusive: false", "inclusive: false\n    collector: nix")))


def test_the_standing_office_may_change_hands(office: Office) -> None:
    office.beat(local(2024, 4, 1, 8))
    amended(office, altered(("standing_office: noi-vu", "standing_office: tai-chinh")))
    found = planned(office)
    digests = {address for *_, step, _, _, address, _ in found if step.startswith("D-")}
    assert digests == {"tai-chinh@quan.example"}
    third = {address for *_, level, _, address, _ in found if level == 3}
    assert third == {"tai-chinh@quan.example"}


def test_without_a_digest_none_is_planned(office: Office) -> None:
    office.beat(local(2024, 4, 1, 8))
    impact = amended(office, altered(("digest: true", "digest: false")))
    assert not [one for one in planned(office) if one[3].startswith("D-")]
    assert impact.cancelled.total() > 30
    back = amended(office, PLAN, at=APRIL + timedelta(minutes=5))
    assert back.armed == impact.cancelled


def test_prefect_moments_follow(office: Office) -> None:
    until = local(2024, 5, 24, 12)
    now = local(2024, 5, 14, 12)
    with office.database.reading() as session:
        before = {one.key for one in upcoming(session, now=now, until=until)}
    amended(office, LATER)
    with office.database.reading() as session:
        after = upcoming(session, now=now, until=until)
    assert not {one.key for one in after} & before
    assert [(one.step, one.at) for one in after if one.stage in ("due", "collect")] == [
        ("T-0", local(2024, 5, 22, 8)),
        ("collect", local(2024, 5, 23, 0)),
    ]


def test_a_clause_without_a_place_can_be_extended_and_amended(database: Database) -> None:
    office = Office(database)
    base = altered((', where: "Mục IV.1.a"', ""))
    office.launch(base, at=LAUNCH)
    decision = Decision(actor="an", reason="đại hội", now=APRIL)
    with office.database.writing() as session:
        extend(session, owed(session, "p-1"), date(2024, 5, 31), decision, hours=office.hours)
    later = altered(("due: 2024-05-15", "due: 2024-05-22"), text=base)
    assert amended(office, later).moved[0].extended == 1


def test_nothing_is_ever_deleted(office: Office) -> None:
    with office.database.reading() as session:
        before = {
            table: session.scalar(select(func.count()).select_from(table))
            for table in (Obligation, Notice, Occurrence, Milestone)
        }
    amended(office, without("tong-ket", text=without("dang-ky")))
    with office.database.reading() as session:
        for table, count in before.items():
            assert (session.scalar(select(func.count()).select_from(table)) or 0) >= (count or 0)
        reasons = Counter(
            session.scalars(select(Notice.reason).where(Notice.state == NoticeState.SKIPPED))
        )
        assert set(reasons) == {Reason.AMENDED}
        planned_stages = session.scalars(
            select(Notice.stage).where(Notice.state == NoticeState.PLANNED).distinct()
        ).all()
        assert Stage.CHANGED in planned_stages
