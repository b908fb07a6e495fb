"""partial indexes go by a phase that a claim does not change; rows leave room for their next words"""

import sqlalchemy as sa
from alembic import op

revision = "0024_rows_written_in_place"
down_revision = "0023_ended_units"
branch_labels = None
depends_on = None

LETTERS = (
    "CASE state WHEN 'queued' THEN 'waiting' WHEN 'deferred' THEN 'waiting' "
    "WHEN 'sending' THEN 'waiting' ELSE state END"
)
NOTICES = (
    "CASE WHEN state IN ('planned', 'held') THEN state "
    "WHEN stage = 'escalate' AND state = 'sent' THEN 'told' END"
)
INDEXES = (
    ("ix_letters_waiting", "letters", ["urgent", "retry_at", "id", "domain"], "waiting"),
    ("ix_letters_failed", "letters", ["id"], "failed"),
    ("ix_notices_due", "notices", ["planned_at", "contact_id"], "planned"),
    ("ix_notices_held", "notices", ["hold_id"], "held"),
    ("ix_notices_told", "notices", ["obligation_id", "level"], "told"),
)
BEFORE = {
    "waiting": "state IN ('queued', 'deferred', 'sending')",
    "failed": "state = 'failed'",
    "planned": "state = 'planned'",
    "held": "state = 'held'",
    "told": "stage = 'escalate' AND state = 'sent'",
}
ROOM = 50
"""percent of a page that new rows of PostgreSQL may fill"""


def upgrade() -> None:
    op.add_column("letters", sa.Column("phase", sa.String(24), sa.Computed(LETTERS)))
    op.add_column("notices", sa.Column("phase", sa.String(24), sa.Computed(NOTICES)))
    _index({phase: f"phase = '{phase}'" for phase in BEFORE})
    _on_postgres(f"SET (fillfactor = {ROOM})")


def downgrade() -> None:
    _on_postgres("RESET (fillfactor)")
    _index(BEFORE)
    op.drop_column("notices", "phase")
    op.drop_column("letters", "phase")


def _index(where: dict[str, str]) -> None:
    for name, table, columns, phase in INDEXES:
        op.drop_index(name, table)
        chosen = sa.text(where[phase])
        op.create_index(name, table, columns, sqlite_where=chosen, postgresql_where=chosen)


def _on_postgres(change: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("letters", "notices"):
            op.execute(f"ALTER TABLE {table} {change}")
