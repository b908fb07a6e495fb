from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from dondoc.tables.base import Base

GAP = "own"


class Pattern(Base):
    """What many letters say alike, kept once: what the templates were given, as JSON in which
    `{"own": 2}` stands for the third of a reader's own values. `digest`: of these words."""

    __tablename__ = "patterns"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    facts: Mapped[dict[str, Any]]


def filled(facts: Any, own: Sequence[Any]) -> Any:
    """With a reader's own values where there were gaps."""
    if isinstance(facts, list):
        return [filled(one, own) for one in facts]
    if not isinstance(facts, dict):
        return facts
    if facts.keys() == {GAP}:
        return own[facts[GAP]]
    return {name: filled(value, own) for name, value in facts.items()}
