from datetime import date

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.tables import Contact, Event, Notice, Obligation, Occurrence, Plan, Role, Unit
from schedules.launch import AlreadyLaunched, UnknownUnit
from schedules.moments import upcoming
from tests import hanging
from tests.cast import local
from tests.office import PLAN, Office

LAUNCH = local(2024, 3, 29)

QUARTERLY = PLAN.replace("due: 2024-04-15", "due: {every: quarter, day: 10}\n    inclusive: false")


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_obligations_and_every_notice_are_rows(office: Office) -> None:
    launched = office.launch(at=LAUNCH)
    assert launched.obligations == count(office, Obligation) == 2
    # T-14, T-7, T-1 (with T-3 on the same Friday), T-0; five overdue; four levels
    assert launched.notices == count(office, Notice) == 2 * (4 + 5 + 4)
    assert launched.days[date(2024, 4, 15)] == 2
    assert launched.without_contact == []


def test_second_launch_changes_nothing(office: Office) -> None:
    office.launch(at=LAUNCH)
    before = count(office, Notice), count(office, Event)
    again = office.launch(at=local(2024, 4, 2))
    assert again.already
    assert (count(office, Notice), count(office, Event)) == before


def test_changed_file_under_the_same_code_is_refused(office: Office) -> None:
    office.launch(at=LAUNCH)
    with pytest.raises(AlreadyLaunched):
        office.launch(PLAN.replace("2024-04-15", "2024-04-16"), at=LAUNCH)
    assert count(office, Plan) == 1


def test_unknown_unit_leaves_no_trace(office: Office) -> None:
    with pytest.raises(UnknownUnit) as wrong:
        office.launch(PLAN.replace("standing_office: noi-vu", "standing_office: nix"), at=LAUNCH)
    assert wrong.value.facts == {"field": "standing_office", "code": "nix"}
    assert count(office, Plan) == 0


def test_what_is_past_at_launch_is_collected_but_never_pressed(office: Office) -> None:
    launched = office.launch(QUARTERLY, at=LAUNCH)
    assert [one.silent for one in launched.milestones] == [True, False, False, False]
    with office.database.reading() as session:
        silent = session.scalars(
            select(Notice.id).join(Obligation).join(Occurrence).where(Occurrence.silent)
        ).all()
    assert silent == []
    assert launched.obligations == 8


@pytest.mark.parametrize(
    ("hour", "minute", "silent"), [(23, 59, False), (0, 0, True), (0, 1, True)]
)
def test_past_begins_when_lateness_begins(
    office: Office, hour: int, minute: int, silent: bool
) -> None:
    """chậm nhất 15/4: the 16th begins lateness."""
    day = 15 if hour else 16
    launched = office.launch(at=local(2024, 4, day, hour, minute))
    assert [one.silent for one in launched.milestones] == [silent]


def test_notices_before_the_launch_are_not_planned(office: Office) -> None:
    office.launch(at=local(2024, 4, 8, 9))
    assert "T-7" not in office.verdicts("p-1")
    assert "T-0" in office.verdicts("p-1")


def test_vacant_officers_are_named(office: Office) -> None:
    with office.database.writing() as session:
        seat = session.scalars(
            select(Contact).join(Unit).where(Unit.code == "p-2", Contact.role == Role.OFFICER)
        ).one()
        seat.email = None
    assert office.launch(at=LAUNCH).without_contact == ["p-2"]


def test_escalation_climbs_head_group_head_standing_office_board(office: Office) -> None:
    """p-2's group is led by p-1; p-1 does not lead itself, so its second level is passed over."""
    office.launch(at=LAUNCH)
    with office.database.reading() as session:
        rows = session.execute(
            select(Unit.code, Notice.level, Contact.email, Notice.note)
            .join(Obligation, Obligation.id == Notice.obligation_id)
            .join(Unit, Unit.id == Obligation.unit_id)
            .join(Contact, Contact.id == Notice.contact_id)
            .where(Notice.level.is_not(None))
            .order_by(Unit.code, Notice.level)
        ).all()
    told = {(code, level): (email.split("@")[0], note) for code, level, email, note in rows}
    assert told == {
        ("p-1", 1): ("head.p-1", None),
        ("p-1", 2): ("noi-vu", "group_head"),
        ("p-1", 3): ("noi-vu", None),
        ("p-1", 4): ("head.ubnd-quan", None),
        ("p-2", 1): ("head.p-2", None),
        ("p-2", 2): ("head.p-1", None),
        ("p-2", 3): ("noi-vu", None),
        ("p-2", 4): ("head.ubnd-quan", None),
    }


def test_digest_goes_to_the_standing_office_on_mondays(office: Office) -> None:
    office.launch(PLAN.replace("digest: false", "digest: true"), at=LAUNCH)
    with office.database.reading() as session:
        planned = session.scalars(
            select(Notice.planned_at).where(Notice.obligation_id.is_(None)).order_by(Notice.id)
        ).all()
    days = [at.astimezone(office.hours.zone).date() for at in planned]
    assert days[:2] == [date(2024, 4, 1), date(2024, 4, 8)]
    # 29/4 is swapped off, 30/4 and 1/5 are holidays
    assert date(2024, 5, 2) in days


def test_moments_of_the_coming_week(office: Office) -> None:
    office.launch(at=LAUNCH)
    with office.database.reading() as session:
        found = upcoming(session, now=local(2024, 4, 12, 7), until=local(2024, 4, 17, 7))
    assert [(one.stage, one.step, one.count) for one in found] == [
        ("remind", "T-1", 2),
        ("due", "T-0", 2),
        ("collect", "collect", 2),
        ("overdue", "T+1", 2),
    ]
    assert len({one.key for one in found}) == 4


def test_what_hangs_on_an_event_has_no_rows_yet(office: Office) -> None:
    launched = office.launch(hanging.PLAN, at=LAUNCH)
    assert [(one.code, one.units) for one in launched.milestones] == [("ca-nam", 1)]
    assert [(one.code, one.event, one.units) for one in launched.waiting] == [
        ("bao-cao", "ket-thuc", 2),
        ("tong-hop", "ket-thuc", 1),
        ("dai-hoi-xong", "dai-hoi", 3),
    ]
    assert (count(office, Occurrence), count(office, Obligation)) == (1, 1)
    assert office.verdicts("p-2") == {}


def test_milestone_counted_from_a_printed_date_is_launched_with_it(office: Office) -> None:
    text = hanging.PLAN.replace("{after: ket-thuc, working_days: 3}", "{after: ca-nam, weeks: 1}")
    launched = office.launch(text, at=LAUNCH)
    assert [(one.code, one.deadline.due_on) for one in launched.milestones] == [
        ("bao-cao", date(2024, 11, 22)),
        ("tong-hop", date(2024, 11, 29)),
        ("ca-nam", date(2024, 11, 15)),
    ]
    assert [one.code for one in launched.waiting] == ["dai-hoi-xong"]
