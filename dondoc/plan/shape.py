"""Which keys a plan file may have at each place, read off the model."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from dondoc.plan.due import Once
from dondoc.plan.model import PlanFile
from dondoc.plan.tree import Path, child


def keys_at(path: Path, value: Any = None) -> list[str]:
    """The keys of the mapping at `path`; none where it is no mapping. Where it may be one of
    several, those of the one that the file's own `value` has most keys of, or else of all."""
    found: list[type[BaseModel]] = [PlanFile]
    for part in path:
        value = child(value, part)
        if isinstance(part, str):
            found = [inner for model in found for inner in _inside(model, part)]
            found = _likeliest(found, value)
    return list(dict.fromkeys(key for model in found for key in _keys(model)))


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _likeliest(models: list[type[BaseModel]], value: Any) -> list[type[BaseModel]]:
    if len(models) < 2 or not isinstance(value, dict):
        return models
    shared = [len(value.keys() & _keys(model)) for model in models]
    return [models[shared.index(max(shared))]] if any(shared) else models


def _inside(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            yield from _models(field.annotation)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The mappings a value may be; a single date is not written as one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation is not Once:
            yield annotation
    elif get_origin(annotation) in (Union, UnionType, tuple, Annotated):
        for argument in get_args(annotation):
            if argument not in (NoneType, Ellipsis):
                yield from _models(argument)
