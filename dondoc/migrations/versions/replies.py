"""answers to letters, and the files that came with them"""

import sqlalchemy as sa
from alembic import op

from dondoc.tables import Instant

revision = "0027_replies"
down_revision = "0026_clock_set_back"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'unread')")


def upgrade() -> None:
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("mailed_at", Instant(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("key", name=op.f("uq_replies_key")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_replies_letter_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_replies_unit_id")),
        sa.ForeignKeyConstraint(["office_id"], ["units.id"], name=op.f("fk_replies_office_id")),
    )
    op.create_index(op.f("ix_replies_letter_id"), "replies", ["letter_id"])
    op.create_index(op.f("ix_replies_unit_id"), "replies", ["unit_id"])
    op.create_index("ix_replies_open", "replies", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "reply_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("component", sa.String(), nullable=True),
        sa.Column("refused", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_files")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_reply_files_reply_id")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_reply_files_obligation_id")
        ),
    )
    op.create_index(op.f("ix_reply_files_reply_id"), "reply_files", ["reply_id"])
    op.create_index(op.f("ix_reply_files_sha256"), "reply_files", ["sha256"])
    op.create_index(op.f("ix_reply_files_obligation_id"), "reply_files", ["obligation_id"])


def downgrade() -> None:
    op.drop_table("reply_files")
    op.drop_table("replies")
