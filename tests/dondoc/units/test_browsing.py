from datetime import date

from dondoc.database import Database
from dondoc.queries import unit_by_code
from dondoc.units.browsing import PER_PAGE, Looked, above, browse, groups
from dondoc.units.importing import import_units
from dondoc.units.rows import Person, UnitRow

TODAY = date(2024, 4, 8)


def furnish(database: Database) -> None:
    rows = [UnitRow(code="quan", name="Ủy ban nhân dân quận", kind="quận")]
    rows += [
        UnitRow(
            code=f"p-{n:03}",
            name=f"Ủy ban nhân dân phường {n}",
            kind="phường",
            parent="quan",
            groups={"cum-1": "Cụm 1"} if n < 3 else {},
            heads={"cum-1": (2024,)} if n == 1 else {},
            officers=(Person("", f"p{n}@x.example"),) if n else (),
            valid_to=date(2024, 4, 7) if n == 5 else None,
        )
        for n in range(PER_PAGE + 3)
    ]
    with database.writing() as session:
        assert import_units(session, rows).refused == ()


def test_a_level_has_pages_and_the_ended_are_left_out(database: Database) -> None:
    furnish(database)
    with database.reading() as session:
        quan = unit_by_code(session, "quan")
        top = browse(session, Looked(), today=TODAY)
        below = browse(session, Looked(below=quan.id, page=2), today=TODAY)
        beyond = browse(session, Looked(below=quan.id, page=99), today=TODAY)
        ended = browse(session, Looked(below=quan.id, ended=True), today=TODAY)
    assert [(one.code, one.below) for one in top.lines] == [("quan", PER_PAGE + 2)]
    assert (below.total, below.pages) == (PER_PAGE + 2, 2)
    assert [one.code for one in below.lines] == ["p-051", "p-052"]
    assert beyond == below
    assert ended.total == PER_PAGE + 3
    assert [one.vacant for one in ended.lines[:2]] == [True, False]


def test_a_search_looks_everywhere(database: Database) -> None:
    furnish(database)
    with database.reading() as session:
        by_name = browse(session, Looked(text="phường 12"), today=TODAY)
        by_group = browse(session, Looked(group="cum-1"), today=TODAY)
        by_kind = browse(session, Looked(kind="quận"), today=TODAY)
        nothing = browse(session, Looked(text="100%"), today=TODAY)
    assert [one.code for one in by_name.lines] == ["p-012"]
    assert [one.code for one in by_group.lines] == ["p-000", "p-001", "p-002"]
    assert [one.code for one in by_kind.lines] == ["quan"]
    assert nothing.total == 0


def test_the_way_up_ends_where_a_circle_begins(database: Database) -> None:
    furnish(database)
    with database.writing() as session:
        ward, quan = unit_by_code(session, "p-001"), unit_by_code(session, "quan")
        assert [one.code for one in above(session, ward)] == ["quan"]
        quan.parent_id = ward.id
        session.flush()
        assert [one.code for one in above(session, ward)] == ["p-001", "quan"]


def test_a_group_has_its_members_and_a_head_for_the_year(database: Database) -> None:
    furnish(database)
    with database.reading() as session:
        this, next_ = groups(session, 2024), groups(session, 2025)
    assert [(one.code, one.members, one.head and one.head.code) for one in this] == [
        ("cum-1", 3, "p-001")
    ]
    assert [one.head for one in next_] == [None]
