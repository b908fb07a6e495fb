"""A plan whose notices come due at chosen instants of the real clock, for tests in which a real
Prefect server's own clock takes part."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from dondoc.database import Database
from dondoc.tables import (
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Plan,
    Role,
    Stage,
    Unit,
)
from tests.cast import OWING, Due, make_plan, make_units

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


def launch(
    database: Database,
    steps: Mapping[str, datetime],
    *,
    code: str = PLAN,
    owing: Sequence[str] = OWING,
) -> None:
    """One milestone, due in three days; each step is a reminder for every owing officer."""
    today = datetime.now(UTC).date()
    due = Due(MILESTONE, NAME, (today + timedelta(days=3),))
    with database.writing() as session:
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        units = units or make_units(session, year=today.year)
        plan = make_plan(session, units, code=code, dues=(due,), owing=owing, year=today.year)
        rows = session.execute(
            select(Obligation.id, Contact.id)
            .join(Contact, Contact.unit_id == Obligation.unit_id)
            .join(Obligation.occurrence)
            .join(Occurrence.milestone)
            .where(Contact.role == Role.OFFICER, Milestone.plan_id == plan.id)
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


def states(database: Database, *, code: str = PLAN) -> dict[str, int]:
    """How many of the plan's notices are in which state."""
    of_plan = select(Notice.state).join(Plan, Plan.id == Notice.plan_id).where(Plan.code == code)
    with database.reading() as session:
        found = [state.value for state in session.scalars(of_plan)]
    return {state: found.count(state) for state in sorted(set(found))}
