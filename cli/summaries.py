"""What a command is for, in one line, read from its source: the list of all commands imports none
of them."""

import ast
from importlib.util import find_spec
from pathlib import Path


class NoSummary(LookupError):
    """A command without a docstring or a help."""


def summary(where: str) -> str:
    """Of `module:name`: the first line of a function's docstring, or a Typer's `help`. Raises
    NoSummary."""
    module, _, name = where.partition(":")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise NoSummary(where)
    for statement in ast.parse(Path(spec.origin).read_bytes()).body:
        match statement:
            case ast.FunctionDef(name=known) if known == name:
                said = ast.get_docstring(statement)
            case ast.Assign(targets=[ast.Name(id=known)], value=ast.Call(keywords=given)) if (
                known == name
            ):
                said = next((_text(one.value) for one in given if one.arg == "help"), None)
            case _:
                continue
        if said:
            return said.partition("\n")[0]
    raise NoSummary(where)


def _text(value: ast.expr) -> str | None:
    match value:
        case ast.Constant(value=str(text)):
            return text
    return None
