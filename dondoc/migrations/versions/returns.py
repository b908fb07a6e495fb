"""a return keeps its reason per component; timeliness may be voided"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0011_returns"
down_revision = "0010_people_change"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("obligations", sa.Column("voided_version", sa.Integer(), nullable=True))
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("correct_by", sa.Date(), nullable=False),
        sa.Column("returned_by", sa.String(), nullable=False),
        sa.Column("returned_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_returns_obligation_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_returns_submission_id")
        ),
    )
    op.create_index(op.f("ix_returns_obligation_id"), "returns", ["obligation_id"])


def downgrade() -> None:
    op.drop_table("returns")
    op.drop_column("obligations", "voided_version")
