"""What PostgreSQL does with a thousand letters at a time."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from dondoc.bulk import in_index_order, row_by_row
from dondoc.database import Database
from dondoc.tables import Letter, LetterState, Notice, NoticeState
from notifications import ledger
from notifications.fate import Fate, Written
from notifications.parcel import Claimed
from notifications.remembering import Kept
from tests.outbox_cast import NOW, compose, make_letters, settings

T = TypeVar("T")
MANY = 3_000
WRITTEN = text(
    "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = :table"
)
"""by this transaction; the second: without a word to any index"""


def claimed(session: Session) -> list[Claimed]:
    return ledger.claim(session, now=NOW, limit=10, only_urgent=False)


def taken(letter: Claimed, session: Session) -> Fate:
    content = compose(session, [letter], NOW).contents[letter.id]
    assert content is not None
    return Fate(Written(letter, content, "Nhắc việc", Kept(b"{}")), LetterState.SENT, "250 Ok")


def test_claiming_letters_leaves_every_index_alone(postgres: Database) -> None:
    make_letters(postgres, 10)
    with postgres.writing() as session:
        assert len(claimed(session)) == 10
        assert session.execute(WRITTEN, {"table": "letters"}).one() == (10, 10)


def test_notices_that_are_sent_leave_every_index_alone(postgres: Database) -> None:
    make_letters(postgres, 10)
    with postgres.writing() as session:
        letters = claimed(session)
        fates = [taken(letter, session) for letter in letters]
        carried = {letter.id: [_notice_of(session, letter)] for letter in letters}
        before = session.execute(WRITTEN, {"table": "notices"}).one()
        ledger.mark(session, fates, carried, now=NOW, settings=settings(25))
        assert before == (0, 0)
        assert session.execute(WRITTEN, {"table": "notices"}).one() == (10, 10)


def _notice_of(session: Session, letter: Claimed) -> int:
    return session.scalars(select(Notice.id).where(Notice.letter_id == letter.id)).one()


def test_the_next_letters_are_found_without_sorting_all(postgres: Database) -> None:
    make_letters(postgres, 1)
    with postgres.writing() as session:
        _backlog(session)
        in_index_order(session)
        asked = ledger.due(NOW, urgent=False, limit=100).compile(
            postgres.engine, compile_kwargs={"render_postcompile": True}
        )
        plan = session.connection().exec_driver_sql(f"EXPLAIN {asked}", asked.params).scalars()
        steps = "\n".join(plan)
    assert "Index Scan using ix_letters_waiting" in steps
    assert "Sort" not in steps


def test_whole_tables_are_read_again_once_a_letters_rows_are_found(postgres: Database) -> None:
    asked = text("SELECT current_setting('enable_hashjoin'), current_setting('enable_mergejoin')")
    with postgres.reading() as session:
        with row_by_row(session):
            assert session.execute(asked).one() == ("off", "off")
        assert session.execute(asked).one() == ("on", "on")


def _backlog(session: Session) -> None:
    """Many letters that PostgreSQL has not counted yet."""
    rows: list[dict[str, Any]] = [
        {
            "key": f"day:more-{n}",
            "day": NOW.date(),
            "name": "reminder",
            "address": f"more-{n}@quan.example",
            "language": "vi",
            "state": LetterState.QUEUED,
            "message_id": f"<more-{n}@quan.example>",
            "created_at": NOW,
            "retry_at": NOW,
        }
        for n in range(MANY)
    ]
    session.execute(insert(Letter), rows)


def test_what_indexes_go_by_follows_the_state(database: Database) -> None:
    make_letters(database, len(LetterState))
    with database.writing() as session:
        for letter, letter_state in zip(_all(session, Letter), LetterState, strict=True):
            letter.state = letter_state
        for notice, notice_state in zip(_all(session, Notice), NoticeState, strict=True):
            notice.state = notice_state
    with database.reading() as session:
        letters = dict(session.execute(text("SELECT state, ended FROM letters")).tuples().all())
        told = dict(session.execute(text("SELECT state, phase FROM notices")).tuples().all())
    assert letters == {
        "queued": None,
        "sending": None,
        "deferred": None,
        "sent": "sent",
        "failed": "failed",
        "dropped": "dropped",
    }
    assert {state: phase for state, phase in told.items() if phase} == {
        "planned": "planned",
        "held": "held",
    }


def _all(session: Session, table: type[T]) -> Sequence[T]:
    return session.scalars(select(table)).all()
