"""An office in the middle of its year: what came is handed in or overdue, letters have left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.crowd import SAMPLE, crowd
from dondoc.access.accounts import make_account
from dondoc.access.signing_in import enter
from dondoc.database import Database, open_database
from dondoc.migration import migrate
from dondoc.plan.source import read_source
from dondoc.queries import unit_by_code
from dondoc.settings import Settings
from dondoc.tables import AccountRole
from dondoc.units.importing import import_units
from dondoc.words import Language
from notifications.examples import example
from schedules.launch import launch
from schedules.overrides import open_hours

INTO_THE_YEAR = timedelta(days=150)
OFFICE = "phong-noi-vu"


class Prepared(NamedTuple):
    """`token`: what the browser of an official keeps."""

    settings: Settings
    database: Database
    now: datetime
    token: str


def prepare(folder: Path, units: int, *, url: str = "") -> Prepared:
    settings = Settings(data=folder, database_url=url, portal_url="https://nop.quan.example")
    database = open_database(settings.url)
    migrate(database)
    hours, source = open_hours(settings), read_source(SAMPLE / "plan.yaml")
    assert source.plan.issued is not None
    launched = datetime.combine(source.plan.issued, hours.opens, hours.zone)
    now = launched + INTO_THE_YEAR
    with database.writing() as session:
        import_units(session, crowd(units))
    with database.writing() as session:
        launch(session, source.plan, source=source.text, hours=hours, now=launched)
    with database.writing() as session:
        _live(session, now)
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ANALYZE"))
    with database.writing() as session:
        account = make_account(
            session,
            email="can-bo@quan.example",
            name="Bà Nguyễn Thị Hoa",
            role=AccountRole.OFFICIAL,
            office=unit_by_code(session, OFFICE),
            actor="bench",
            now=now,
        )
        token = enter(session, account, kind="bench", origin="", now=now)
    return Prepared(settings, database, now, token)


def _live(session: Session, now: datetime) -> None:
    """Of a hundred obligations that are due 70 were accepted, 8 came late, 10 wait for review and
    12 are overdue; each seat got one letter on each day it had notices."""
    facts = {
        "now": f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}",
        "payload": orjson.dumps(example("reminder", Language.VI)).decode(),
        "subject": "Nhắc hạn: Báo cáo sơ kết phong trào thi đua yêu nước",
    }
    for statement in STATEMENTS:
        session.execute(text(statement), facts)


def shifted(by: str) -> str:
    """SQLite's own instant, so far from where lateness begins."""
    return f"datetime(late_at, '{by}') || '.000000'"


DUE = "obligations.id IN (SELECT id FROM obligations WHERE late_at <= :now)"
STATEMENTS = (
    f"""UPDATE obligations SET state = 'accepted', first_complete_at = {shifted("-2 days")}
    WHERE {DUE} AND id % 100 < 70""",
    f"""UPDATE obligations SET state = 'accepted', first_complete_at = {shifted("+3 days")}
    WHERE {DUE} AND id % 100 BETWEEN 70 AND 77""",
    f"""UPDATE obligations SET state = 'submitted', first_complete_at = {shifted("-1 days")}
    WHERE {DUE} AND id % 100 BETWEEN 78 AND 87""",
    """INSERT INTO submissions
    (obligation_id, version, received_at, received_by, complete, fields, missing, waived)
    SELECT id, 1, first_complete_at, 'bench', true, '{}', '{}', '{}'
    FROM obligations WHERE first_complete_at IS NOT NULL""",
    """INSERT INTO letters
    (key, day, name, address, contact_id, language, urgent, state, message_id, created_at,
     retry_at, attempts, sent_at, answer, subject, payload)
    SELECT 'day:' || day || ':' || contacts.id, day, 'reminder', contacts.email, contacts.id, 'vi',
     false, 'sent', '<' || contacts.id || '-' || day || '@bench>', at, at, 1, at, '250 OK',
     :subject, :payload
    FROM (SELECT contact_id, date(planned_at) AS day, min(planned_at) AS at FROM notices
          WHERE planned_at <= :now GROUP BY contact_id, date(planned_at)) AS days
    JOIN contacts ON contacts.id = days.contact_id WHERE contacts.email IS NOT NULL""",
    """UPDATE notices SET state = 'sent', decided_at = planned_at, letter_id =
    (SELECT id FROM letters WHERE letters.contact_id = notices.contact_id
     AND letters.day = date(notices.planned_at)) WHERE planned_at <= :now""",
    """UPDATE notices SET state = 'skipped', reason = 'submitted', letter_id = NULL
    WHERE planned_at <= :now AND stage IN ('overdue', 'escalate') AND obligation_id IN
    (SELECT id FROM obligations WHERE first_complete_at IS NOT NULL)""",
)
