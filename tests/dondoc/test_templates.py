from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.source import parse_source
from dondoc.queries import plan_by_code
from dondoc.store import FileStore, Stored
from dondoc.templates import LARGEST, missing, take_templates, templates
from tests.cast import local
from tests.office import PLAN, Office

ASKED = PLAN.replace(
    "    clause:",
    "    hand_in:\n"
    "      components:\n"
    "        - {code: to-trinh, name: Tờ trình, template: Mẫu 01.docx}\n"
    "        - {code: danh-sach, name: Danh sách, template: mau-02.xlsx}\n"
    "        - {code: phu-luc, name: Phụ lục, template: mau-02.xlsx, min_files: 0}\n"
    "    clause:",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Mẫu 01.docx").write_bytes(b"to trinh")
    (tmp_path / "mau-02.xlsx").write_bytes(b"danh sach")
    return tmp_path


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def take(session: Session, store: FileStore, folder: Path, text: str = ASKED) -> dict[str, bytes]:
    plan = plan_by_code(session, "thi-dua")
    take_templates(session, store, plan, parse_source(text), folder)
    return {
        row.name: store.path(row.sha256).read_bytes()
        for row in templates(session, plan)
        if store.has(Stored(row.sha256, row.size))
    }


def test_templates_are_taken_in_once_each(
    database: Database, store: FileStore, folder: Path
) -> None:
    Office(database).launch(ASKED, at=local(2024, 3, 29))
    with database.writing() as session:
        found = take(session, store, folder)
    assert found == {"Mẫu 01.docx": b"to trinh", "mau-02.xlsx": b"danh sach"}


def test_what_is_known_need_not_lie_there_again_and_what_lies_there_is_new(
    database: Database, store: FileStore, folder: Path
) -> None:
    Office(database).launch(ASKED, at=local(2024, 3, 29))
    with database.writing() as session:
        take(session, store, folder)
        (folder / "Mẫu 01.docx").unlink()
        (folder / "mau-02.xlsx").write_bytes(b"sua")
        assert take(session, store, folder) == {
            "Mẫu 01.docx": b"to trinh",
            "mau-02.xlsx": b"sua",
        }


def test_what_is_missing_is_named_with_its_line_and_nothing_is_taken(
    database: Database, store: FileStore, folder: Path
) -> None:
    Office(database).launch(ASKED, at=local(2024, 3, 29))
    (folder / "mau-02.xlsx").unlink()
    with database.writing() as session:
        with pytest.raises(PlanWrong) as refused:
            take(session, store, folder)
        assert templates(session, plan_by_code(session, "thi-dua")) == []
    first, second = refused.value.mistakes
    assert ASKED.splitlines()[first.line - 1].strip().startswith("- {code: danh-sach")
    assert first.wrong.en == "there is no template mau-02.xlsx beside the plan file"
    assert second.line == first.line + 1


@pytest.mark.parametrize(("size", "why"), [(0, "is empty"), (LARGEST + 1, "is over 50 MB")])
def test_what_cannot_be_a_template_is_refused(folder: Path, size: int, why: str) -> None:
    with (folder / "Mẫu 01.docx").open("wb") as file:
        file.truncate(size)
    [mistake] = missing(parse_source(ASKED), folder)
    assert why in mistake.wrong.en


@pytest.mark.parametrize("name", ["../a.docx", "a/b.docx", "C:a.docx", ".env", "a\\\\b.docx"])
def test_a_template_lies_beside_the_plan_and_nowhere_else(name: str) -> None:
    with pytest.raises(PlanWrong):
        parse_source(ASKED.replace("Mẫu 01.docx", f'"{name}"'))
