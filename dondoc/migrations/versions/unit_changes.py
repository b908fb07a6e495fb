"""units merge, split, end and change their names; what they owed is handed over"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0014_unit_changes"
down_revision = "0013_letters_looked_through"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "obligations",
        sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_table(
        "unit_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_changes")),
    )
    _successions()
    _handovers()


def _successions() -> None:
    op.create_table(
        "successions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("valid_to_before", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_successions")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["unit_changes.id"], name=op.f("fk_successions_change_id")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["units.id"], name=op.f("fk_successions_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["units.id"], name=op.f("fk_successions_successor_id")
        ),
        sa.UniqueConstraint(
            "change_id",
            "predecessor_id",
            "successor_id",
            name=op.f("uq_successions_change_id_predecessor_id_successor_id"),
        ),
    )
    op.create_index(op.f("ix_successions_predecessor_id"), "successions", ["predecessor_id"])
    op.create_index(op.f("ix_successions_successor_id"), "successions", ["successor_id"])
    op.create_table(
        "unit_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_names")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_names_unit_id")),
        sa.UniqueConstraint("unit_id", "until", name=op.f("uq_unit_names_unit_id_until")),
    )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["unit_changes.id"], name=op.f("fk_handovers_change_id")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_handovers_obligation_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["obligations.id"], name=op.f("fk_handovers_successor_id")
        ),
    )
    op.create_index(op.f("ix_handovers_obligation_id"), "handovers", ["obligation_id"])
    op.create_index("ix_handovers_successor_id", "handovers", ["successor_id"])


def downgrade() -> None:
    for table in ("handovers", "unit_names", "successions", "unit_changes"):
        op.drop_table(table)
    op.drop_column("obligations", "counted")
