"""`python -m portal.work TASK DRAFT ACTOR NOW`: one piece of work on a plan draft, started by
`portal.work.workshop`."""

import argparse
import logging
import os
import resource
from datetime import datetime

from dondoc import settings as settings_module
from dondoc.database import open_database
from dondoc.plan_drafts import By
from dondoc.tables import Task
from portal.context import open_portal
from portal.work.doing import do
from portal.work.workshop import Job

CPU_SECONDS = 1_500
POLITE = 10
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main() -> None:
    parser = argparse.ArgumentParser(prog="portal.work")
    parser.add_argument("task", type=Task)
    parser.add_argument("draft", type=int)
    parser.add_argument("actor")
    parser.add_argument("now", type=datetime.fromisoformat)
    found = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format=LINE)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    os.nice(POLITE)
    settings = settings_module.load()
    database = open_database(settings.url)
    by = By(actor=found.actor, now=found.now)
    portal = open_portal(settings, database, clock=lambda: by.now)
    do(portal, Job(task=found.task, draft=found.draft, by=by))
    database.close()


if __name__ == "__main__":
    main()
