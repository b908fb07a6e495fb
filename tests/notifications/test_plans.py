"""How PostgreSQL finds what a beat asks for, among many notices that are planned and many letters
that have left."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from benchmarks.city import found
from dondoc.database import Database
from notifications.beat import beat
from notifications.outbox import Drained
from notifications.parcel import Verdict
from notifications.post import Post
from notifications.recording import Recorder
from schedules.overrides import open_hours
from tests.outbox_cast import settings

DUE = 60
GROWING = {"letters", "notices"}
ASKED = ("SELECT", "UPDATE", "WITH")
PLANNED = text(
    """
    INSERT INTO notices (plan_id, obligation_id, contact_id, stage, step, due_version, planned_at,
        state)
    SELECT plan_id, obligation_id, contact_id, stage, 'later-' || n, 1,
        planned_at + (365 + n % 300) * interval '1 day', 'planned'
    FROM notices CROSS JOIN generate_series(1, 500) n
    WHERE planned_at = (SELECT min(planned_at) FROM notices)
    """
)
LEFT = text(
    """
    INSERT INTO letters (key, day, name, address, domain, contact_id, language, urgent, state,
        message_id, created_at, retry_at, attempts, ended, sent_at)
    SELECT 'day:' || n || ':' || id, date '2023-01-01' + n, 'reminder', email, 'quan.example', id,
        'vi', false, 'sent', '<' || n || '.' || id || '@quan.example>', at, at, 1, 'sent', at
    FROM contacts CROSS JOIN generate_series(1, 480) n
        CROSS JOIN LATERAL (SELECT timestamptz '2023-01-01 01:00+00' + n * interval '1 day' AS at) t
    WHERE email IS NOT NULL
    """
)
SENT = text(
    """
    INSERT INTO notices (plan_id, obligation_id, contact_id, stage, step, due_version, planned_at,
        state, letter_id, decided_at)
    SELECT n.plan_id, n.obligation_id, n.contact_id, n.stage, 'past-' || l.id, 1, l.created_at,
        'sent', l.id, l.sent_at
    FROM letters l JOIN notices n ON n.contact_id = l.contact_id AND n.step = 'later-1'
    """
)


@pytest.fixture
def at(postgres: Database) -> datetime:
    at = found(postgres, settings(25), letters=DUE)
    with postgres.writing() as session:
        for table in ("notices", "letters"):
            behind = f"SELECT setval('{table}_id_seq', 1 + (SELECT count(*) FROM {table}))"
            session.execute(text(behind))
        for more in (PLANNED, LEFT, SENT, text("ANALYZE")):
            session.execute(more)
    return at


def test_no_statement_of_a_beat_reads_every_notice_or_letter(
    postgres: Database, at: datetime
) -> None:
    chosen = settings(25, smtp_rate=10_000, smtp_quota=100_000)
    post = Post(
        database=postgres,
        transport=Recorder(lambda _address: Verdict.ACCEPTED),
        hours=open_hours(chosen),
        settings=chosen,
    )
    read: dict[str, set[str]] = {}

    def look(
        connection: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any
    ) -> None:
        if statement.startswith(ASKED) and statement not in read:
            driver: Any = connection.connection
            (plan,) = driver.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters).fetchone()
            read[statement] = _read_whole(plan)

    event.listen(postgres.engine, "before_cursor_execute", look)
    done = beat(post, at)
    event.remove(postgres.engine, "before_cursor_execute", look)

    assert done.drained == Drained(sent=DUE)
    assert {asked: tables for asked, tables in read.items() if tables & GROWING} == {}
    changed = {" ".join(asked.split()[:2]) for asked in read}
    assert {"UPDATE letters", "UPDATE notices", "WITH due"} <= changed


def _read_whole(plan: Any) -> set[str]:
    """The tables that a plan reads from end to end."""
    if isinstance(plan, list):
        return set().union(*(_read_whole(one) for one in plan))
    if not isinstance(plan, dict):
        return set()
    found: set[str] = set().union(*(_read_whole(one) for one in plan.values()))
    return found | ({plan["Relation Name"]} if plan.get("Node Type") == "Seq Scan" else set())
