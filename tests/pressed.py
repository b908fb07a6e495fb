"""A plan whose notices come due at chosen instants of the real clock, for tests in which a real
Prefect server's own clock takes part."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from dondoc.database import Database
from dondoc.tables import Contact, Notice, NoticeState, Obligation, Role, Stage
from tests.cast import Due, make_plan, make_units

PLAN = "ke-hoach"
MILESTONE = "dang-ky"
NAME = "Đăng ký thi đua"


def always_open(folder: Path) -> dict[str, str]:
    """Settings under which letters may leave at any hour of any day near today."""
    folder.mkdir(parents=True, exist_ok=True)
    days = (datetime.now(UTC).date() + timedelta(days=number) for number in range(-3, 15))
    file = folder / "days.csv"
    file.write_text("".join(f"{day},work,test\n" for day in days))
    return {
        "DONDOC_CALENDAR_FILE": str(file),
        "DONDOC_SEND_FROM": "00:00",
        "DONDOC_SEND_UNTIL": "23:59:59",
    }


def launch(database: Database, steps: Mapping[str, datetime], *, due_in: int = 3) -> None:
    """One milestone, due in so many days; each step is a reminder for every owing officer."""
    today = datetime.now(UTC).date()
    due = Due(MILESTONE, NAME, (today + timedelta(days=due_in),))
    with database.writing() as session:
        plan = make_plan(session, make_units(session, year=today.year), code=PLAN, dues=(due,))
        rows = session.execute(
            select(Obligation.id, Contact.id)
            .join(Contact, Contact.unit_id == Obligation.unit_id)
            .where(Contact.role == Role.OFFICER)
        ).all()
        session.add_all(
            Notice(
                plan_id=plan.id,
                obligation_id=obligation,
                contact_id=contact,
                stage=Stage.REMIND,
                step=step,
                planned_at=at,
                state=NoticeState.PLANNED,
            )
            for obligation, contact in rows
            for step, at in steps.items()
        )


def states(database: Database) -> dict[str, int]:
    """How many notices are in which state."""
    with database.reading() as session:
        found = [state.value for state in session.scalars(select(Notice.state))]
    return {state: found.count(state) for state in sorted(set(found))}
