from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from dondoc.database import Database
from dondoc.tables import Contact, GroupHead, Membership, Role, Unit
from dondoc.units.export import unit_rows
from dondoc.units.importing import Imported, import_units, preview_units
from dondoc.units.rows import Person, UnitRow
from dondoc.words import Language

WARD = UnitRow(
    number=2,
    code="p-tan-phu",
    name="UBND phường Tân Phú",
    kind="phường",
    parent="q7",
    groups={"cum-1": "Cụm thi đua số 1"},
    heads={"cum-1": (2024, 2025)},
    officers=(Person("Trần Thị Bình", "tanphu@q7.example.vn"), Person("", "vp@q7.example.vn")),
    head=Person("Lê Văn Cường", "ct.tanphu@q7.example.vn"),
    deputy=Person(),
    language=Language.VI,
    valid_from=date(1997, 4, 1),
    valid_to=None,
)
DISTRICT = UnitRow(number=3, code="q7", name="UBND Quận 7", kind="quận")


def run(database: Database, *rows: UnitRow) -> Imported:
    with database.writing() as session:
        return import_units(session, rows)


def reasons(imported: Imported) -> list[tuple[int, str, str]]:
    return [(row, code, why.en) for row, code, why in imported.refused]


def test_import_creates_units_their_parents_groups_heads_and_seats(database: Database) -> None:
    imported = run(database, WARD, DISTRICT)

    assert imported == Imported(created=("p-tan-phu", "q7"), groups=("cum-1",))
    with database.reading() as session:
        ward = session.scalars(select(Unit).where(Unit.code == "p-tan-phu")).one()
        assert ward.parent is not None
        assert ward.parent.code == "q7"
        assert [(seat.role, seat.position, seat.email) for seat in ward.contacts] == [
            (Role.OFFICER, 0, "tanphu@q7.example.vn"),
            (Role.OFFICER, 1, "vp@q7.example.vn"),
            (Role.HEAD, 0, "ct.tanphu@q7.example.vn"),
        ]
        assert sorted(session.scalars(select(GroupHead.year))) == [2024, 2025]


def test_a_unit_without_people_has_vacant_seats(database: Database) -> None:
    run(database, DISTRICT)

    with database.reading() as session:
        seats = session.scalars(select(Contact).order_by(Contact.id)).all()
        assert [(seat.role, seat.email) for seat in seats] == [
            (Role.OFFICER, None),
            (Role.HEAD, None),
        ]


def test_the_same_rows_again_change_nothing(database: Database) -> None:
    run(database, WARD, DISTRICT)

    assert run(database, WARD, DISTRICT) == Imported(unchanged=("p-tan-phu", "q7"))


def test_a_new_address_keeps_the_seat(database: Database) -> None:
    run(database, WARD, DISTRICT)
    seats = select(Contact).where(Contact.role == Role.HEAD).order_by(Contact.id)
    with database.reading() as session:
        before = [head.id for head in session.scalars(seats)]

    moved = WARD.model_copy(update={"head": Person("Mai Thị Dung", "dung@q7.example.vn")})
    imported = run(database, moved)

    assert imported.changed == {"p-tan-phu": ("head",)}
    with database.reading() as session:
        heads = session.scalars(seats).all()
        assert [head.id for head in heads] == before
        assert [head.email for head in heads] == ["dung@q7.example.vn", None]


def test_a_seat_no_longer_named_becomes_vacant(database: Database) -> None:
    run(database, WARD, DISTRICT)

    fewer = WARD.model_copy(update={"officers": (Person("", "vp@q7.example.vn"),)})
    assert run(database, fewer).changed == {"p-tan-phu": ("officers",)}

    with database.reading() as session:
        officers = select(Contact).join(Unit).where(Contact.role == Role.OFFICER)
        found = session.scalars(officers.where(Unit.code == WARD.code).order_by(Contact.position))
        assert [(seat.position, seat.email) for seat in found] == [
            (0, "vp@q7.example.vn"),
            (1, None),
        ]
    assert run(database, fewer).unchanged == ("p-tan-phu",)


def test_fields_not_given_stay_as_they_are(database: Database) -> None:
    run(database, WARD, DISTRICT)

    imported = run(database, UnitRow(code="p-tan-phu", name="Phường Tân Phú", kind="phường"))

    assert imported.changed == {"p-tan-phu": ("name",)}
    with database.reading() as session:
        row = next(row for row in unit_rows(session) if row.code == "p-tan-phu")
    assert row.officers == WARD.officers
    assert row.heads == WARD.heads
    assert row.parent == "q7"


def test_a_headship_passes_from_one_unit_to_another(database: Database) -> None:
    other = UnitRow(code="p-6", name="Phường 6", kind="phường", groups={"cum-1": ""}, heads={})
    run(database, WARD, DISTRICT, other)

    imported = run(
        database,
        other.model_copy(update={"heads": {"cum-1": (2025,)}}),
        WARD.model_copy(update={"heads": {"cum-1": (2024,)}}),
    )

    assert imported.changed == {"p-6": ("heads",), "p-tan-phu": ("heads",)}
    with database.reading() as session:
        leading = select(Unit.code, GroupHead.year).join(Unit, Unit.id == GroupHead.unit_id)
        assert sorted(session.execute(leading).tuples()) == [("p-6", 2025), ("p-tan-phu", 2024)]


