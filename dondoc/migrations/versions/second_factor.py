"""a second factor, and how sure a session is of who it is; everybody signs in anew"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0028_second_factor"
down_revision = "0027_replies"
branch_labels = None
depends_on = None

LONG_AGO = "1970-01-01 00:00:00"


def upgrade() -> None:
    op.execute("DELETE FROM signed_in")
    op.add_column("accounts", sa.Column("factor_secret", sa.String(), nullable=True))
    op.add_column("accounts", sa.Column("factor_since", Instant(), nullable=True))
    op.add_column(
        "accounts", sa.Column("factor_step", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "accounts",
        sa.Column("factor_required", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "signed_in", sa.Column("sure_at", Instant(), nullable=False, server_default=LONG_AGO)
    )
    op.add_column(
        "signed_in",
        sa.Column("by_letter", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")
        ),
        sa.UniqueConstraint("account_id", "proof", name=op.f("uq_recovery_codes_account_id_proof")),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    for column in ("by_letter", "sure_at"):
        op.drop_column("signed_in", column)
    for column in ("factor_required", "factor_step", "factor_since", "factor_secret"):
        op.drop_column("accounts", column)
