"""Templates: files that lie beside a plan and that units fill in. They are taken into the store
when the plan is launched or amended, so that nothing depends on the folder afterwards."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.dossier import MEGABYTE
from dondoc.plan.mistakes import NOTHING, Mistake, PlanWrong
from dondoc.plan.model import PlanFile
from dondoc.plan.source import Source
from dondoc.plan.tree import Path as Way
from dondoc.store import FileStore, Stored
from dondoc.tables import Plan, Template
from dondoc.words import Words

LARGEST = 50 * MEGABYTE
UPLOAD = Words("Hãy tải tệp lên.", "Upload the file.")


class Named(NamedTuple):
    """A template's file name, and where the plan names it."""

    way: Way
    name: str


def missing(source: Source, folder: Path, known: Collection[str] = ()) -> list[Mistake]:
    """Templates that neither lie in `folder` nor are `known` from before, or cannot be taken."""
    return [
        _mistake(source, one, *why)
        for one in _named(source)
        if (why := _why(folder / one.name, known=one.name in known)) is not None
    ]


def take_templates(
    session: Session, store: FileStore, plan: Plan, source: Source, folder: Path
) -> None:
    """Those that lie in `folder`; the others stay as they are. Raises PlanWrong, FileUnreadable,
    FileChanging."""
    mistakes = missing(source, folder, {row.name for row in templates(session, plan)})
    if mistakes:
        raise PlanWrong(source.name, mistakes)
    there = (name for name in template_names(source.plan) if (folder / name).is_file())
    place_templates(session, plan, {name: store.put(folder / name) for name in there})


def place_templates(session: Session, plan: Plan, found: Mapping[str, Stored]) -> None:
    """Files of the store become the plan's templates, by name; the others stay as they are."""
    rows = {row.name: row for row in templates(session, plan)}
    for name, stored in found.items():
        row = rows.get(name) or Template(plan_id=plan.id, name=name)
        row.sha256, row.size = stored
        session.add(row)
    session.flush()


def template_names(plan: PlanFile) -> list[str]:
    """Each once, in the order of the plan."""
    parts = (part for one in plan.milestones for part in one.hand_in.components)
    return list(dict.fromkeys(part.template for part in parts if part.template is not None))


def not_among(source: Source, known: Collection[str]) -> list[Mistake]:
    """Templates of a plan that is not beside its files: those that were not uploaded."""
    return [
        _mistake(
            source,
            one,
            Words(f"chưa có tệp mẫu {one.name}", f"template {one.name} is not there yet"),
            UPLOAD,
        )
        for one in _named(source)
        if one.name not in known
    ]


def templates(session: Session, plan: Plan) -> list[Template]:
    return list(session.scalars(select(Template).where(Template.plan_id == plan.id)))


def _named(source: Source) -> Iterator[Named]:
    for number, milestone in enumerate(source.plan.milestones):
        for place, part in enumerate(milestone.hand_in.components):
            if part.template is not None:
                way = ("milestones", number, "hand_in", "components", place, "template")
                yield Named(way, part.template)


def _why(path: Path, *, known: bool) -> tuple[Words, Words] | None:
    """What is wrong and what would be right."""
    if not path.is_file():
        if known:
            return None
        wrong = Words(
            f"không có tệp mẫu {path.name} cạnh tệp kế hoạch",
            f"there is no template {path.name} beside the plan file",
        )
        folder = path.parent.resolve()
        return wrong, Words(f"Hãy đặt tệp vào {folder}", f"Put it into {folder}")
    size = path.stat().st_size
    if size == 0:
        return Words(f"tệp mẫu {path.name} trống", f"template {path.name} is empty"), NOTHING
    if size > LARGEST:
        most = LARGEST // MEGABYTE
        wrong = Words(f"tệp mẫu {path.name} quá {most} MB", f"{path.name} is over {most} MB")
        return wrong, NOTHING
    return None


def _mistake(source: Source, named: Named, wrong: Words, right: Words) -> Mistake:
    place = source.tree.place(named.way)
    return Mistake(place.line, place.column, source.tree.field(named.way), wrong, right)
