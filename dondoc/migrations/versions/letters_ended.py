"""a claim leaves the indexes of letters alone on SQLite too: they go by a column of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0032_letters_ended"
down_revision = "0031_message_ids"
branch_labels = None
depends_on = None

PHASE = (
    "CASE state WHEN 'queued' THEN 'waiting' WHEN 'deferred' THEN 'waiting' "
    "WHEN 'sending' THEN 'waiting' ELSE state END"
)
INDEXES = (
    ("ix_letters_waiting", ["urgent", "retry_at", "id", "domain"], "ended IS NULL", "waiting"),
    ("ix_letters_failed", ["id"], "ended = 'failed'", "failed"),
    ("ix_letters_dropped", ["id"], "ended = 'dropped'", "dropped"),
)


def upgrade() -> None:
    op.add_column("letters", sa.Column("ended", sa.String(24)))
    op.execute("UPDATE letters SET ended = state WHERE state IN ('sent', 'failed', 'dropped')")
    _index({name: ended for name, _, ended, _ in INDEXES})
    op.drop_column("letters", "phase")


def downgrade() -> None:
    op.add_column("letters", sa.Column("phase", sa.String(24), sa.Computed(PHASE)))
    _index({name: f"phase = '{phase}'" for name, _, _, phase in INDEXES})
    op.drop_column("letters", "ended")


def _index(where: dict[str, str]) -> None:
    for name, columns, *_ in INDEXES:
        op.drop_index(name, "letters")
        chosen = sa.text(where[name])
        op.create_index(name, "letters", columns, sqlite_where=chosen, postgresql_where=chosen)
