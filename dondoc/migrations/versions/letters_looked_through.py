"""letters are looked through by seat and by failure, obligations by who was told"""

import sqlalchemy as sa
from alembic import op

revision = "0013_letters_looked_through"
down_revision = "0012_submissions_withdrawn"
branch_labels = None
depends_on = None

FAILED = sa.text("state = 'failed'")
TOLD = sa.text("stage = 'escalate' AND state = 'sent'")


def upgrade() -> None:
    op.create_index(op.f("ix_letters_contact_id"), "letters", ["contact_id"])
    op.create_index(
        "ix_letters_failed", "letters", ["id"], sqlite_where=FAILED, postgresql_where=FAILED
    )
    op.create_index(
        "ix_notices_told",
        "notices",
        ["obligation_id", "level"],
        sqlite_where=TOLD,
        postgresql_where=TOLD,
    )


def downgrade() -> None:
    op.drop_index("ix_notices_told", "notices")
    op.drop_index("ix_letters_failed", "letters")
    op.drop_index(op.f("ix_letters_contact_id"), "letters")
