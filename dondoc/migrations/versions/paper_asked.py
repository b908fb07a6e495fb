"""how many paper originals were asked for when some came"""

import sqlalchemy as sa
from alembic import op

revision = "0018_paper_asked"
down_revision = "0017_plan_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligations", sa.Column("paper_asked", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("obligations", "paper_asked")
