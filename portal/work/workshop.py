"""Starts work on a plan draft away from the requests, one piece at a time."""

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from threading import Semaphore, Thread

from dondoc.database import Database
from dondoc.plan_drafts import PATIENCE, By, end_task
from dondoc.settings import Settings
from dondoc.tables import PlanDraft, Task
from dondoc.words import Words

log = logging.getLogger(__name__)

LONGEST = PATIENCE - timedelta(minutes=2)
BROKEN = Words(
    "Máy chủ không làm xong việc này: quá lâu, hoặc quá lớn. Hãy thử lại; nếu vẫn không được, hãy "
    "dùng tệp nhỏ hơn.",
    "The server could not finish this: it took too long, or was too large. Try again; if it goes "
    "on, use a smaller file.",
)


@dataclass(frozen=True, kw_only=True)
class Job:
    task: Task
    draft: int
    by: By


class Workshop:
    """A job is a child process: what is wrong with a document cannot harm the portal, and pages
    stay quick while a year is rehearsed."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._turn = Semaphore(1)

    def start(self, job: Job) -> None:
        """Returns at once; the draft's row tells what came of it."""
        Thread(target=self._run, args=(job,), daemon=True).start()

    def _run(self, job: Job) -> None:
        with self._turn:
            code = self._wait(job)
        if code:
            log.error("draft %s: %s ended with %s", job.draft, job.task, code, extra=_FAILED)
            self._give_up(job)

    def _wait(self, job: Job) -> int:
        words = [job.task.value, str(job.draft), job.by.actor, job.by.now.isoformat()]
        command = [sys.executable, "-m", "portal.work", *words]
        child = subprocess.Popen(command, env=self._environment())  # noqa: S603 our own module
        try:
            return child.wait(LONGEST.total_seconds())
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def _environment(self) -> dict[str, str]:
        """The child works on the portal's own data, wherever the portal has them from."""
        url = self._database.engine.url.render_as_string(hide_password=False)
        own = {"DONDOC_DATA": str(self._settings.data.absolute()), "DONDOC_DATABASE_URL": url}
        return {**os.environ, **own}

    def _give_up(self, job: Job) -> None:
        with self._database.writing() as session:
            draft = session.get_one(PlanDraft, job.draft)
            if draft.task is job.task:
                end_task(draft, failed=BROKEN)


_FAILED = {"action": "draft_task_failed"}
