"""What every page must be: without a barrier that axe-core knows, and no wider than a telephone."""

from pathlib import Path

import axe_core_python
from playwright.sync_api import Page

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
TELEPHONE = 360


def barriers(page: Page) -> dict[str, list[str]]:
    """By the rule they break, where they stand."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return {one["id"]: [node["html"] for node in one["nodes"]] for one in found}


def width_on_telephone(page: Page) -> int:
    wide = page.viewport_size
    page.set_viewport_size({"width": TELEPHONE, "height": 780})
    found: int = page.evaluate("document.documentElement.scrollWidth")
    if wide is not None:
        page.set_viewport_size(wide)
    return found


def look(page: Page) -> None:
    """With or without scripts of the page's own; axe needs them, so it is asked only where they
    run."""
    assert barriers(page) == {}
    assert width_on_telephone(page) <= TELEPHONE
