"""a plan's figures are counted from one index, without reading the obligations"""

from alembic import op

revision = "0022_figures_from_an_index"
down_revision = "0021_templates_of_plan_drafts"
branch_labels = None
depends_on = None

COLUMNS = ["occurrence_id", "state", "late_at", "first_complete_at", "counted", "unit_id"]


def upgrade() -> None:
    op.create_index("ix_obligations_standing", "obligations", COLUMNS)
    op.create_index("ix_memberships_unit_id_group_id", "memberships", ["unit_id", "group_id"])
    op.drop_index(op.f("ix_memberships_unit_id"), "memberships")


def downgrade() -> None:
    op.create_index(op.f("ix_memberships_unit_id"), "memberships", ["unit_id"])
    op.drop_index("ix_memberships_unit_id_group_id", "memberships")
    op.drop_index("ix_obligations_standing", "obligations")
