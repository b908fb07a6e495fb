"""extensions are asked for, granted, changed, revoked and denied"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0008_extensions_asked"
down_revision = "0007_holds_and_stops"
branch_labels = None
depends_on = None

ONE_AT_A_TIME = ("asked", "granted")


def upgrade() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("asked_until", sa.Date(), nullable=True),
        sa.Column("asked_reason", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_extensions_obligation_id")
        ),
    )
    op.create_index(op.f("ix_extensions_obligation_id"), "extensions", ["obligation_id"])
    for state in ONE_AT_A_TIME:
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_extensions_{state}",
            "extensions",
            ["obligation_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    _granted_before()


def _granted_before() -> None:
    """What was granted before there was a list of it."""
    op.execute(
        "INSERT INTO extensions (obligation_id, state, before, until, reason) "
        "SELECT obligations.id, 'granted', occurrences.due_on, obligations.extended_to, "
        "obligations.extension_reason FROM obligations "
        "JOIN occurrences ON occurrences.id = obligations.occurrence_id "
        "WHERE obligations.extended_to IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("extensions")
