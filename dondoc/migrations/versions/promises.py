"""what is overdue is acknowledged with a promised date"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0009_promises"
down_revision = "0008_extensions_asked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligations", sa.Column("promised_until", Instant(), nullable=True))
    op.create_table(
        "promises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_promises_obligation_id")
        ),
    )
    op.create_index(op.f("ix_promises_obligation_id"), "promises", ["obligation_id"])


def downgrade() -> None:
    op.drop_table("promises")
    op.drop_column("obligations", "promised_until")
