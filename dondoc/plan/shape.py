"""Which keys a plan file may have at each place, read off the model."""

from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from dondoc.plan.due import Once
from dondoc.plan.model import PlanFile
from dondoc.plan.tree import Path


def keys_at(path: Path) -> list[str]:
    """The keys of the mapping at `path`; none where it is no mapping."""
    found: type[BaseModel] | None = PlanFile
    for part in path:
        if found is None:
            return []
        if isinstance(part, str):
            found = _inside(found, part)
    return (
        [] if found is None else [field.alias or name for name, field in found.model_fields.items()]
    )


def _inside(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            return _model(field.annotation)
    return None


def _model(annotation: Any) -> type[BaseModel] | None:
    """The mapping a value may be: of a date or a rule, the rule."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) not in (Union, UnionType, tuple, Annotated):
        return None
    for argument in get_args(annotation):
        if argument in (NoneType, Ellipsis):
            continue
        found = _model(argument)
        if found is not None and found is not Once:
            return found
    return None