def test_every_refusal_is_told_at_once_and_nothing_is_written(database: Database) -> None:
    rows = [
        DISTRICT,
        UnitRow(number=4, code="p-1", name="Phường 1", kind="phường", parent="q77"),
        UnitRow(number=5, code="p-1", name="Phường 1", kind="phường"),
        UnitRow(number=6, code="a", name="A", kind="x", parent="b"),
        UnitRow(number=7, code="b", name="B", kind="x", parent="a"),
        UnitRow(number=8, code="c", name="", kind="x", head=Person("", "c@vn\nBcc: all@x.vn")),
        UnitRow(number=9, code="d", name="D", kind="x", groups={"cum-9": ""}),
        UnitRow(number=10, code="e", name="E", kind="x", heads={"cum-1": (2024,)}),
        UnitRow(number=11, code="f", name="F\x07x", kind="x", groups={"cum-1": "Cụm 1"}),
        UnitRow(
            number=12,
            code="g",
            name="G",
            kind="x",
            valid_from=date(2025, 7, 1),
            valid_to=date(2025, 6, 30),
        ),
    ]

    imported = run(database, *rows)

    assert reasons(imported) == [
        (4, "p-1", "there is no parent unit 'q77'; the nearest is q7"),
        (5, "p-1", "the code already stands in row 4"),
        (6, "a", "the parents go in a circle: a → b → a"),
        (7, "b", "the parents go in a circle: b → a → b"),
        (8, "c", "the name is missing"),
        (8, "c", r"'c@vn\nBcc: all@x.vn' is not an e-mail address"),
        (9, "d", "there is no group 'cum-9'; the nearest is cum-1"),
        (10, "e", "leads cum-1 without being a member of cum-1"),
        (11, "f", r"the name 'F\x07x' holds a control character"),
        (12, "g", "valid to 2025-06-30 is before valid from 2025-07-01"),
    ]
    with database.reading() as session:
        assert session.scalars(select(Unit)).all() == []


def test_two_heads_of_one_group_in_one_year_are_refused(database: Database) -> None:
    run(database, WARD, DISTRICT)
    rival = UnitRow(
        number=2,
        code="p-6",
        name="Phường 6",
        kind="phường",
        groups={"cum-1": ""},
        heads={"cum-1": (2025,)},
    )

    assert reasons(run(database, rival)) == [
        (2, "p-6", "cum-1 already has a head for 2025: p-tan-phu")
    ]


def test_a_preview_writes_nothing(database: Database) -> None:
    with database.writing() as session:
        assert preview_units(session, [WARD, DISTRICT]).created == ("p-tan-phu", "q7")
        assert session.scalars(select(Unit)).all() == []


def test_a_renamed_group_is_told(database: Database) -> None:
    run(database, WARD, DISTRICT)

    renamed = WARD.model_copy(update={"groups": {"cum-1": "Khối phường"}})

    assert run(database, renamed) == Imported(unchanged=("p-tan-phu",), groups=("cum-1",))
    with database.reading() as session:
        assert unit_rows(session)[0].groups == {"cum-1": "Khối phường"}


def test_a_unit_that_leaves_its_group_loses_the_membership(database: Database) -> None:
    run(database, WARD, DISTRICT)

    assert run(database, WARD.model_copy(update={"groups": {}, "heads": {}})).changed == {
        "p-tan-phu": ("groups", "heads")
    }
    with database.reading() as session:
        assert session.scalars(select(Membership)).all() == []


@pytest.mark.parametrize(
    "email", ["a@b", "a b@x.vn", "a@x.vn,b@x.vn", "@x.vn", "a@x..vn", "a@-x.vn", "a@x.vn\n"]
)
def test_bad_addresses_are_refused(sqlite: Database, email: str) -> None:
    row = DISTRICT.model_copy(update={"head": Person("", email)})

    assert reasons(run(sqlite, row)) == [(3, "q7", f"{email!r} is not an e-mail address")]


def test_a_line_break_in_a_name_becomes_a_blank(sqlite: Database) -> None:
    run(sqlite, UnitRow(code="a", name="A\r\nBcc: all@x.vn", kind="x\ny"))

    with sqlite.reading() as session:
        assert [(row.name, row.kind) for row in unit_rows(session)] == [("A Bcc: all@x.vn", "x y")]


def test_the_number_of_statements_does_not_follow_the_rows(database: Database) -> None:
    def rows(count: int) -> list[UnitRow]:
        return [
            UnitRow(
                code=f"u-{count}-{place}",
                name="Đơn vị",
                kind="x",
                groups={"g": "Cụm"},
                officers=(Person("", f"u{place}@x.vn" if place % 2 else None),),
            )
            for place in range(count)
        ]

    few = _statements(database, rows(4))

    assert _statements(database, rows(450)) <= few


def _statements(database: Database, rows: list[UnitRow]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    run(database, *rows)
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


PRINTED = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
NAMES = st.text(PRINTED, min_size=1, max_size=40).filter(str.strip)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    names=st.lists(NAMES, min_size=1, max_size=5),
    officer=NAMES.filter(lambda name: ";" not in name),
)
def test_what_was_imported_comes_out_the_same(
    sqlite: Database, names: list[str], officer: str
) -> None:
    rows = [
        UnitRow(code=f"u-{place}", name=name, kind="x", officers=(Person(officer, None),))
        for place, name in enumerate(names)
    ]
    assert run(sqlite, *rows).refused == ()

    with sqlite.reading() as session:
        out = unit_rows(session)
    assert {row.code: row.name for row in rows}.items() <= {
        row.code: row.name for row in out
    }.items()
    assert run(sqlite, *out).changed == {}
