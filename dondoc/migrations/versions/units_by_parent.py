"""the units below one are found without reading all"""

from alembic import op

revision = "0029_units_by_parent"
down_revision = "0028_second_factor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_units_parent_id", "units", ["parent_id"])


def downgrade() -> None:
    op.drop_index("ix_units_parent_id", "units")
