"""A sweep's cost follows what is due, not what is planned."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from benchmarks.stage import Stage, cpu, stage
from dondoc.tables import Notice, NoticeState, Obligation, Plan
from dondoc.tables import Stage as NoticeStage
from notifications.parcel import Verdict
from notifications.post import Post
from notifications.recording import Recorder
from notifications.sweep import sweep
from schedules.launch import launch

DUE = timedelta(days=3)
BATCH = 20_000


def measure(planned: int) -> tuple[int, float]:
    """Notices due and CPU seconds, with `planned` more waiting for another day."""
    with stage(60) as here:
        with here.database.writing() as session:
            launch(
                session,
                here.source.plan,
                source=here.source.text,
                hours=here.hours,
                now=here.launched_at,
            )
        _fill(here, planned)
        post = Post(
            database=here.database,
            transport=Recorder(lambda _address: Verdict.ACCEPTED),
            hours=here.hours,
            settings=here.settings,
        )
        with cpu() as taken:
            swept = sweep(post, here.launched_at + DUE)
    return swept.decided, taken[0]


def _fill(here: Stage, planned: int) -> None:
    with here.database.writing() as session:
        plan = session.scalars(select(Plan.id)).one()
        seats = session.execute(
            select(Obligation.id, Notice.contact_id).join(
                Notice, Notice.obligation_id == Obligation.id
            )
        ).all()
        rows = _rows(here, plan, seats, planned)
        while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
            session.execute(insert(Notice.__table__), batch)  # type: ignore[arg-type]


def _rows(here: Stage, plan: int, seats: Any, planned: int) -> Iterator[dict[str, Any]]:
    for number in range(planned):
        obligation_id, contact_id = seats[number % len(seats)]
        yield {
            "plan_id": plan,
            "obligation_id": obligation_id,
            "contact_id": contact_id,
            "stage": NoticeStage.REMIND,
            "step": f"bench-{number}",
            "due_version": 1,
            "planned_at": here.launched_at + timedelta(days=400 + number % 300),
            "state": NoticeState.PLANNED,
        }


def run(many: int) -> None:
    due, few = measure(1_000)
    due_again, much = measure(many)
    print(f"sweep: {due} due among {1_000:>9} planned {few:7.3f} s CPU")
    print(f"sweep: {due_again} due among {many:>9} planned {much:7.3f} s CPU")
    print(f"sweep: {many} planned to 1000: {much / few:.2f}")
