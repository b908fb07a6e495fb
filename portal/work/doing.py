"""Which work is which function."""

from collections.abc import Callable

from dondoc.errors import DondocError
from dondoc.plan_drafts import By, end_task
from dondoc.tables import PlanDraft, Task
from dondoc.words import Language, Words
from portal.context import Portal
from portal.work.launching import launch_draft
from portal.work.reading import read_draft
from portal.work.rehearsing import rehearse_draft
from portal.work.workshop import Job

Work = Callable[[Portal, int, By], None]
WORKS: dict[Task, Work] = {
    Task.READ: read_draft,
    Task.REHEARSE: rehearse_draft,
    Task.LAUNCH: launch_draft,
}


def do(portal: Portal, job: Job) -> None:
    """Where it cannot be done, the draft's row says why."""
    try:
        WORKS[job.task](portal, job.draft, job.by)
    except DondocError as error:
        failed = Words(error.text(Language.VI), error.text(Language.EN))
        with portal.database.writing() as session:
            end_task(session.get_one(PlanDraft, job.draft), failed=failed)
