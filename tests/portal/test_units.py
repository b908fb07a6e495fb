"""Units, groups and people in the portal."""

import re
from html import unescape
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import select

from documents.unit_sheet import read_units, write_units
from dondoc.problems import Trouble, open_problems
from dondoc.queries import unit_by_code
from dondoc.tables import (
    Cause,
    Contact,
    Event,
    Leave,
    Obligation,
    ObligationState,
    Problem,
    Unit,
    UnitChange,
)
from dondoc.units.export import unit_rows
from dondoc.units.importing import import_units
from dondoc.units.rows import Person, UnitRow
from tests.cast import make_plan
from tests.portal.house import Browser, House, email


def page_of(house: House, code: str) -> str:
    with house.database.reading() as session:
        return f"/office/units/{unit_by_code(session, code).id}"


def contact(house: House, code: str, role: str = "officer") -> Contact:
    with house.database.reading() as session:
        chosen = select(Contact).join(Unit).where(Unit.code == code, Contact.role == role)
        return session.scalars(chosen.order_by(Contact.position)).one()


def sheet(path: Path, rows: list[UnitRow]) -> bytes:
    write_units(path, rows)
    return path.read_bytes()


def looked_at(browser: Browser, data: bytes) -> tuple[str, dict[str, str]]:
    """The preview, and what its button sends."""
    browser.get("/office/units-import")
    page = browser.send("/office/units-import", {}, [("file", ("don-vi.xlsx", data))]).text
    hidden = re.findall(r'type="hidden" name="(key|name|proof)" value="([^"]*)"', page)
    return page, dict(hidden)


def test_the_tree_opens_level_by_level(house: House) -> None:
    with house.database.writing() as session:
        rows = [
            UnitRow(code=f"to-{n:03}", name=f"Tổ {n}", kind="tổ", parent="p-1") for n in range(60)
        ]
        import_units(session, rows)
    browser = house.visitor("reader")
    top = browser.get("/office/units").text
    assert "to-001" not in top
    below = "/office/units?below=" + page_of(house, "p-1").rpartition("/")[2]
    level = browser.get("/office/units?below=" + page_of(house, "ubnd-quan").rpartition("/")[2])
    assert f'hx-get="{below}"' in level.text
    swapped = {"HX-Request": "true", "HX-Target": below.replace("/office/units?below=", "below-")}
    first = browser.get(below, headers=swapped).text
    assert len(re.findall(r">Tổ \d+</a>", first)) == 50
    assert "<html" not in first
    second = browser.get(re.findall(r'href="([^"]*number=2)"', first)[0].replace("&amp;", "&")).text
    assert len(re.findall(r">Tổ \d+</a>", second)) == 10
    found = browser.get("/office/units?q=tổ 59").text
    assert re.findall(r">(Tổ \d+)</a>", found) == ["Tổ 59"]


def test_an_address_is_mended_and_the_problem_ends(house: House) -> None:
    seat = contact(house, "p-1")
    with house.database.writing() as session:
        trouble = Trouble(seat.id, Cause.BOUNCED, seat.email, "550 no such user")
        open_problems(session, [trouble], now=house.now)
    browser = house.visitor("official")
    path = page_of(house, "p-1")
    assert "550 no such user" in browser.get(path).text
    fields = {"seat": "officer", "name": "Bà Hoa", "email": "hoa@p1.example", "reason": "CV 3"}
    assert "550 no such user" not in browser.post(f"{path}/contacts", fields).text
    assert contact(house, "p-1").email == "hoa@p1.example"
    with house.database.reading() as session:
        assert session.scalars(select(Problem.closed_at)).one() is not None
        entry = session.scalars(select(Event).where(Event.action == "contact")).one()
    assert (entry.actor, entry.reason) == (email("official"), "CV 3")


