from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Dialect,
    MetaData,
    String,
    TypeDecorator,
    literal,
)
from sqlalchemy.orm import DeclarativeBase

T = TypeVar("T")
Read = Callable[[Any], T | None]
"""From what the driver gives; called once a row, and a morning has hundreds of thousands."""


class NaiveInstant(ValueError):
    """An instant without a time zone is refused."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveInstant(value)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, _coltype: object) -> Read[datetime]:
        return _from_text if dialect.name == "sqlite" else _in_utc


@lru_cache(maxsize=4096)
def _from_text(value: str | None) -> datetime | None:
    """As SQLite keeps it. A morning's rows share their few instants."""
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A state kept as its own word, so that rows can be read without this program. A word that is
    none of the states is refused; one that is met in a row raises LookupError."""

    impl = String
    cache_ok = True

    def __init__(self, states: type[StrEnum]) -> None:
        super().__init__(length=24)
        self.states = states

    def process_bind_param(self, value: StrEnum | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.states(value).value

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Read[StrEnum]:
        known: dict[str | None, StrEnum | None] = {one.value: one for one in self.states}
        return (known | {None: None}).__getitem__


def one_of(column: Any, states: Iterable[StrEnum]) -> ColumnElement[bool]:
    """A list that never changes. Any other IN is written out anew whenever it is asked, as it might
    have grown: where little is found that takes twice as long as the question itself."""
    found: ColumnElement[bool] = column.in_([literal(state, column.type) for state in states])
    return found


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON}
