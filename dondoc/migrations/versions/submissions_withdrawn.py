"""a unit may take back what waits for review"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0012_submissions_withdrawn"
down_revision = "0011_returns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", sa.Column("withdrawn_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("submissions", "withdrawn_at")
