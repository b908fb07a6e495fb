"""docs/plan-file.md mentions every key, and its examples are good."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from dondoc.plan import due, model, relative
from dondoc.plan.shape import keys_at
from dondoc.plan.source import parse_plan

DOCUMENT = (Path(__file__).parents[3] / "docs" / "plan-file.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
HEAD = """\
code: vi-du
title: Ví dụ
issuer: Cơ quan
period: {from: 2024-01-01, to: 2025-12-31}
standing_office: thuong-truc
"""
EVENTS = BLOCKS[4]
OF_A_MILESTONE = [*BLOCKS[2:4], *BLOCKS[5:8]]
MILESTONE = {
    "due": "2024-11-15",
    "audience": "all",
    "clause": "{text: a}",
    "code": "a",
    "name": "A",
    "kind": "report",
}


def models() -> list[type[BaseModel]]:
    found = [value for module in (due, model, relative) for value in vars(module).values()]
    kinds = [kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return sorted(set(kinds), key=lambda kind: kind.__name__)


KEYS = sorted(
    {field.alias or name for kind in models() for name, field in kind.model_fields.items()}
)


@pytest.mark.parametrize("key", KEYS)
def test_key_is_mentioned(key: str) -> None:
    assert re.search(rf"(`|\b){re.escape(key)}(`|:)", DOCUMENT)


def test_every_block_is_tried() -> None:
    assert len(BLOCKS) == 10


def test_shortest_example_is_a_plan() -> None:
    assert len(parse_plan(BLOCKS[1]).milestones) == 1


@pytest.mark.parametrize("block", [EVENTS, *BLOCKS[8:]])
def test_part_of_a_plan_is_good(block: str) -> None:
    parse_plan(HEAD + block)


def variants(block: str) -> list[str]:
    """A block that shows one key several times is several examples."""
    starts = [found.start() for found in re.finditer(r"^\w", block, re.MULTILINE)]
    return [block[start:end] for start, end in zip(starts, [*starts[1:], len(block)], strict=True)]


@pytest.mark.parametrize(
    "example", [example for block in OF_A_MILESTONE for example in variants(block)]
)
def test_part_of_a_milestone_is_good(example: str) -> None:
    key = example.partition(":")[0]
    others = "".join(f"{name}: {value}\n" for name, value in MILESTONE.items() if name != key)
    indented = "".join(f"    {line}\n" for line in (others + example).splitlines())
    parse_plan(f"{HEAD}{EVENTS}milestones:\n  -\n{indented}")


@pytest.mark.parametrize("rule", re.findall(r"\| `(\{every:[^`]*\})`", DOCUMENT))
def test_rule_in_the_table_is_good(rule: str) -> None:
    lines = {**MILESTONE, "due": rule}
    body = "".join(f"    {name}: {value}\n" for name, value in lines.items())
    assert len(parse_plan(f"{HEAD}milestones:\n  -\n{body}").milestones) == 1


@pytest.mark.parametrize("rule", re.findall(r"\| `(\{(?:after|before):[^`]*\})`", DOCUMENT))
def test_date_counted_from_an_event_in_the_table_is_good(rule: str) -> None:
    lines = {**MILESTONE, "due": rule}
    body = "".join(f"    {name}: {value}\n" for name, value in lines.items())
    (anchor,) = re.findall(r"(?:after|before): ([a-z0-9-]+)", rule)
    events = f"events:\n  - {{code: {anchor}, name: Sự kiện}}\n"
    assert len(parse_plan(f"{HEAD}{events}milestones:\n  -\n{body}").milestones) == 1


def test_keys_are_known_at_every_depth() -> None:
    due = {"milestones": [{"due": {"aftr": "a", "working_days": 3}}]}
    assert keys_at(("milestones", 0, "due"), due)[:2] == ["after", "before"]
    assert keys_at(("milestones", 0, "due", "exceptions", 0)) == [
        "period",
        "skip",
        "day",
        "month",
        "year_offset",
        "inclusive",
    ]
    assert keys_at(("milestones", 0, "hand_in", "components", 3, "only"))[0] == "all"
    assert keys_at(("title",)) == []
