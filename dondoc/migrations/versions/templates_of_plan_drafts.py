"""templates of a plan that is on its way"""

import sqlalchemy as sa
from alembic import op

revision = "0021_templates_of_plan_drafts"
down_revision = "0020_obligations_at_the_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_draft_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft_templates")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["plan_drafts.id"], name=op.f("fk_plan_draft_templates_draft_id")
        ),
        sa.UniqueConstraint("draft_id", "name", name=op.f("uq_plan_draft_templates_draft_id_name")),
    )


def downgrade() -> None:
    op.drop_table("plan_draft_templates")
