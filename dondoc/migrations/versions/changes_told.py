"""a notice may tell what an amendment changed"""

import sqlalchemy as sa
from alembic import op

revision = "0005_changes_told"
down_revision = "0004_events_of_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("change", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("notices", "change")
