"""What the documentation says exists, and what exists is documented."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from pydantic_settings import SettingsConfigDict
from typer.main import get_command

from cli.main import app
from dondoc.settings import Settings
from dondoc.tables import Base
from flows.deployments import OFFERS

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "samples" / "README.md"])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
SECTION = re.compile(r"^#+ (.*)$", re.MULTILINE)
TABLES = {mapper.class_.__name__ for mapper in Base.registry.mappers}
INNER = {
    "DraftFile",
    "EndedVisit",
    "Event",
    "GroupHead",
    "Heartbeat",
    "Membership",
    "SignInLink",
    "SignedIn",
    "SubmittedFile",
}
"""Rows the program keeps for itself: nobody reads their names."""


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def commands(part: Any, words: tuple[str, ...] = ("dondoc",)) -> Iterator[str]:
    if not hasattr(part, "list_commands"):
        yield " ".join(words)
        return
    for name in part.list_commands(None):
        yield from commands(part.get_command(None, name), (*words, name))


def console(path: str) -> list[list[str]]:
    """The lines of each console block, up to a reason given, a folder or a comment."""
    blocks = [body for language, body in FENCE.findall(text(path)) if language == "console"]
    return [[re.split(r"\s+#|--reason", line)[0] for line in body.splitlines()] for body in blocks]


def anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", normalize("NFC", heading).lower())
    return kept.replace(" ", "-")


def environment_names() -> list[str]:
    config: SettingsConfigDict = Settings.model_config
    return [f"{config['env_prefix']}{name.upper()}" for name in Settings.model_fields]


ALL_COMMANDS = sorted(commands(get_command(app)))
ALL_LINKS = [
    (page, link)
    for page in PAGES
    for link in LINK.findall(page.read_text(encoding="utf-8"))
    if "://" not in link
]


def test_commands_are_found() -> None:
    assert {"dondoc check", "dondoc units import", "dondoc receipt verify"} < set(ALL_COMMANDS)


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_command_is_documented(command: str) -> None:
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert re.search(rf"{command}\b(?!-)", told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_told_command_exists(page: Path) -> None:
    known = {tuple(command.split()[1:]) for command in ALL_COMMANDS}
    known |= {command[:1] for command in known}
    told = re.findall(r"(?:`|^|/)dondoc ([a-z]+)(?: ([a-z]+))?", page.read_text("utf-8"), re.M)
    groups = {command[0] for command in known if len(command) > 1}
    unknown = [
        (first, second)
        for first, second in told
        if (first,) not in known or (first in groups and second and (first, second) not in known)
    ]
    assert unknown == []


@pytest.mark.parametrize("name", environment_names())
@pytest.mark.parametrize("path", [".env.example", "docs/operating.md"])
def test_setting_is_documented(path: str, name: str) -> None:
    assert re.search(rf"\b{name}\b", text(path))


@pytest.mark.parametrize("path", [".env.example", "docs/operating.md", "README.md"])
def test_documented_setting_exists(path: str) -> None:
    told = set(re.findall(r"\bDONDOC_[A-Z_]+[A-Z]", text(path)))
    assert told <= set(environment_names())


def test_example_shows_the_defaults() -> None:
    shown = dict(re.findall(r"^# (DONDOC_\w+)=(\S.*)$", text(".env.example"), re.MULTILINE))
    examples = {"DONDOC_DATA", "DONDOC_DATABASE_URL"}
    plain = {name: value for name, value in shown.items() if name not in examples}
    defaults = {
        f"DONDOC_{name.upper()}": field.default for name, field in Settings.model_fields.items()
    }
    config = {name.removeprefix("DONDOC_").lower(): value for name, value in plain.items() if value}
    read = Settings.model_validate(config)
    assert {name: getattr(read, name.removeprefix("DONDOC_").lower()) for name in plain} == {
        name: defaults[name] for name in plain
    }


@pytest.mark.parametrize("deployment", [offer.name for offer in OFFERS])
def test_deployment_is_documented(deployment: str) -> None:
    assert f"`{deployment}`" in text("docs/operating.md")


def test_both_readmes_show_the_same_commands() -> None:
    assert console("README.vi.md") == console("README.md")


def test_both_readmes_link_the_same_pages() -> None:
    english, vietnamese = (LINK.findall(text(path)) for path in ("README.md", "README.vi.md"))
    assert [link.replace("README.vi.md", "README.md") for link in english] == vietnamese


@pytest.mark.parametrize(("page", "link"), ALL_LINKS, ids=lambda part: str(part)[-40:])
def test_link_leads_somewhere(page: Path, link: str) -> None:
    path, _, fragment = link.partition("#")
    target = page.parent / path if path else page
    assert target.exists()
    if fragment:
        headings = SECTION.findall(target.read_text(encoding="utf-8"))
        assert fragment in [anchor(heading) for heading in headings]


@pytest.mark.parametrize("table", sorted(TABLES - INNER))
def test_table_is_in_the_glossary(table: str) -> None:
    word = re.sub(r"(?<!^)(?=[A-Z])", " ", table).lower()
    assert re.search(
        rf"^\| [^|]*\b{word}\b[^|]*\| [^|]+ \| [^|]+ \|$", text("docs/glossary.md"), re.M
    )
