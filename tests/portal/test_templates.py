"""Files that a plan names as templates are uploaded beside its draft and leave with the launch."""

from unicodedata import normalize

import pytest
from httpx import Response
from sqlalchemy import select

from dondoc.queries import plan_by_code
from dondoc.tables import PlanDraft, PlanDraftState, PlanDraftTemplate
from dondoc.templates import LARGEST, templates
from tests.papers import PDF, content
from tests.portal.drafted import TEMPLATED
from tests.portal.house import Browser, House
from tests.portal.test_launching import row, uploaded

REPORT, FIGURES = "Mẫu báo cáo.docx", "so-lieu.xlsx"
DOCX, XLSX = content("docx"), content("xlsx")


def send(browser: Browser, path: str, *files: tuple[str, bytes], name: str = "") -> Response:
    browser.get(f"{path}/rehearsal")
    body, headers = browser.encoded({}, [("file", file) for file in files])
    where = f"{path}/templates"
    return browser.client.post(
        where, content=body, headers=headers, params={"name": name} if name else {}
    )


def kept(house: House, draft: PlanDraft) -> dict[str, bytes]:
    of_draft = select(PlanDraftTemplate).where(PlanDraftTemplate.draft_id == draft.id)
    with house.database.reading() as session:
        return {
            one.name: house.portal.store.path(one.sha256).read_bytes()
            for one in session.scalars(of_draft)
        }


def test_a_plan_with_templates_is_launched_with_them(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    files = (REPORT, DOCX), (FIGURES, XLSX)
    page = send(browser, path, *files).text
    assert page.count("There</span>") == 2
    page = browser.post(f"{path}/launch", {"revision": "1"}).text
    assert 'href="/office/plans/cao-diem"' in page
    with house.database.reading() as session:
        plan = plan_by_code(session, "cao-diem")
        found = {
            one.name: house.portal.store.path(one.sha256).read_bytes()
            for one in templates(session, plan)
        }
    assert found == dict(files)
    assert kept(house, draft) == {}
    unit = house.visitor("unit")
    owed = house.obligation("p-1", "tong-ket")
    assert unit.get(f"/unit/obligations/{owed}/templates/bao-cao").content == files[0][1]


def test_the_missing_ones_are_named_and_nothing_is_launched(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    send(browser, path, (FIGURES, XLSX))
    assert "2 templates to upload" not in browser.get(path).text
    assert "1 templates to upload" in browser.get(path).text
    preview = browser.get(f"{path}/rehearsal").text
    assert f"templates are missing: {REPORT}." in preview
    assert f'action="{path}/launch"' not in preview
    answer = browser.post(f"{path}/launch", {"revision": "1"})
    assert answer.status_code == 400
    assert f"template {REPORT} is not there yet" in answer.text
    assert "<h1>Who gets what when</h1>" in answer.text
    assert row(house, draft.id).state is PlanDraftState.OPEN


def test_a_file_of_any_name_is_taken_for_the_template_it_is_meant_for(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    send(browser, path, ("bản cuối (2).docx", DOCX), name=REPORT)
    assert kept(house, draft) == {REPORT: DOCX}


def test_accents_may_be_written_in_either_way(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    send(browser, path, (normalize("NFD", REPORT), DOCX))
    assert list(kept(house, draft)) == [REPORT]


def test_another_file_takes_its_place(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    send(browser, path, (REPORT, DOCX))
    send(browser, path, (REPORT, DOCX + b" "))
    assert kept(house, draft) == {REPORT: DOCX + b" "}


@pytest.mark.parametrize(
    ("file", "name", "said"),
    [
        (("khác.docx", b"PK"), "", "khác.docx: the plan names no template with this name."),
        ((REPORT, b""), "", f"{REPORT}: the file is empty."),
        ((REPORT, PDF), "", f"{REPORT}: what is in it is not what its name says"),
        (("x.docx", b"PK"), "../so-lieu.xlsx", "the plan names no template with this name."),
        ((FIGURES, b"x" * (LARGEST + 1)), "", f"{FIGURES}: the file is over 50 MB."),
        (("", b""), "", "Choose a file first."),
    ],
)
def test_what_is_no_template_of_the_plan_is_told_beside_the_others(
    house: House, file: tuple[str, bytes], name: str, said: str
) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    answer = send(browser, path, file, name=name)
    assert answer.status_code == 400
    assert said in answer.text
    assert "<h1>Who gets what when</h1>" in answer.text
    assert kept(house, draft) == {}
    assert list(house.portal.uploads.folder.glob("*")) == []


def test_what_fits_is_kept_when_something_else_does_not(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    answer = send(browser, path, (REPORT, DOCX), ("lạ.docx", b"PK"))
    assert "lạ.docx: the plan names no template" in answer.text
    assert list(kept(house, draft)) == [REPORT]


def test_a_launched_or_discarded_draft_takes_no_more(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, TEMPLATED)
    send(browser, path, (REPORT, DOCX))
    browser.post(f"{path}/discard")
    answer = send(browser, path, (FIGURES, XLSX))
    assert answer.status_code == 400
    assert kept(house, draft) == {}
