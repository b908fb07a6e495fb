"""A list of units as a database that is thrown away, to try a plan on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from documents.unit_sheet import read_units
from dondoc.database import open_database
from dondoc.errors import DondocError
from dondoc.tables import Base
from dondoc.units.importing import import_units
from dondoc.units.rows import Refusal
from dondoc.words import Language, Words


class UnitsRefused(DondocError):
    """{file}: rows that are refused: {count}
    {listing}"""

    vi = "{file}: {count} dòng không nhận được:\n{listing}"


@contextmanager
def unit_list(units: Path) -> Iterator[Session]:
    """In memory. Raises SheetWrong, UnitsRefused."""
    rows = read_units(units)
    database = open_database("sqlite:///:memory:")
    try:
        Base.metadata.create_all(database.engine)
        with database.writing() as session:
            refused = import_units(session, rows).refused
            if refused:
                listing = Words(
                    *(
                        _listed(units.name, refused, language)
                        for language in (Language.VI, Language.EN)
                    )
                )
                raise UnitsRefused(file=units.name, count=len(refused), listing=listing)
            yield session
    finally:
        database.close()


def _listed(name: str, refused: Sequence[Refusal], language: Language) -> str:
    return "\n".join(
        f"{name}:{one.row}: {one.code}: {one.reason.text(language)}" for one in refused
    )
