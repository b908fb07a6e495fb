"""Templates of a plan that is on its way: uploaded, and kept until the launch takes them in."""

from pathlib import Path
from unicodedata import normalize

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from dondoc.errors import DondocError
from dondoc.filetypes import file_type, genuine
from dondoc.plan.model import PlanFile
from dondoc.store import Stored
from dondoc.tables import PlanDraft, PlanDraftTemplate
from dondoc.templates import LARGEST, template_names
from dondoc.words import Words


class TemplateRefused(DondocError):
    """{name}: {why}"""

    vi = "{name}: {why}"


EMPTY = Words("tệp trống.", "the file is empty.")
TOO_LARGE = Words("tệp quá 50 MB.", "the file is over 50 MB.")
NOT_NAMED = Words(
    "kế hoạch không nêu tệp mẫu tên này.", "the plan names no template with this name."
)
NOT_GENUINE = Words(
    "nội dung không đúng loại tệp mà tên nêu, hoặc tệp đã hỏng.",
    "what is in it is not what its name says, or it is damaged.",
)


def named_like(name: str, names: list[str]) -> str:
    """The plan's own spelling of a file's name: programs write the same accents in two ways.
    Raises TemplateRefused."""
    wanted = normalize("NFC", name)
    for one in names:
        if normalize("NFC", one) == wanted:
            return one
    raise TemplateRefused(name=name, why=NOT_NAMED)


def refuse_unfit(path: Path, name: str) -> None:
    """Raises TemplateRefused."""
    size = path.stat().st_size
    if size == 0:
        raise TemplateRefused(name=name, why=EMPTY)
    if size > LARGEST:
        raise TemplateRefused(name=name, why=TOO_LARGE)
    if not genuine(path, file_type(name)):
        raise TemplateRefused(name=name, why=NOT_GENUINE)


def keep_template(session: Session, draft: PlanDraft, name: str, stored: Stored) -> None:
    """Instead of an earlier one with this name."""
    row = session.scalar(_of(draft).where(PlanDraftTemplate.name == name))
    row = row or PlanDraftTemplate(draft_id=draft.id, name=name)
    row.sha256, row.size = stored
    session.add(row)
    session.flush()


def kept_templates(session: Session, draft: PlanDraft) -> dict[str, Stored]:
    """By name; also such as the plan no longer names."""
    return {row.name: Stored(row.sha256, row.size) for row in session.scalars(_of(draft))}


def lacking_templates(session: Session, draft: PlanDraft, plan: PlanFile) -> list[str]:
    """Names that the plan has and nothing was uploaded for."""
    kept = kept_templates(session, draft)
    return [name for name in template_names(plan) if name not in kept]


def forget_templates(session: Session, draft: PlanDraft) -> None:
    """Of a draft that is discarded or launched; the files themselves stay in the store."""
    session.execute(delete(PlanDraftTemplate).where(PlanDraftTemplate.draft_id == draft.id))


def _of(draft: PlanDraft) -> Select[tuple[PlanDraftTemplate]]:
    return select(PlanDraftTemplate).where(PlanDraftTemplate.draft_id == draft.id)
