"""what many letters say alike is kept once"""

import sqlalchemy as sa
from alembic import op

revision = "0030_patterns"
down_revision = "0029_units_by_parent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patterns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patterns")),
        sa.UniqueConstraint("digest", name=op.f("uq_patterns_digest")),
    )
    op.add_column("letters", sa.Column("pattern_id", sa.Integer(), nullable=True))
    op.add_column("letters", sa.Column("own", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Letters that have left are no longer readable."""
    op.drop_column("letters", "own")
    op.drop_column("letters", "pattern_id")
    op.drop_table("patterns")
