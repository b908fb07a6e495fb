"""a letter knows its recipient's domain; domains that put everything off, or are slow, rest"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0019_recipient_domains"
down_revision = "0018_paper_asked"
branch_labels = None
depends_on = None

WAITING = sa.text("state IN ('queued', 'deferred', 'sending')")
AFTER_AT = "replace(address, rtrim(address, replace(address, '@', '')), '')"
"""what follows the last @, in words both databases know"""


def upgrade() -> None:
    op.add_column("letters", sa.Column("domain", sa.String(), nullable=False, server_default=""))
    op.execute(f"UPDATE letters SET domain = lower({AFTER_AT})")  # noqa: S608
    _index(["urgent", "retry_at", "id", "domain"])
    op.create_table(
        "rests",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_rests")),
    )


def downgrade() -> None:
    op.drop_table("rests")
    _index(["urgent", "retry_at"])
    op.drop_column("letters", "domain")


def _index(columns: list[str]) -> None:
    op.drop_index("ix_letters_waiting", "letters")
    op.create_index(
        "ix_letters_waiting", "letters", columns, sqlite_where=WAITING, postgresql_where=WAITING
    )
