"""people change: leaves with a deputy, notices that stand for another seat, one open problem a seat"""

import sqlalchemy as sa
from alembic import op

revision = "0010_people_change"
down_revision = "0009_promises"
branch_labels = None
depends_on = None

FILL = (
    "UPDATE problems SET contact_id = (SELECT contacts.id FROM contacts "
    "WHERE contacts.unit_id = problems.unit_id AND contacts.role = 'officer' "
    "ORDER BY contacts.position LIMIT 1)",
    "UPDATE problems SET cause = CASE WHEN why IN ('not_told', 'no_contact') THEN why "
    "ELSE 'refused' END",
    "UPDATE problems SET answer = why WHERE cause = 'refused'",
    "UPDATE problems SET address = (SELECT contacts.email FROM contacts "
    "WHERE contacts.id = problems.contact_id) WHERE cause <> 'no_contact'",
    "DELETE FROM problems WHERE contact_id IS NULL",
    "UPDATE problems SET closed_at = opened_at WHERE closed_at IS NULL AND id NOT IN "
    "(SELECT MAX(id) FROM problems WHERE closed_at IS NULL GROUP BY contact_id)",
)


def upgrade() -> None:
    _leaves()
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("stands_for_id", sa.Integer(), nullable=True))
        notices.create_foreign_key(
            op.f("fk_notices_stands_for_id"), "contacts", ["stands_for_id"], ["id"]
        )
    _problems()


def _leaves() -> None:
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_leaves_contact_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["contacts.id"], name=op.f("fk_leaves_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index(op.f("ix_leaves_contact_id"), "leaves", ["contact_id"])
    op.create_index(op.f("ix_leaves_to_on"), "leaves", ["to_on"])


def _problems() -> None:
    cause = sa.String(24)
    with op.batch_alter_table("problems") as problems:
        problems.add_column(sa.Column("contact_id", sa.Integer(), nullable=True))
        problems.add_column(sa.Column("cause", cause, nullable=True))
        problems.add_column(sa.Column("address", sa.String(), nullable=True))
        problems.add_column(sa.Column("answer", sa.Text(), nullable=True))
    for statement in FILL:
        op.execute(statement)
    with op.batch_alter_table("problems") as problems:
        problems.alter_column("contact_id", existing_type=sa.Integer(), nullable=False)
        problems.alter_column("cause", existing_type=cause, nullable=False)
        problems.create_foreign_key(
            op.f("fk_problems_contact_id"), "contacts", ["contact_id"], ["id"]
        )
        problems.drop_column("why")
    open_ones = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_problems_open",
        "problems",
        ["contact_id"],
        unique=True,
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )


def downgrade() -> None:
    with op.batch_alter_table("problems") as problems:
        problems.drop_index("uq_problems_open")
        problems.add_column(sa.Column("why", sa.Text(), nullable=True))
    op.execute("UPDATE problems SET why = COALESCE(answer, cause)")
    with op.batch_alter_table("problems") as problems:
        problems.alter_column("why", existing_type=sa.Text(), nullable=False)
        problems.drop_constraint(op.f("fk_problems_contact_id"), type_="foreignkey")
        for name in ("answer", "address", "cause", "contact_id"):
            problems.drop_column(name)
    with op.batch_alter_table("notices") as notices:
        notices.drop_constraint(op.f("fk_notices_stands_for_id"), type_="foreignkey")
        notices.drop_column("stands_for_id")
    op.drop_table("leaves")
