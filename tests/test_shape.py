"""The house style's numbers, counted."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("dondoc", "documents", "schedules", "notifications", "flows", "portal", "cli")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
BROAD_EXCEPTS = 3

MODULES = sorted(
    path.relative_to(ROOT)
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text("utf-8"))


def functions(module: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(module)) if isinstance(node, Function))


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_modules_and_functions_stay_small(module: Path) -> None:
    assert len((ROOT / module).read_text("utf-8").splitlines()) <= LONGEST_MODULE
    long = [
        function.name
        for function in functions(module)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_stand_at_the_top(module: Path) -> None:
    inside = [
        function.name
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_smtplib_is_nowhere() -> None:
    assert [module for module in MODULES if "smtplib" in set(imports(module))] == []


def test_no_flow_hides_a_standard_module() -> None:
    names = {module.stem for module in MODULES if module.parts[0] == "flows"} - {"__init__"}
    assert names & set(sys.stdlib_module_names) == set()


def test_broad_excepts_are_few() -> None:
    broad = [
        f"{module}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert len(broad) <= BROAD_EXCEPTS, broad
