"""An office in the middle of its year: what came is handed in or overdue, letters have left."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import JSON, bindparam, text
from sqlalchemy.orm import Session

from benchmarks.crowd import SAMPLE, crowd
from benchmarks.furniture import PART, Places, furnish
from dondoc.database import Database, open_database
from dondoc.migration import migrate
from dondoc.plan.source import parse_source
from dondoc.settings import Settings
from dondoc.tables import Instant
from dondoc.units.importing import import_units
from dondoc.words import Language
from notifications.examples import example
from portal.context import Portal, open_portal
from schedules.launch import launch
from schedules.overrides import open_hours

INTO_THE_YEAR = timedelta(days=150)
SECRET = "bench"


class Prepared(NamedTuple):
    """`places`: what stands for the variable parts of addresses, and what browsers keep."""

    database: Database
    portal: Portal
    places: Places


def prepare(folder: Path, units: int, *, url: str = "") -> Prepared:
    """On SQLite, or on an empty database at `url`. Nobody analyses SQLite's tables in service;
    PostgreSQL does it by itself."""
    settings = Settings(
        data=folder,
        database_url=url,
        portal_url="https://nop.quan.example",
        metrics_token=SECRET,
    )
    database = open_database(settings.url)
    migrate(database)
    hours, source = open_hours(settings), parse_source(_plan())
    assert source.plan.issued is not None
    launched = datetime.combine(source.plan.issued, hours.opens, hours.zone)
    now = launched + INTO_THE_YEAR
    with database.writing() as session:
        import_units(session, crowd(units))
    with database.writing() as session:
        launch(session, source.plan, source=source.text, hours=hours, now=launched)
    with database.writing() as session:
        _live(session, now)
    if database.engine.dialect.name != "sqlite":
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as open_:
            open_.execute(text("VACUUM ANALYZE"))
    portal = open_portal(settings, database, clock=lambda: now)
    with database.writing() as session:
        places = furnish(session, portal, units)
    return Prepared(database, portal, places)


def _plan() -> str:
    """The sample's, with a template."""
    plain = (SAMPLE / "plan.yaml").read_text(encoding="utf-8")
    begins = f"        - code: {PART}\n"
    assert begins in plain
    return plain.replace(begins, f"{begins}          template: mau.pdf\n")


def _live(session: Session, now: datetime) -> None:
    """Of a hundred obligations that are due 70 were accepted, 8 came late, 10 wait for review and
    12 are overdue; each seat got one letter on each day it had notices."""
    facts = {
        "now": bindparam("now", now, type_=Instant()),
        "payload": bindparam("payload", example("reminder", Language.VI), type_=JSON()),
        "subject": bindparam("subject", "Nhắc hạn: Báo cáo sơ kết phong trào thi đua yêu nước"),
    }
    lite = session.get_bind().dialect.name == "sqlite"
    moments = {"early": "-2 days", "late": "+3 days", "barely": "-1 days"}
    shifted = {f"<{name}>": _shifted(by, lite=lite) for name, by in moments.items()}
    for form in STATEMENTS:
        if not lite:
            session.execute(text("ANALYZE"))
        statement = re.sub("<[a-z]+>", lambda found: shifted[found[0]], form)
        asked = [bound for name, bound in facts.items() if f":{name}" in statement]
        session.execute(text(statement).bindparams(*asked))


def _shifted(by: str, *, lite: bool) -> str:
    """An instant so far from where lateness begins, in the database's own words."""
    if lite:
        return f"datetime(late_at, '{by}') || '.000000'"
    return f"late_at + INTERVAL '{by}'"


DUE = "obligations.id IN (SELECT id FROM obligations WHERE late_at <= :now)"
STATEMENTS = (
    f"""UPDATE obligations SET state = 'accepted', first_complete_at = <early>
    WHERE {DUE} AND id % 100 < 70""",
    f"""UPDATE obligations SET state = 'accepted', first_complete_at = <late>
    WHERE {DUE} AND id % 100 BETWEEN 70 AND 77""",
    f"""UPDATE obligations SET state = 'submitted', first_complete_at = <barely>
    WHERE {DUE} AND id % 100 BETWEEN 78 AND 87""",
    """INSERT INTO submissions
    (obligation_id, version, received_at, received_by, complete, fields, missing, waived)
    SELECT id, 1, first_complete_at, 'bench', true, '{}', '{}', '{}'
    FROM obligations WHERE first_complete_at IS NOT NULL""",
    """INSERT INTO letters
    (key, day, name, address, contact_id, language, urgent, state, message_id, created_at,
     retry_at, attempts, ended, sent_at, answer, subject, payload)
    SELECT 'day:' || day || ':' || contacts.id, day, 'reminder', contacts.email, contacts.id, 'vi',
     false, 'sent', '<' || contacts.id || '-' || day || '@bench>', at, at, 1, 'sent', at, '250 OK',
     :subject, :payload
    FROM (SELECT contact_id, date(planned_at) AS day, min(planned_at) AS at FROM notices
          WHERE planned_at <= :now GROUP BY contact_id, date(planned_at)) AS days
    JOIN contacts ON contacts.id = days.contact_id WHERE contacts.email IS NOT NULL
    ORDER BY at""",
    """UPDATE notices SET state = 'sent', decided_at = planned_at, letter_id =
    (SELECT id FROM letters
     WHERE letters.key = 'day:' || date(notices.planned_at) || ':' || notices.contact_id)
    WHERE planned_at <= :now""",
    """UPDATE notices SET state = 'skipped', reason = 'submitted', letter_id = NULL
    WHERE planned_at <= :now AND stage IN ('overdue', 'escalate') AND obligation_id IN
    (SELECT id FROM obligations WHERE first_complete_at IS NOT NULL)""",
)
