"""templates that units fill in, taken in with the plan"""

import sqlalchemy as sa
from alembic import op

revision = "0016_templates"
down_revision = "0015_incomplete_and_paper"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_templates_plan_id")),
        sa.UniqueConstraint("plan_id", "name", name=op.f("uq_templates_plan_id_name")),
    )


def downgrade() -> None:
    op.drop_table("templates")
