"""events of plans: what a milestone's date may hang on, and the days they have"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0004_events_of_plans"
down_revision = "0003_plan_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "per",
            sa.Enum("plan", "unit", name="per", native_enum=False, length=24),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_events_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_events")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_plan_events_plan_id_code")),
    )
    op.create_table(
        "event_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["plan_events.id"], name=op.f("fk_event_days_event_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_event_days_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_days")),
        sa.UniqueConstraint("event_id", "unit_id", name=op.f("uq_event_days_event_id_unit_id")),
    )
    op.create_index(
        "uq_event_days_plan",
        "event_days",
        ["event_id"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL"),
    )
    with op.batch_alter_table("milestones") as milestones:
        milestones.add_column(sa.Column("event_id", sa.Integer(), nullable=True))
        milestones.create_foreign_key(
            op.f("fk_milestones_event_id"), "plan_events", ["event_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("milestones") as milestones:
        milestones.drop_constraint(op.f("fk_milestones_event_id"), type_="foreignkey")
        milestones.drop_column("event_id")
    op.drop_table("event_days")
    op.drop_table("plan_events")
