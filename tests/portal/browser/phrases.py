"""Every phrase the pages know in both languages, read from the templates and the code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dondoc.words import Language, Words

ROOT = Path(__file__).parents[3]
ROOMS = ("dondoc", "schedules", "notifications", "portal")
EXAMPLES = "examples.py"
"""made-up plans, which speak Vietnamese like real ones"""
SAID = re.compile(r'\bt\("((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)')
DATA = {"board", "ward"}
"""kinds of units in the cast"""


@cache
def phrases(language: Language) -> frozenset[str]:
    """Those that are not the same word in the other language."""
    pairs = [*_of_templates(), *_of_code()]
    other = {pair.text(_other(language)).strip(" ·:,.") for pair in pairs}
    mine = {pair.text(language).strip(" ·:,.") for pair in pairs}
    return frozenset(one for one in mine - other - DATA if len(one) > 2)


def _other(language: Language) -> Language:
    return Language.EN if language is Language.VI else Language.VI


def _of_templates() -> Iterator[Words]:
    for file in sorted((ROOT / "portal" / "pages").rglob("*.html")):
        yield from (Words(*found) for found in SAID.findall(file.read_text("utf-8")))


def _of_code() -> Iterator[Words]:
    for room in ROOMS:
        files = (file for file in (ROOT / room).rglob("*.py") if file.name != EXAMPLES)
        for file in sorted(files):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words":
                    both = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    if len(both) == 2 and all(isinstance(one, str) for one in both):
                        yield Words(str(both[0]), str(both[1]))
