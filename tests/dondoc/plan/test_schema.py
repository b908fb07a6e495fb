"""The JSON Schema accepts what the reader accepts."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from dondoc.plan.schema import schema

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*/plan.yaml"))


def errors(plan: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(schema()).iter_errors(plan)]


def loaded(path: Path) -> dict[str, Any]:
    """As an editor sees it: dates are texts in JSON."""
    plan: dict[str, Any] = _json(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    return plan


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_sample_fits(path: Path) -> None:
    assert errors(loaded(path)) == []


def with_due(due: object) -> dict[str, Any]:
    plan = loaded(SAMPLES[-2])
    plan["events"] = [{"code": "dai-hoi", "name": "Đại hội", "per": "unit"}]
    plan["milestones"][0] = {**plan["milestones"][0], "due": due}
    plan["milestones"][0].pop("opens", None)
    return plan


def test_date_counted_from_an_event_fits() -> None:
    assert errors(with_due({"after": "dai-hoi", "working_days": 3, "opens_before": 2})) == []


@pytest.mark.parametrize(
    "due",
    [
        {"after": "dai-hoi"},
        {"working_days": 3},
        {"after": "a", "before": "b", "days": 1},
        {"after": "a", "days": 1, "weeks": 1},
        {"after": "a", "working_days": 0},
        {"after": "a", "years": 1},
    ],
)
def test_half_a_date_does_not_fit(due: dict[str, object]) -> None:
    assert errors(with_due(due)) != []


@pytest.mark.parametrize(
    ("key", "value"),
    [("due", "15/4/2024"), ("audience", "everybody"), ("kind", "raport"), ("colour", "red")],
)
def test_mistake_does_not_fit(key: str, value: object) -> None:
    plan = loaded(SAMPLES[-2])
    plan["milestones"][0][key] = value
    assert errors(plan) != []
