"""What was handed over is found from both sides, by officials and by the unit that owes it now."""

import pytest

from dondoc.decision import Decision
from dondoc.tables import ChangeKind
from dondoc.units.choices import Choice
from dondoc.units.reorganisation import Reorganisation
from schedules.reorganising.reorganise import apply
from tests.portal.house import House


@pytest.fixture
def merged(house: House) -> House:
    """p-2 went to tai-chinh, which owed nothing, after the date had passed."""
    house.later(days=60)
    on = house.now.date()
    asked = Reorganisation(kind=ChangeKind.MERGE, units=("p-2",), into=("tai-chinh",), on=on)
    decision = Decision(actor="bà An", reason="NQ 1685", now=house.now)
    with house.database.writing() as session:
        apply(session, asked, [Choice(move=True)], decision, hours=house.portal.hours)
    return house


def test_officials_go_from_the_old_unit_to_the_new_one_and_back(merged: House) -> None:
    official = merged.visitor("official")
    old, new = merged.obligation("p-2"), merged.obligation("tai-chinh")

    before = official.get(f"/office/obligations/{old}")
    assert "Handed over to" in before.text
    assert f'<a href="/office/obligations/{new}">Phòng Tài chính - Kế hoạch</a>' in before.text
    after = official.get(f"/office/obligations/{new}")
    assert "Taken over from" in after.text
    assert f'<a href="/office/obligations/{old}">' in after.text


def test_who_took_over_reads_from_whom_and_that_it_is_not_called_late(merged: House) -> None:
    unit = merged.browser()
    unit.open_link("tai-chinh")

    shown = unit.get(f"/unit/obligations/{merged.obligation('tai-chinh')}").text
    assert "Ủy ban nhân dân phường Hai: NQ 1685" in shown
    assert "counts for the former unit" in shown


def test_what_ended_takes_nothing_more(merged: House) -> None:
    unit = merged.browser()
    unit.open_link("p-2")
    shown = unit.get(f"/unit/obligations/{merged.obligation('p-2')}")

    assert shown.status_code == 200
    assert "handed over or closed" in shown.text
    assert "<form" not in shown.text.split("<main")[1].split("</main")[0]
