"""the record: events say on whose behalf, before and after; they are chained and append-only"""

import sqlalchemy as sa
from alembic import op

from dondoc.record import FIRST, digest
from dondoc.tables import Event, Instant

revision = "0002_the_record"
down_revision = "0001_first_schema"
branch_labels = None
depends_on = None

EVENTS = sa.table(
    "events",
    sa.column("id", sa.Integer()),
    sa.column("at", Instant()),
    sa.column("actor", sa.String()),
    sa.column("action", sa.String()),
    sa.column("subject", sa.String()),
    sa.column("facts", sa.JSON()),
    sa.column("reason", sa.Text()),
    sa.column("number", sa.Integer()),
    sa.column("previous", sa.String()),
    sa.column("hash", sa.String()),
)
OLD = ("id", "at", "actor", "action", "subject", "facts")
NEW = {
    "on_behalf": sa.String,
    "reason": sa.Text,
    "before": sa.JSON,
    "after": sa.JSON,
    "number": sa.Integer,
    "previous": sa.String,
    "hash": sa.String,
}
REFUSAL = "events are append-only"
SQLITE = tuple(
    f"CREATE TRIGGER events_no_{verb} BEFORE {verb.upper()} ON events "
    f"WHEN OLD.hash IS NOT NULL BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("update", "delete")
)
POSTGRESQL = (
    "CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW WHEN (OLD.hash IS NOT NULL) EXECUTE FUNCTION refuse_to_change_events()",
    "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()",
)


def upgrade() -> None:
    for name, kind in NEW.items():
        op.add_column("events", sa.Column(name, kind(), nullable=True))
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_number", "events", ["number"], unique=True)
    _chain()
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def _chain() -> None:
    """What was written before there was a chain, in the order it was written."""
    connection = op.get_bind()
    last = FIRST
    old = connection.execute(sa.select(*(EVENTS.c[name] for name in OLD)).order_by(EVENTS.c.id))
    for number, row in enumerate(old.all(), 1):
        said = row._asdict()
        facts = {name: fact for name, fact in row.facts.items() if name != "reason"}
        link = {"facts": facts, "reason": row.facts.get("reason"), "number": number}
        entry = Event(**{**said, **link, "previous": last})
        last = digest(entry)
        chained = link | {"previous": entry.previous, "hash": last}
        connection.execute(sa.update(EVENTS).where(EVENTS.c.id == row.id).values(chained))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER events_no_truncate ON events")
        op.execute("DROP TRIGGER events_no_change ON events")
        op.execute("DROP FUNCTION refuse_to_change_events()")
    else:
        op.execute("DROP TRIGGER events_no_update")
        op.execute("DROP TRIGGER events_no_delete")
    op.drop_index("ix_events_number", "events")
    op.drop_index("ix_events_at", "events")
    for name in reversed(NEW):
        op.drop_column("events", name)
