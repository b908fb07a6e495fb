"""units that are no more are found without reading those that are"""

import sqlalchemy as sa
from alembic import op

revision = "0023_ended_units"
down_revision = "0022_figures_from_an_index"
branch_labels = None
depends_on = None

ENDED = sa.text("valid_to IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_units_ended", "units", ["valid_to"], sqlite_where=ENDED, postgresql_where=ENDED
    )


def downgrade() -> None:
    op.drop_index("ix_units_ended", "units")
