"""letters are unique by their key: nobody looks one up by its Message-ID"""

from alembic import op
from sqlalchemy import text

revision = "0031_message_ids"
down_revision = "0030_patterns"
branch_labels = None
depends_on = None

NAME = "uq_letters_message_id"
KEY = 'CONSTRAINT uq_letters_key UNIQUE ("key")'
BOTH = f"{KEY}, \n\tCONSTRAINT {NAME} UNIQUE (message_id)"
WORDS = text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'letters'")
INDEXES = text("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'letters'")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(BOTH, KEY)
    else:
        op.drop_constraint(NAME, "letters", type_="unique")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(KEY, BOTH)
    else:
        op.create_unique_constraint(NAME, "letters", ["message_id"])


def _rebuild(before: str, after: str) -> None:
    """SQLite changes no constraint: a new table takes the old one's place."""
    connection = op.get_bind()
    words: str = connection.scalar(WORDS) or ""
    indexes = connection.scalars(INDEXES).all()
    facts = connection.execute(text("PRAGMA table_info(letters)"))
    columns = ", ".join(f'"{fact.name}"' for fact in facts)  # without what is computed
    begin = words.index("(")
    op.execute(f"CREATE TABLE letters_anew {words[begin:].replace(before, after)}")
    op.execute(f"INSERT INTO letters_anew ({columns}) SELECT {columns} FROM letters ORDER BY id")  # noqa: S608
    op.execute("DROP TABLE letters")
    op.execute("ALTER TABLE letters_anew RENAME TO letters")
    for index in filter(None, indexes):
        op.execute(index)
