"""Launching the sample year for 60 and for many units: CPU a planned notice must not grow."""

from benchmarks.stage import cpu, stage
from schedules.launch import launch


def measure(units: int) -> tuple[int, float]:
    """Planned notices and CPU seconds."""
    with stage(units) as here, cpu() as taken, here.database.writing() as session:
        made = launch(
            session,
            here.source.plan,
            source=here.source.text,
            hours=here.hours,
            now=here.launched_at,
        )
    return made.notices, taken[0]


def run(many: int) -> None:
    few_notices, few = measure(60)
    many_notices, much = measure(many)
    print(f"launch   60 units: {few_notices:>9} notices {few:7.2f} s CPU")
    print(f"launch {many:>6} units: {many_notices:>9} notices {much:7.2f} s CPU")
    ratio = (much / many_notices) / (few / few_notices)
    print(f"launch: CPU a notice, {many} units to 60: {ratio:.2f}")
