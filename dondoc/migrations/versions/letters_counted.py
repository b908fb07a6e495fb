"""the outbox is counted without reading every letter"""

import sqlalchemy as sa
from alembic import op

revision = "0025_letters_counted"
down_revision = "0024_rows_written_in_place"
branch_labels = None
depends_on = None

DROPPED = sa.text("phase = 'dropped'")


def upgrade() -> None:
    op.create_index(
        "ix_letters_dropped", "letters", ["id"], sqlite_where=DROPPED, postgresql_where=DROPPED
    )


def downgrade() -> None:
    op.drop_index("ix_letters_dropped", "letters")
