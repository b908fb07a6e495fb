from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.plan.model import Audience
from dondoc.tables import Unit
from dondoc.units.audience import audience, belongs, unknown
from dondoc.units.importing import import_units
from dondoc.units.rows import UnitRow

ROWS = (
    UnitRow(code="q7", name="Quận 7", kind="Quận"),
    UnitRow(
        code="p-2",
        name="Phường 2",
        kind="Phường",
        groups={"cum-1": "Cụm 1"},
        heads={"cum-1": (2024,)},
    ),
    UnitRow(
        code="p-10",
        name="Phường 10",
        kind="PHƯỜNG",
        groups={"cum-1": "Cụm 1", "cum-2": "Cụm 2"},
        heads={"cum-1": (2025,), "cum-2": (2024, 2025)},
    ),
    UnitRow(
        code="P-3",
        name="Phường 3",
        kind="phường",
        groups={"cum-2": "Cụm 2"},
        valid_from=date(2024, 3, 1),
        valid_to=date(2024, 6, 30),
    ),
    UnitRow(code="hoi-phu-nu", name="Hội Phụ nữ", kind="đoàn-thể"),
)
IN_2024 = date(2024, 5, 1)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("all", ["P-3", "hoi-phu-nu", "p-10", "p-2", "q7"]),
        ({"kinds": ["phường"]}, ["P-3", "p-10", "p-2"]),
        ({"kinds": ["PHƯỜNG", "ĐOÀN-THỂ"]}, ["P-3", "hoi-phu-nu", "p-10", "p-2"]),
        ({"groups": ["cum-1"]}, ["p-10", "p-2"]),
        ({"heads_of": ["cum-1"]}, ["p-2"]),
        ({"heads_of": "all"}, ["p-10", "p-2"]),
        ({"units": ["q7", "nobody"]}, ["q7"]),
        ({"units": ["q7"], "groups": ["cum-2"]}, ["P-3", "p-10", "q7"]),
        ({"all": True, "except": ["phường", "q7"]}, ["hoi-phu-nu"]),
        ({"kinds": ["phường"], "except": ["p-2"]}, ["P-3", "p-10"]),
        ({"units": ["q7"], "except": ["q7"]}, []),
    ],
)
def test_audience_means(database: Database, body: Any, codes: list[str]) -> None:
    with database.writing() as session:
        import_units(session, ROWS)
    with database.reading() as session:
        found = audience(session, Audience.model_validate(body), on=IN_2024)
        assert [unit.code for unit in found] == codes
        asked = Audience.model_validate(body)
        units = session.scalars(select(Unit)).all()
        whose = [one.code for one in units if belongs(session, asked, one.id, on=IN_2024)]
        assert sorted(whose) == codes


@pytest.mark.parametrize(
    ("on", "there"),
    [
        (date(2024, 2, 29), False),
        (date(2024, 3, 1), True),
        (date(2024, 6, 30), True),
        (date(2024, 7, 1), False),
    ],
)
def test_only_units_valid_on_the_day(database: Database, on: date, there: bool) -> None:
    with database.writing() as session:
        import_units(session, ROWS)
        found = audience(session, Audience(units=("P-3",)), on=on)
    assert bool(found) is there


def test_heads_are_those_of_the_year(database: Database) -> None:
    with database.writing() as session:
        import_units(session, ROWS)
        found = audience(session, Audience(heads_of=("cum-1",)), on=date(2025, 1, 1))
    assert [unit.code for unit in found] == ["p-10"]


def test_unknown_names_are_listed(database: Database) -> None:
    meant = Audience.model_validate(
        {
            "kinds": ["phường", "xã"],
            "groups": ["cum-1", "cum-3"],
            "heads_of": ["cum-4"],
            "units": ["q7", "q8"],
            "except": ["Đoàn-thể", "p-2", "p-99"],
        }
    )
    with database.writing() as session:
        import_units(session, ROWS)
        assert unknown(session, meant) == ["xã", "cum-3", "cum-4", "q8", "p-99"]
