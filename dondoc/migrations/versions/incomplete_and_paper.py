"""what is missing may have a reason; paper originals are counted"""

import sqlalchemy as sa
from alembic import op

revision = "0015_incomplete_and_paper"
down_revision = "0014_unit_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("submissions", "drafts"):
        excused = sa.Column("excused", sa.JSON(), nullable=False, server_default="{}")
        op.add_column(table, excused)
    op.add_column("obligations", sa.Column("paper_sets", sa.Integer(), nullable=True))
    op.add_column("obligations", sa.Column("paper_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("obligations", "paper_on")
    op.drop_column("obligations", "paper_sets")
    for table in ("drafts", "submissions"):
        op.drop_column(table, "excused")
