"""One milestone of the sample year moves, for 60 and for many units: CPU a notice must not grow."""

from datetime import timedelta

from benchmarks.stage import Stage, cpu, stage
from dondoc.plan.due import Once
from dondoc.plan.model import Milestone
from dondoc.plan.source import parse_plan
from dondoc.plan.writing import dump_plan
from dondoc.queries import plan_by_code
from schedules.amending.amend import Amendment, amend, look
from schedules.launch import launch

MOVED = "bao-cao-nam"
LATER = timedelta(days=7)


def measure(units: int) -> tuple[int, float, float]:
    """Notices cancelled and planned anew; CPU seconds of a look, and of the amendment."""
    with stage(units) as here:
        with here.database.writing() as session:
            launch(
                session,
                here.source.plan,
                source=here.source.text,
                hours=here.hours,
                now=here.launched_at,
            )
        amendment, code = _amendment(here), here.source.plan.code
        with cpu() as looked:
            look(here.database, code, amendment, hours=here.hours)
        with cpu() as amended, here.database.writing() as session:
            impact = amend(session, plan_by_code(session, code), amendment, hours=here.hours)
    notices = impact.cancelled.total() + impact.armed.total()
    return notices, looked[0], amended[0]


def _amendment(here: Stage) -> Amendment:
    plan = here.source.plan
    milestones = tuple(_moved(one) for one in plan.milestones)
    text = dump_plan(plan.model_copy(update={"milestones": milestones}))
    now = here.launched_at + timedelta(days=3)
    return Amendment(file=parse_plan(text), source=text, actor="bench", now=now)


def _moved(one: Milestone) -> Milestone:
    if one.code != MOVED or not isinstance(one.due, Once):
        return one
    return one.model_copy(update={"due": Once(day=one.due.day + LATER)})


def run(many: int) -> None:
    few_notices, few_look, few = measure(60)
    many_notices, many_look, much = measure(many)
    for units, notices, looked, taken in (
        (60, few_notices, few_look, few),
        (many, many_notices, many_look, much),
    ):
        print(
            f"amend  {units:>6} units: {notices:>9} notices {taken:7.2f} s CPU, "
            f"a look {looked:7.2f} s"
        )
    ratio = (much / many_notices) / (few / few_notices)
    print(f"amend: CPU a notice, {many} units to 60: {ratio:.2f}")
