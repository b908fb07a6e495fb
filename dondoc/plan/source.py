"""A plan file becomes a plan, or the list of all its mistakes at once."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from dondoc.plan.conflicts import conflicts
from dondoc.plan.mistakes import Mistake, PlanWrong
from dondoc.plan.model import PlanFile
from dondoc.plan.reading import check_text, read_text
from dondoc.plan.translation import translated
from dondoc.plan.tree import Tree, grow
from dondoc.words import Words

EMPTY = Words("tệp trống", "the file is empty")
NO_PLAN = Words("tệp không phải là kế hoạch", "this is not a plan")
KEYS = Words(
    "Cấp ngoài cùng phải gồm các khóa code, title, milestones …",
    "The outermost level must have the keys code, title, milestones …",
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A plan with the text it was read from and the place of everything in it."""

    name: str
    text: str
    plan: PlanFile
    tree: Tree


def read_plan(path: Path) -> PlanFile:
    """Raises PlanWrong with every mistake found."""
    return read_source(path).plan


def parse_plan(text: str, name: str = "plan.yaml") -> PlanFile:
    """Raises PlanWrong with every mistake found."""
    return parse_source(text, name).plan


def read_source(path: Path) -> Source:
    return parse_source(read_text(path), path.name)


def parse_source(text: str, name: str = "plan.yaml") -> Source:
    check_text(text, name)
    tree = grow(text, name)
    if not isinstance(tree.value, dict):
        raise PlanWrong(name, [*tree.mistakes, _no_mapping(tree)])
    mistakes = [*tree.mistakes, *conflicts(tree)]
    try:
        plan = PlanFile.model_validate(tree.value)
    except ValidationError as error:
        told = {mistake[:2] for mistake in tree.mistakes}
        others = [mistake for mistake in translated(error, tree) if mistake[:2] not in told]
        raise PlanWrong(name, [*mistakes, *others]) from error
    if mistakes:
        raise PlanWrong(name, mistakes)
    return Source(name=name, text=text, plan=plan, tree=tree)


def _no_mapping(tree: Tree) -> Mistake:
    if tree.value is None:
        return Mistake(0, 0, "", EMPTY, KEYS)
    return Mistake(tree.place(()).line, 1, "", NO_PLAN, KEYS)
