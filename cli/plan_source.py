"""A plan named on the command line: a file, or the code of a launched one."""

from contextlib import closing
from pathlib import Path

from cli.context import Context
from dondoc.plan.source import Source, parse_source, read_source
from dondoc.queries import plan_by_code


def plan_source(ctx: Context, plan: str) -> Source:
    """Raises PlanWrong, NotFound."""
    if names_file(plan):
        return read_source(Path(plan))
    with closing(ctx.database()) as database, database.reading() as session:
        text = plan_by_code(session, plan).source
    return parse_source(text, plan)


def names_file(plan: str) -> bool:
    path = Path(plan)
    return path.exists() or bool(path.suffix)
