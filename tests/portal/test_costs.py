"""What a page asks of the database, and how much it weighs, does not follow the units. How long
that takes is for `benchmarks.pages` to say."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.looks import forgotten
from benchmarks.office import prepare
from benchmarks.pages import SMALLEST_PAGE, Cost, measure, never
from portal.figures import Figures, Kept
from schedules.moments import Coming

FEW, MORE = 120, 240
"""both have more than one page of nearly everything"""
MOST_STATEMENTS = 60


def test_every_page_and_download_is_measured() -> None:
    assert forgotten() == []


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Cost]]:
    return {units: _costs(tmp_path_factory.mktemp("office"), units) for units in (FEW, MORE)}


def _costs(folder: Path, units: int) -> dict[str, Cost]:
    here = prepare(folder, units)
    patient: Kept[int, Coming] = Kept(patience=600)
    uncounted = replace(here.portal, figures=Figures(timer=never), coming=patient)
    found = measure(here._replace(portal=uncounted), times=1)
    here.database.close()
    return found


@pytest.mark.slow
def test_statements_do_not_follow_the_units(costs: dict[int, dict[str, Cost]]) -> None:
    """A zip asks for some hundred versions at a time, so that nothing waits for a slow line."""
    few, more = ({page: cost.statements for page, cost in costs[n].items()} for n in (FEW, MORE))
    pages = {page for page, cost in costs[MORE].items() if not cost.download}

    assert {
        page: (few[page], n) for page, n in more.items() if page in pages and n > few[page]
    } == {}
    assert {page: n for page, n in more.items() if n > MOST_STATEMENTS} == {}


@pytest.mark.slow
def test_pages_stay_light(costs: dict[int, dict[str, Cost]]) -> None:
    pages = {page: cost for page, cost in costs[MORE].items() if not cost.download}

    assert {
        page: one.kilobytes for page, one in pages.items() if one.kilobytes > SMALLEST_PAGE
    } == {}
