"""plans on their way to being launched"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0017_plan_drafts"
down_revision = "0016_templates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(24), nullable=True),
        sa.Column("task_since", Instant(), nullable=True),
        sa.Column("failed", sa.JSON(), nullable=True),
        sa.Column("rehearsed", sa.Integer(), nullable=True),
        sa.Column("rehearsal", sa.JSON(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("plan_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_drafts")),
        sa.ForeignKeyConstraint(["office_id"], ["units.id"], name=op.f("fk_plan_drafts_office_id")),
    )
    op.create_index(op.f("ix_plan_drafts_office_id"), "plan_drafts", ["office_id"])
    op.create_index(op.f("ix_plan_drafts_state"), "plan_drafts", ["state"])


def downgrade() -> None:
    op.drop_table("plan_drafts")
