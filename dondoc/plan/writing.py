"""A plan written out as a file an official would have written."""

from collections.abc import Iterable
from datetime import date, time
from enum import Enum
from io import StringIO
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from dondoc.plan.due import Once, period_name
from dondoc.plan.model import Audience, PlanFile
from dondoc.plan.relative import Relative

WIDTH = 4096
"""A value never breaks: one line changed is one line in a comparison."""
ON_ONE_LINE = ("period", "data_period", "audience", "only", "cadence", "before", "after", "types")
SPACED = ("policies", "events", "milestones", "undated")


def dump_plan(plan: PlanFile) -> str:
    """Read again, it is the same plan. Keys stand in the model's order; defaults are left out."""
    top = CommentedMap({"dondoc": plan.dondoc, **_keys(plan)})
    for key in SPACED:
        if key in top:
            top.yaml_set_comment_before_after_key(key, before="\n")
    for item in list(top.get("milestones", ()))[1:]:
        item.yaml_set_start_comment("\n")
    return written(top)


def written(value: Any) -> str:
    yaml = YAML()
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()


def laid_out(key: str, value: Any) -> Any:
    """One key's value, as the key is written in a plan file."""
    kept = CommentedMap(value) if isinstance(value, dict) else plain(value)
    return _laid_out(key, kept, one_line=key == "due")


def plain(value: Any) -> Any:
    """What YAML can hold: dates and times as text, models as mappings without their defaults."""
    match value:
        case BaseModel():
            return _plain_model(value)
        case tuple() | list():
            return CommentedSeq(plain(item) for item in value)
        case Enum():
            return value.value
        case time():
            return DoubleQuotedScalarString(f"{value:%H:%M}")  # 08:00 is a number in YAML 1.1
        case float():
            return int(value) if value.is_integer() else value
    multiline = isinstance(value, str) and "\n" in value
    return DoubleQuotedScalarString(value) if multiline else value


def _plain_model(model: BaseModel) -> Any:
    if isinstance(model, Once) and model.month_end is None:
        return _unquoted(period_name(model.day, model.granularity))
    keys = _keys(model)
    return "all" if isinstance(model, Audience) and keys == {"all": True} else CommentedMap(keys)


def _unquoted(name: str) -> date | int | str:
    """2024-11-15 and 2025 are written bare."""
    if name.isdigit():
        return int(name)
    return date.fromisoformat(name) if len(name) == len("2024-11-15") else name


def _keys(model: BaseModel) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if not field.is_required() and value == field.get_default(call_default_factory=True):
            continue
        key = field.alias or name
        found[key] = _laid_out(key, plain(value), one_line=isinstance(value, Once | Relative))
    return found


def _laid_out(key: str, value: Any, *, one_line: bool) -> Any:
    if isinstance(value, CommentedMap | CommentedSeq) and (one_line or _on_one_line(key, value)):
        value.fa.set_flow_style()
    return value


def _on_one_line(key: str, value: Iterable[Any]) -> bool:
    scalars = all(isinstance(item, str | int | date) for item in value)
    return key in ON_ONE_LINE or (isinstance(value, CommentedSeq) and scalars)
