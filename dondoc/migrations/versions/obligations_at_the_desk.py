"""what an official sees first is found without reading every obligation"""

import sqlalchemy as sa
from alembic import op

revision = "0020_obligations_at_the_desk"
down_revision = "0019_recipient_domains"
branch_labels = None
depends_on = None

UNDELIVERED = sa.text("first_complete_at IS NULL")
REVIEWED = sa.text("state IN ('submitted', 'resubmitted', 'incomplete')")


def upgrade() -> None:
    op.create_index(
        "ix_obligations_undelivered",
        "obligations",
        ["target_on", "late_at"],
        sqlite_where=UNDELIVERED,
        postgresql_where=UNDELIVERED,
    )
    op.create_index(
        "ix_obligations_in_review",
        "obligations",
        ["late_at"],
        sqlite_where=REVIEWED,
        postgresql_where=REVIEWED,
    )


def downgrade() -> None:
    op.drop_index("ix_obligations_in_review", "obligations")
    op.drop_index("ix_obligations_undelivered", "obligations")
