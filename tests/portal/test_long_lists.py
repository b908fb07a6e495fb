"""What does not fit on a page is counted, never left out unsaid."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.desk import SHOWN
from dondoc.queries import fitting
from dondoc.tables import (
    Cause,
    Contact,
    Extension,
    ExtensionState,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Obligation,
    Problem,
    Role,
    Stage,
    Unit,
)
from dondoc.words import Language
from portal.office import why
from tests.cast import local
from tests.portal.house import House

MANY = SHOWN + 7


def crowded(session: Session, house: House) -> None:
    """Units that all ask for a later date, whom nothing reaches; one letter about all of them."""
    model = session.get_one(Obligation, house.obligation("p-1"))
    reader = session.scalars(select(Contact).order_by(Contact.id)).first()
    assert reader is not None
    letter = _letter(session, reader, house)
    plan_id = model.occurrence.milestone.plan_id
    for number in range(MANY):
        unit = Unit(code=f"z-{number:03}", name=f"Trường {number}", kind="school")
        seat = Contact(unit=unit, role=Role.OFFICER, email=f"z{number}@quan.example")
        owed = Obligation(
            occurrence_id=model.occurrence_id,
            unit=unit,
            due_on=model.due_on,
            last_on=model.last_on,
            target_on=model.target_on,
            late_at=model.late_at,
        )
        session.add_all([seat, owed])
        session.flush()
        about = {"obligation_id": owed.id, "contact_id": seat.id}
        session.add_all(
            [
                Extension(obligation=owed, state=ExtensionState.ASKED, asked_until=owed.last_on),
                Problem(
                    unit=unit, contact=seat, cause=Cause.BOUNCED, address="", opened_at=house.now
                ),
                Notice(
                    **about,
                    plan_id=plan_id,
                    stage=Stage.REMIND,
                    step="T-7",
                    state=NoticeState.SENT,
                    planned_at=house.now,
                    letter_id=letter.id,
                ),
            ]
        )


def _letter(session: Session, reader: Contact, house: House) -> Letter:
    letter = Letter(
        key="day:crowded",
        day=house.now.date(),
        name="escalation",
        address="truong@quan.example",
        contact_id=reader.id,
        language=Language.VI,
        state=LetterState.SENT,
        message_id="<crowded@test>",
        created_at=house.now,
        retry_at=house.now,
    )
    session.add(letter)
    session.flush()
    return letter


def test_today_counts_all_that_ask_and_all_that_are_not_reached(house: House) -> None:
    with house.database.writing() as session:
        crowded(session, house)

    page = house.visitor("official").get("/office").text

    assert f"<b>{MANY}</b> ask for time" in page
    assert f"<b>{MANY}</b> unreachable" in page
    assert page.count(f"The first {SHOWN} of {MANY}.") == 2


def test_what_comes_due_is_counted_beyond_what_is_shown(house: House) -> None:
    with house.database.writing() as session:
        crowded(session, house)
    house.now = local(2024, 4, 20)

    page = house.visitor("official").get("/office").text

    assert f"<b>{MANY + 2}</b> overdue" in page
    assert f"The first {SHOWN} of {MANY + 2}." in page


def test_another_offices_questions_are_not_counted(house: House) -> None:
    with house.database.writing() as session:
        crowded(session, house)

    page = house.visitor("other_official").get("/office").text

    assert "<b>0</b> ask for time" in page
    assert "<b>0</b> unreachable" in page


def test_a_letter_says_how_many_things_it_is_about(house: House) -> None:
    with house.database.writing() as session:
        crowded(session, house)
        letter = session.scalars(select(Letter).where(Letter.key == "day:crowded")).one()

    page = house.visitor("official").get(f"/office/letters/{letter.id}").text

    assert f"The first {SHOWN} of {MANY}." in page


def test_units_that_fit_are_counted_beyond_what_is_named(house: House) -> None:
    with house.database.writing() as session:
        crowded(session, house)
    official = house.visitor("official")

    asked = official.get("/office/plans/thi-dua/why?unit=Trường").text
    ahead = official.get("/office/outbox/ahead?q=Trường").text

    assert f"and {MANY - why.SHOWN} more: type more" in asked
    assert f"and {MANY - SHOWN} more: type more" in ahead


def test_the_unit_with_that_very_code_comes_first(house: House) -> None:
    with house.database.writing() as session:
        crowded(session, house)
        session.add(Unit(code="z", name="Trạm", kind="school"))
        session.flush()
        units, total = fitting(session, "z", most=3)

    assert [unit.code for unit in units] == ["z", "z-000", "z-001"]
    assert total == MANY + 1