def test_what_is_no_address_is_refused_on_the_page(house: House) -> None:
    browser = house.visitor("official")
    path = page_of(house, "p-1")
    fields = {"seat": "officer", "name": "Bà Hoa", "email": "không phải", "reason": "x"}
    answer = browser.post(f"{path}/contacts", fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert contact(house, "p-1").email == "p-1@quan.example"
    assert browser.post(f"{path}/contacts", fields | {"reason": " "}).status_code == 400


def test_a_leave_has_a_deputy_and_an_end(house: House) -> None:
    browser = house.visitor("official")
    path = page_of(house, "p-1")
    leave = {
        "seat": "officer",
        "from": "8/4/2024",
        "to": "19/4/2024",
        "deputy": "thay@p1.example",
        "deputy_name": "Ông Thay",
        "reason": "nghỉ phép",
    }
    page = browser.post(f"{path}/leaves", leave).text
    assert "on leave until 19 April 2024" in page
    assert 'letters go to <span class="mono">thay@p1.example</span>' in page
    assert browser.post(f"{path}/leaves", leave).status_code == 400
    browser.post(f"{path}/leaves/end", {"seat": "officer", "reason": "về sớm"})
    with house.database.reading() as session:
        assert session.scalars(select(Leave)).all() == []


def test_an_import_is_looked_at_before_it_is_done(house: House, tmp_path: Path) -> None:
    rows = [
        UnitRow(code="p-1", name="Phường Nhất", kind="ward"),
        UnitRow(code="p-8", name="Phường Tám", kind="ward", officers=(Person("", "p8@x.example"),)),
    ]
    browser = house.visitor("official")
    page, kept = looked_at(browser, sheet(tmp_path / "a.xlsx", rows))
    assert re.findall(r"<b>(\d+)</b>", page)[:2] == ["1", "1"]
    with house.database.reading() as session:
        assert session.scalar(select(Unit.id).where(Unit.code == "p-8")) is None
    browser.post("/office/units-import/confirm", kept)
    with house.database.reading() as session:
        names = dict(session.execute(select(Unit.code, Unit.name)).tuples().all())
    assert (names["p-1"], names["p-8"]) == ("Phường Nhất", "Phường Tám")
    assert not house.portal.uploads.path(kept["key"]).exists()


def test_only_what_was_looked_at_is_imported(house: House, tmp_path: Path) -> None:
    rows = [UnitRow(code="p-8", name="Phường Tám", kind="ward")]
    _, kept = looked_at(house.visitor("official"), sheet(tmp_path / "a.xlsx", rows))
    other = house.visitor("other_official")
    assert other.post("/office/units-import/confirm", kept).status_code == 400
    forged = kept | {"name": "../../x.xlsx"}
    assert house.visitor("official").post("/office/units-import/confirm", forged).status_code == 400


def test_another_offices_unit_is_not_changed_by_an_import(house: House, tmp_path: Path) -> None:
    rows = [UnitRow(code="p-1", name="Phường Nhất", kind="ward")]
    page, kept = looked_at(house.visitor("other_official"), sheet(tmp_path / "a.xlsx", rows))
    assert "is not within this office&#39;s reach" in page
    assert kept == {}


def test_nobody_makes_himself_the_head_of_another_offices_units(
    house: House, tmp_path: Path
) -> None:
    """Heads of groups are told who is late."""
    rows = [
        UnitRow(code="x-1", name="X", kind="ward", groups={"cum-1": ""}, heads={"cum-1": (2025,)})
    ]
    page, kept = looked_at(house.visitor("other_official"), sheet(tmp_path / "a.xlsx", rows))
    assert "cannot head cum-1" in page
    assert kept == {}
    page, kept = looked_at(house.visitor("official"), sheet(tmp_path / "b.xlsx", rows))
    assert "cannot head" not in page
    assert kept["key"]


def test_an_address_is_not_put_where_another_offices_letters_will_go(house: House) -> None:
    """p-3 owes to nobody yet; two offices work here."""
    with house.database.reading() as session:
        unit = unit_by_code(session, "p-3").id
    path, fields = f"/office/units/{unit}/contacts", {"seat": "officer", "email": "x@y.example"}
    assert house.visitor("other_official").post(path, fields).status_code == 404
    fields["reason"] = "đổi người"
    assert house.visitor("administrator").post(path, fields).status_code == 200
    assert house.seat("p-3").address == "x@y.example"


def test_mistakes_in_a_list_are_told_by_row(house: House, tmp_path: Path) -> None:
    rows = [UnitRow(code="p-8", name="Phường Tám", kind="ward", parent="không-có")]
    page, kept = looked_at(house.visitor("official"), sheet(tmp_path / "a.xlsx", rows))
    assert "Row 2, p-8" in page
    assert kept == {}
    broken, _ = looked_at(house.visitor("official"), b"PK\x03\x04 no workbook")
    assert "don-vi.xlsx" in broken


def test_the_exported_list_changes_nothing_when_it_comes_back(house: House, tmp_path: Path) -> None:
    browser = house.visitor("official")
    data = browser.get("/office/units-export").content
    page, _ = looked_at(browser, data)
    assert "Nothing would change" in page
    (tmp_path / "out.xlsx").write_bytes(data)
    codes = {row.code for row in read_units(tmp_path / "out.xlsx")}
    with house.database.reading() as session:
        others = {"p-3", "tai-chinh"}  # beyond its reach
        assert codes == {row.code for row in unit_rows(session)} - others


def test_groups_have_their_heads_of_a_year(house: House) -> None:
    page = house.visitor("reader").get("/office/groups?year=2024").text
    found = re.findall(r'<span class="soft">([^<]+)</span></td><td class="number"[^>]*>(\d+)', page)
    assert [(code, int(n)) for code, n in found] == [("cum-1", 2), ("cum-2", 1), ("khoi-nd", 2)]
    heads = re.findall(r'<td class="number"[^>]*>\d+</td><td[^>]*>([^<]+)</td>', page)
    assert heads[0] == "Ủy ban nhân dân phường Một"


def test_units_are_merged_by_an_explicit_choice(house: House) -> None:
    browser = house.visitor("official")
    asked = {"kind": "merge", "units": "p-1", "into": "p-2", "on": "1/4/2024", "name": ""}
    seen = browser.post("/office/unit-changes", asked | {"do": "look"}).text
    assert "Not decided" in seen
    fields = re.findall(r'name="(open:[^"]+)"', seen)
    assert len(fields) == 1
    undecided = asked | {"do": "apply", "reason": "NQ 1"}
    assert "Not decided" in browser.post("/office/unit-changes", undecided).text
    with house.database.reading() as session:
        assert session.scalars(select(UnitChange)).all() == []
    done = browser.post("/office/unit-changes", undecided | {fields[0]: "move"}).text
    assert "Carried out" in done
    with house.database.reading() as session:
        assert session.scalars(select(UnitChange.decided_by)).one() == email("official")


def ask(house: House, who: str, **asked: str) -> Response:
    browser = house.visitor(who)
    browser.get("/office/unit-changes")
    return browser.post("/office/unit-changes", {"on": "1/7/2024", "do": "look"} | asked)


REFUSED = "An administrator decides on that"


def test_another_offices_unit_is_not_merged(house: House) -> None:
    answer = ask(house, "other_official", kind="dissolve", units="p-1")
    assert answer.status_code == 400
    assert "Ủy ban nhân dân phường Một: another office's" in unescape(answer.text)
    assert REFUSED in answer.text


@pytest.mark.parametrize("do", ["look", "apply"])
def test_a_unit_is_not_merged_into_another_offices(house: House, do: str) -> None:
    asked = {"kind": "merge", "units": "p-1", "into": "tai-chinh", "reason": "NQ 1", "do": do}
    refused = ask(house, "official", **asked)
    assert refused.status_code == 400
    assert "Phòng Tài chính - Kế hoạch: another office's" in unescape(refused.text)
    with house.database.reading() as session:
        assert session.scalars(select(UnitChange)).all() == []
    assert REFUSED not in ask(house, "administrator", **asked | {"do": "look"}).text


def test_a_unit_that_is_nobodys_yet_may_succeed(house: House) -> None:
    """It was entered for that: it owes to no office, and none stands above it."""
    seen = ask(house, "official", kind="merge", units="p-1", into="p-3")
    assert seen.status_code == 200
    assert REFUSED not in seen.text


def test_what_still_owes_to_two_offices_is_an_administrators(house: House) -> None:
    with house.database.writing() as session:
        units = {one.code: one for one in session.scalars(select(Unit))}
        plan = make_plan(session, units, code="khac", owing=("p-1",))
        plan.standing_office = units["tai-chinh"]
        p_1 = units["p-1"].id
    for who in ("official", "other_official"):
        answer = ask(house, who, kind="dissolve", units="p-1")
        assert answer.status_code == 400, who
        assert REFUSED in answer.text
    renamed = {"kind": "rename", "units": "p-1", "name": "Phường Một mới"}
    assert ask(house, "official", **renamed).status_code == 200
    assert ask(house, "administrator", kind="dissolve", units="p-1").status_code == 200
    with house.database.writing() as session:
        for owed in session.scalars(select(Obligation).where(Obligation.unit_id == p_1)):
            if owed.occurrence.milestone.plan.code == "khac":
                owed.state = ObligationState.ACCEPTED
    assert ask(house, "official", kind="dissolve", units="p-1").status_code == 200
