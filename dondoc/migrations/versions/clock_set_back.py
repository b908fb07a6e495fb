"""what left before the clock was set back is counted by the new time"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0026_clock_set_back"
down_revision = "0025_letters_counted"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("counted_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("letters", "counted_at")
