"""Every page there is, in both languages, on a telephone and at a desk.

A route that answers with a page is looked at by itself, as the visitor it is for; `MORE` are other
faces of it, `ANSWERS` what a form leads to. A new route needs no entry here."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from dondoc.database import open_database
from dondoc.words import Language
from tests.cast import make_units
from tests.portal.browser import faces
from tests.portal.browser.looking import troubles
from tests.portal.house import House, make_accounts
from tests.portal.server import Server
from tests.portal.test_access import ACCESS, EVERY, Ends, addressed, places

pytestmark = pytest.mark.browser

WHO = ("stranger", "unit", "official", "administrator")
GETS = [name for name in EVERY if name.startswith("GET ")]


class Seen(NamedTuple):
    """A house where nothing changes any more, and what stands for the places in its paths."""

    house: House
    places: dict[str, str]


def visitor_of(name: str) -> str:
    """The first that gets in; a stranger where only a proof in the address lets in."""
    return next((who for who in WHO if ACCESS[name][who] is Ends.IN), "stranger")


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, furnished: Path, server: Server
) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("seen")
    shutil.copy(furnished, folder / "dondoc.db")
    database = open_database(f"sqlite:///{folder / 'dondoc.db'}")
    house = House(database, server, data=folder)
    yield Seen(house, places(house))
    house.close()
    database.close()


@pytest.fixture
def bare(tmp_path: Path, migrated_file: Path, server: Server) -> Iterator[House]:
    """Units and accounts, and no plan."""
    shutil.copy(migrated_file, tmp_path / "dondoc.db")
    database = open_database(f"sqlite:///{tmp_path / 'dondoc.db'}")
    with database.writing() as session:
        make_units(session)
        make_accounts(session)
    house = House(database, server, bare=True)
    yield house
    house.close()
    database.close()


@pytest.fixture
def seen(built: Seen) -> Seen:
    built.house.serve()
    return built


@pytest.fixture
def page(chromium: Chromium, server: Server) -> Iterator[Page]:
    context = chromium.new_context(base_url=server.url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("who", WHO)
def test_every_page_a_visitor_may_open(seen: Seen, page: Page, who: str) -> None:
    own = [addressed(name, seen.places) for name in GETS if visitor_of(name) == who]
    more = [path.format(**seen.places) for path in faces.MORE[who]]
    assert faces.look_at(seen.house, page, who, [*own, *more]) == {}


def test_links_that_open_something(seen: Seen, page: Page) -> None:
    paths = [seen.house.link("p-1"), faces.sign_in_link(seen.house, None)]
    assert faces.look_at(seen.house, page, "stranger", paths) == {}


def test_pages_that_are_not_open_to_whoever_asks(seen: Seen, page: Page) -> None:
    for who, path in (("reader", "/office/drafts"), ("unit", "/unit/obligations/99999")):
        assert faces.look_at(seen.house, page, who, [path]) == {}


@pytest.mark.parametrize("who", ["official", "administrator"])
def test_an_office_before_its_first_plan(bare: House, page: Page, who: str) -> None:
    assert faces.look_at(bare, page, who, faces.BARE) == {}


def test_a_year_under_way(house: House, page: Page) -> None:
    """Something was returned, something is overdue, promised and asked for."""
    found = faces.under_way(house)
    for who, paths in faces.LATE.items():
        shown = [path.format(**found) for path in paths]
        assert faces.look_at(house, page, who, shown) == {}, who


@pytest.mark.parametrize("name", faces.ANSWERS)
@pytest.mark.parametrize("language", list(Language))
def test_what_a_form_leads_to(house: House, page: Page, name: str, language: Language) -> None:
    answer = faces.ANSWERS[name](house, language)
    page.route("**/shown", lambda route: route.fulfill(body=answer, content_type="text/html"))
    page.goto("/shown")
    assert list(troubles(page, language, name)) == []
