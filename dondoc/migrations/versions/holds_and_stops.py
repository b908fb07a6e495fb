"""holds keep notices back; a sweep that would send far more than usual is stopped"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0007_holds_and_stops"
down_revision = "0006_portal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _holds()
    _stops()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE notices ADD COLUMN hold_id INTEGER "
            "CONSTRAINT fk_notices_hold_id REFERENCES holds (id)"
        )
    else:
        op.add_column("notices", sa.Column("hold_id", sa.Integer(), nullable=True))
        op.create_foreign_key("fk_notices_hold_id", "notices", "holds", ["hold_id"], ["id"])
    held = sa.text("state = 'held'")
    op.create_index(
        "ix_notices_held", "notices", ["hold_id"], sqlite_where=held, postgresql_where=held
    )


def _holds() -> None:
    scopes = ("plan", "milestone", "group", "unit")
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(f"{scope}_id", sa.Integer(), nullable=True) for scope in scopes),
        sa.Column("only_upward", sa.Boolean(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        *(
            sa.ForeignKeyConstraint(
                [f"{scope}_id"], [f"{scope}s.id"], name=op.f(f"fk_holds_{scope}_id")
            )
            for scope in scopes
        ),
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_holds_standing",
        "holds",
        ["starts_at"],
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _stops() -> None:
    op.create_table(
        "stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stops")),
    )


def downgrade() -> None:
    op.drop_index("ix_notices_held", "notices")
    with op.batch_alter_table("notices") as batch_op:
        batch_op.drop_constraint("fk_notices_hold_id", type_="foreignkey")
        batch_op.drop_column("hold_id")
    op.drop_table("stops")
    op.drop_table("holds")
