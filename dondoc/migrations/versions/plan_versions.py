"""plans have versions; what they ask for may be dropped; an extension remembers its day"""

import sqlalchemy as sa
from alembic import op

revision = "0003_plan_versions"
down_revision = "0002_the_record"
branch_labels = None
depends_on = None

NEW = (
    ("milestones", "dropped_in", sa.Integer),
    ("occurrences", "dropped_in", sa.Integer),
    ("obligations", "dropped_in", sa.Integer),
    ("obligations", "extended_to", sa.Date),
)


def upgrade() -> None:
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_versions_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_versions_plan_id_number")),
    )
    for table, name, kind in NEW:
        op.add_column(table, sa.Column(name, kind(), nullable=True))
    op.add_column(
        "obligations",
        sa.Column("plan_version", sa.Integer(), nullable=False, server_default="1"),
    )
    op.execute(
        "INSERT INTO plan_versions (plan_id, number, at, actor, source) "
        "SELECT id, revision, launched_at, 'dondoc', source FROM plans"
    )
    op.execute("UPDATE obligations SET extended_to = due_on WHERE extension_reason IS NOT NULL")


def downgrade() -> None:
    op.drop_column("obligations", "plan_version")
    for table, name, _ in reversed(NEW):
        op.drop_column(table, name)
    op.drop_table("plan_versions")
