"""Many rows in one statement, on SQLite and PostgreSQL alike: they travel as one JSON parameter, so
that the statement stays the same however many there are. Rows of many or long values SQLite takes
one by one: that is twice as quick as taking JSON apart; with two short numbers it is half as quick.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Dialect,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    TypeDecorator,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    text,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

ROWS = "rows"
"""the parameter: a list with an object for each row"""


def dialect_of(session: Session) -> str:
    return session.get_bind().dialect.name


def in_index_order(session: Session) -> None:
    """For the rest of the transaction. What PostgreSQL knows of a queue's length is of yesterday:
    it would gather and sort all that waits to find the first thousand, again for each thousand."""
    if dialect_of(session) != "sqlite":
        session.execute(_IN_INDEX_ORDER)


_IN_INDEX_ORDER = text("SET LOCAL enable_bitmapscan = off")


@contextmanager
def row_by_row(session: Session) -> Iterator[None]:
    """For statements within that look up a thousand rows by their numbers. Once PostgreSQL has
    counted a queue it would rather read whole tables, again for each thousand."""
    if dialect_of(session) == "sqlite":
        yield
        return
    session.execute(_JOINING, {"so": "off"})
    yield
    session.execute(_JOINING, {"so": "on"})


_JOINING = text(
    "SELECT set_config('enable_hashjoin', :so, true), set_config('enable_mergejoin', :so, true)"
)


def given(dialect: str, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """The rows of the parameter as a table, for an UPDATE … FROM or a join."""
    rows = bindparam(ROWS, type_=JSON)
    if dialect != "sqlite":
        found = func.json_to_recordset(rows).table_valued(
            *(column(name, type_) for name, type_ in columns.items()), name="given"
        )
        return found.render_derived(with_types=True)
    each = func.json_each(rows, type_=String).table_valued("value")
    return select(
        *(
            func.json_extract(each.c.value, f"$.{name}", type_=type_).label(name)
            for name, type_ in columns.items()
        )
    ).subquery("given")


def change_each(
    session: Session,
    table: Table,
    names: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    same: Mapping[str, Any],
    only: Mapping[str, Any],
) -> int:
    """SQLite only: the columns `names` of the row with each one's `id` get its values, and others
    what is the `same` for all, where the columns of `only` have its values. Returns how many rows
    had them."""
    told = [f"{name} = {_literal(table, name, value)}" for name, value in same.items()]
    told += [f"{name} = ?" for name in names]
    mine = [f"{name} = {_literal(table, name, value)}" for name, value in only.items()]
    which = " AND ".join(["id = ?", *mine])
    words = f"UPDATE {table.name} SET {', '.join(told)} WHERE {which}"  # noqa: S608
    return _each(session, words, (*names, "id"), rows)


def add_each(
    session: Session,
    table: Table,
    names: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    same: Mapping[str, Any],
) -> None:
    """SQLite only: new rows with these values in the columns `names`, and in the others what is
    the `same` for all."""
    values = ["?" for _ in names] + [_literal(table, name, same[name]) for name in same]
    columns = ", ".join([*names, *same])
    words = f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join(values)})"  # noqa: S608
    _each(session, words, names, rows)


def _literal(table: Table, name: str, value: Any) -> str:
    """A value of a column as it stands in a statement. What is the same for all rows is written
    there, as the driver takes its time for every parameter of every row."""
    if value is None:
        return "NULL"
    type_ = table.c[name].type.dialect_impl(_SQLITE)
    written = type_.literal_processor(_SQLITE)
    if written is None:
        raise TypeError(name)
    return written(value)


_SQLITE = SQLiteDialect_pysqlite()


def _each(
    session: Session, words: str, names: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> int:
    """Nothing is converted on the way: that would take longer than the writing."""
    pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    found = list(map(pick, rows))
    return session.connection().exec_driver_sql(words, found).rowcount if found else 0


def listed(dialect: str, parameter: str, type_: TypeEngine[Any]) -> Select[tuple[Any]]:
    """The values of a parameter that is a plain list, for an IN."""
    values = bindparam(parameter, type_=JSON)
    if dialect != "sqlite":
        return select(cast(func.json_array_elements_text(values).column_valued("value"), type_))
    return select(func.json_each(values, type_=String).table_valued("value").c.value)


def among(dialect: str, column: Any, parameter: str) -> ColumnElement[bool]:
    """Whether a column of numbers has one of those in a parameter that is a plain list. PostgreSQL
    gets them as an array, not as rows to join: what it knows of states is of the night, when
    nothing was queued, and for the one row it expects it would read the whole list row by row."""
    if dialect == "sqlite":
        inside: ColumnElement[bool] = column.in_(listed(dialect, parameter, Integer()))
        return inside
    found: ColumnElement[bool] = column == any_(bindparam(parameter, type_=_Numbers()))
    return found


class _Numbers(TypeDecorator[Sequence[int]]):
    """Written by us: the driver takes a microsecond for each."""

    impl = ARRAY(Integer)
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Callable[[Sequence[int] | None], str]:
        return lambda numbers: "{" + ",".join(map(str, numbers or ())) + "}"


def instant(dialect: str, value: datetime) -> str:
    """As a column of instants takes it from a given row."""
    words = f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return words if dialect == "sqlite" else f"{words}+00"
