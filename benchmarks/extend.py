"""All who have not delivered one milestone get a later date, 60 and many units: CPU a unit must not
grow."""

from datetime import timedelta

from sqlalchemy import func, select

from benchmarks.stage import cpu, stage
from dondoc.decision import Decision
from dondoc.queries import milestone_by_code, plan_by_code
from dondoc.tables import Notice, NoticeState, Obligation
from schedules.extending import Pending, extend_pending
from schedules.launch import launch

EXTENDED = "bao-cao-nam"
LATER = timedelta(days=14)


def measure(units: int) -> tuple[int, int, float]:
    """Units extended; their notices planned afterwards; CPU seconds."""
    with stage(units) as here:
        with here.database.writing() as session:
            launch(
                session,
                here.source.plan,
                source=here.source.text,
                hours=here.hours,
                now=here.launched_at,
            )
        decision = Decision(
            actor="bench", reason="mưa lũ", now=here.launched_at + timedelta(days=3)
        )
        with cpu() as taken, here.database.writing() as session:
            plan = plan_by_code(session, here.source.plan.code)
            pending = Pending(milestone=milestone_by_code(session, plan, EXTENDED))
            last_on = session.scalar(select(func.max(Obligation.last_on)))
            if last_on is None:
                raise LookupError(EXTENDED)
            found = extend_pending(session, pending, last_on + LATER, decision, hours=here.hours)
        with here.database.reading() as session:
            planned = session.scalar(
                select(func.count()).where(
                    Notice.state == NoticeState.PLANNED, Notice.due_version > 1
                )
            )
    return len(found), planned or 0, taken[0]


def run(many: int) -> None:
    few = measure(60)
    much = measure(many)
    for units, notices, taken in (few, much):
        print(f"extend {units:>6} units: {notices:>9} notices {taken:7.2f} s CPU")
    ratio = (much[2] / much[0]) / (few[2] / few[0])
    print(f"extend: CPU a unit, {many} units to 60: {ratio:.2f}")
