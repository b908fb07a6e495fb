"""What every page must be: without a barrier that axe-core knows, no wider than the screen, and
said in one language. With `DONDOC_PICTURES=folder` every page that is looked at is kept there."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import axe_core_python
from playwright.sync_api import Page

from dondoc.words import Language
from tests.portal.browser.phrases import phrases

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
TELEPHONE = 360
DESK = 1440
PICTURES = os.environ.get("DONDOC_PICTURES", "")

SIDEWAYS = """[...document.querySelectorAll('.scroll')]
  .filter(one => one.scrollWidth > one.clientWidth + 1)
  .filter(one => !one.querySelector('.heat, .year') && !one.closest('details'))
  .map(one => one.getAttribute('aria-label') || one.getAttribute('aria-labelledby'))"""
"""Tables that must be pushed sideways; a matrix and a calendar may."""
SMALL = """[...document.querySelectorAll('a, button, summary, select, input, textarea')]
  .filter(one => one.checkVisibility() && getComputedStyle(one).display !== 'inline')
  .filter(one => !one.closest('.only-read, .skip'))
  .filter(one => one.getBoundingClientRect().height < (one.matches('input') ? 20 : 24))
  .map(one => one.outerHTML.slice(0, 120))"""
"""What a finger misses (WCAG 2.2, 2.5.8); links within a sentence are as high as it is."""
OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
"""axe takes what is folded away for what lies behind the next line, and reads it only unfolded."""
SAID = """() => {
  const body = document.body.cloneNode(true);
  for (const one of body.querySelectorAll('.letter, .paper, .language, textarea, option, .kept'))
    one.remove();
  document.body.append(body);
  const text = body.innerText;
  body.remove();
  return text;
}"""
"""What the page itself says: no letter, which speaks its recipient's language, no document."""

RAW = re.compile(
    r"\{\w*\}|\bNone\b(?!\.)|\bTrue\b|\bFalse\b|\b\d{4}-\d\d-\d\d\b|\b[a-z]+_[a-z_]+\b|\bT[+-]\d|<\w+\.",
    re.ASCII,
)
"""Places nobody filled, values and codes nobody put into words."""


def barriers(page: Page) -> dict[str, list[str]]:
    """By the rule they break, where they stand."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return {one["id"]: [node["html"] for node in one["nodes"]] for one in found}


def width_on_telephone(page: Page) -> int:
    wide = page.viewport_size
    found = _width(page, TELEPHONE)
    if wide is not None:
        page.set_viewport_size(wide)
    return found


def look(page: Page) -> None:
    """With or without scripts of the page's own; axe needs them, so it is asked only where they
    run."""
    assert barriers(page) == {}
    assert width_on_telephone(page) <= TELEPHONE


def troubles(page: Page, language: Language, name: str) -> Iterator[str]:
    """Of the page that is open, at both widths; axe sees the Vietnamese one as a telephone shows
    it, the English one as a desk does."""
    widths = (DESK, TELEPHONE) if language is Language.VI else (TELEPHONE, DESK)
    for width in widths:
        found = _width(page, width)
        if found > width:
            yield f"{found} pixels wide on {width}"
        if width == TELEPHONE:
            yield from (f"sideways: {one}" for one in page.evaluate(SIDEWAYS))
            yield from (f"small: {one}" for one in page.evaluate(SMALL))
        if PICTURES:
            picture = f"{name}.{language}.{width}.png"
            page.screenshot(path=Path(PICTURES) / picture, full_page=True)
    page.evaluate(OPEN)
    yield from (f"{rule}: {where}" for rule, where in barriers(page).items())
    said = page.evaluate(SAID)
    yield from (f"raw: {one}" for one in RAW.findall(said))
    yield from (f"in the other language: {one}" for one in _foreign(said, language))


def _width(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 780})
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def _foreign(said: str, language: Language) -> list[str]:
    other = Language.EN if language is Language.VI else Language.VI
    lines = {line.strip(" ·:,.") for text in said.splitlines() for line in text.split("\t")}
    return sorted(lines & phrases(other))
