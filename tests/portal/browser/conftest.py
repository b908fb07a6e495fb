"""The machine's Chromium. A laptop without one skips these tests; CI fails."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.portal.house import House

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60_000
"""milliseconds; the machine may be busy"""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@pytest.fixture(scope="module")  # while it is open, no other test can run a loop of its own
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if "CI" in os.environ:
            pytest.fail("there is no Chromium on this machine, and CI must have one")
        pytest.skip("there is no Chromium on this machine: install it, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, house: House) -> Iterator[Page]:
    """With scripts, in English; what the browser refuses or a script breaks on fails the test."""
    yield from _page(chromium, house, scripts=True)


@pytest.fixture
def plain_page(chromium: Browser, house: House) -> Iterator[Page]:
    """Without scripts."""
    yield from _page(chromium, house, scripts=False)


def _page(chromium: Browser, house: House, *, scripts: bool) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=house.server.url,
        java_script_enabled=scripts,
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    context.add_cookies([{"name": "dondoc-language", "value": "en", "url": house.server.url}])
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "console",
        lambda said: trouble.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    context.close()
    assert trouble == []
