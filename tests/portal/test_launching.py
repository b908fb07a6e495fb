"""A plan from a document to its launch, in the portal."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dondoc.tables import Event, Obligation, Plan, PlanDraft, PlanDraftState
from dondoc.units.importing import import_units
from dondoc.units.rows import UnitRow
from portal.office.launching.typing_in import due_value
from tests.portal.drafted import PLAN, drafted
from tests.portal.house import Browser, House, email

DOCUMENT = """ỦY BAN NHÂN DÂN QUẬN
Số: 61/KH-UBND
ngày 10 tháng 4 năm 2024

KẾ HOẠCH
Phát động đợt thi đua cao điểm năm 2024

Ủy ban nhân dân các phường báo cáo kết quả về Phòng Nội vụ trước ngày 19/5/2024.
Các đơn vị tổng kết và gửi báo cáo về Phòng Nội vụ chậm nhất ngày 15/11/2024.
"""


def upload(browser: Browser, data: bytes, name: str = "ke-hoach.txt") -> str:
    browser.get("/office/drafts")
    answer = browser.send("/office/drafts", {}, [("file", (name, data))])
    return answer.text


def uploaded(house: House, browser: Browser, source: str = PLAN) -> tuple[str, PlanDraft]:
    with house.database.writing() as session:
        draft = drafted(session, house, source)
    path = f"/office/drafts/{draft.id}"
    browser.get(path)
    return path, draft


def row(house: House, draft: int) -> PlanDraft:
    with house.database.reading() as session:
        found = session.get_one(PlanDraft, draft)
        assert found.source is not None
        return found


def source_of(house: House, draft: PlanDraft) -> str:
    return row(house, draft.id).source


def test_a_document_stands_beside_its_milestones(house: House) -> None:
    page = upload(house.visitor("official"), DOCUMENT.encode())
    quoted = re.findall(r'<a class="quoted" id="q-(m-\d)" href="#(m-\d)"', page)
    assert quoted == [("m-1", "m-1"), ("m-2", "m-2")]
    assert re.findall(r'<li id="(m-\d)"', page) == ["m-1", "m-2"]
    assert "before 19 May 2024" in page


def test_a_plan_file_is_taken_as_it_is(house: House) -> None:
    page = upload(house.visitor("official"), PLAN.encode(), "plan.yaml")
    assert re.findall(r"</span> (Báo cáo [^<]+)</h3>", page) == [
        "Báo cáo sơ kết",
        "Báo cáo tổng kết",
    ]
    assert "who owes is not said here" in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("ke-hoach.pdf", b"no pdf at all", "its name says PDF"),
        ("trống.txt", b"", "is empty"),
        ("a" * 400 + ".docx", b"PK\x03\x04 broken", "is damaged"),
        ("../../x\u202e.doc", bytes.fromhex("d0cf11e0a1b11ae1"), "an old Word file"),
    ],
)
def test_what_cannot_be_read_says_why_and_stays(
    house: House, name: str, data: bytes, said: str
) -> None:
    browser = house.visitor("official")
    page = upload(browser, data, name)
    assert said in page
    assert "Read it again" in page
    assert len(row(house, 1).name) <= 120


def test_a_broken_plan_file_is_kept_to_be_mended(house: House) -> None:
    browser = house.visitor("official")
    page = upload(browser, PLAN.replace("2024-05-19", "2024-05-32").encode(), "plan.yaml")
    assert "2024-5-32 does not exist" in page
    answer = browser.post("/office/drafts/1/text", {"revision": "1", "text": PLAN})
    assert "<h1>61/KH-UBND" in answer.text


def test_the_document_alone_is_swapped_and_a_broken_draft_is_loaded_anew(house: House) -> None:
    browser = house.visitor("official")
    upload(browser, DOCUMENT.encode())
    swapped = {"HX-Request": "true", "HX-Target": "document"}
    part = browser.get("/office/drafts/1?at=m-2", headers=swapped)
    assert part.text.startswith('<section id="document"')
    assert "<mark class=" in part.text
    browser.get("/office/drafts/1/text")
    browser.post("/office/drafts/1/text", {"revision": "2", "text": "code: ["})
    answer = browser.get("/office/drafts/1?at=m-2", headers=swapped)
    assert (answer.status_code, answer.headers.get("hx-refresh")) == (204, "true")


def test_a_milestone_is_changed_in_the_plan_file_alone(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    fields = {
        "revision": "1",
        "name": "Báo cáo sơ kết đợt 1",
        "kind": "report",
        "due": "Q2/2024",
        "inclusive": "yes",
        "everyone": "no",
        "units": "p-1, p-2\np-3",
        "clause": "báo cáo sơ kết trước 19/5",
        "where": "Mục II",
    }
    browser.post(f"{path}/milestones/1", fields)
    changed = [
        line for line in source_of(house, draft).splitlines() if line not in PLAN.splitlines()
    ]
    assert changed == [
        "    name: Báo cáo sơ kết đợt 1",
        "    due: 2024-Q2",
        "    audience: {units: [p-1, p-2, p-3]}",
    ]


def test_a_wrong_date_is_told_at_the_form_and_nothing_is_saved(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    fields = {"revision": "1", "name": "x", "kind": "report", "due": "31/6/2024", "clause": "x"}
    answer = browser.post(f"{path}/milestones/1", fields | {"everyone": "yes"})
    assert answer.status_code == 400
    assert "31/6/2024" in answer.text
    assert source_of(house, draft) == PLAN


def test_of_two_windows_the_older_is_told(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    first = browser.post(f"{path}/text", {"revision": "1", "text": PLAN + "# một\n"})
    second = browser.post(f"{path}/text", {"revision": "1", "text": PLAN + "# hai\n"})
    assert (first.status_code, second.status_code) == (200, 409)
    assert source_of(house, draft) == PLAN + "# một\n"


def test_what_the_older_window_typed_is_still_there(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    browser.post(f"{path}/text", {"revision": "1", "text": PLAN + "# một\n"})
    said = f"Somebody ({email('official')}) has changed this draft meanwhile"
    text = browser.post(f"{path}/text", {"revision": "1", "text": PLAN + "# hai\n"})
    assert said in text.text
    assert "# hai\n</textarea>" in text.text
    fields = {"revision": "1", "name": "Báo cáo mới", "kind": "report", "due": "1/6/2024"}
    milestone = browser.post(f"{path}/milestones/1", fields | {"clause": "x", "everyone": "yes"})
    assert milestone.status_code == 409
    assert said in milestone.text
    assert 'value="Báo cáo mới"' in milestone.text
    header = browser.post(f"{path}/header", {"revision": "1", "title": "Đầu đề mới"})
    assert header.status_code == 400, "the other fields are empty, which no plan may have"
    assert 'value="Đầu đề mới"' in header.text
    for act in ("settle", "milestones/1/drop", "launch"):
        answer = browser.post(f"{path}/{act}", {"revision": "1", "line": "10", "at": "m-1"})
        assert (answer.status_code, said in answer.text) == (409, True), act
    assert source_of(house, draft) == PLAN + "# một\n"


def test_a_draft_with_mistakes_is_mended_as_text_first(house: House) -> None:
    browser = house.visitor("official")
    path, _draft = uploaded(house, browser, "code: [")
    for page in ("header", "milestones/1", "undated/1", "rehearsal"):
        answer = browser.get(f"{path}/{page}")
        assert answer.status_code == 200, page
        assert "The plan file has mistakes" in answer.text
    for act in ("rehearsal", "launch", "milestones/1/drop"):
        answer = browser.post(f"{path}/{act}", {"revision": "1"})
        assert answer.status_code == 400
        assert "The plan file has mistakes" in answer.text


def test_no_file_is_told_beside_the_field(house: House) -> None:
    browser = house.visitor("official")
    browser.get("/office/drafts")
    answer = browser.send("/office/drafts", {})
    assert answer.status_code == 400
    assert '<p class="error kept" id="upload-file-error">Choose a file first.</p>' in answer.text
    answer = browser.send("/office/drafts", {}, [("file", ("plan.yaml", b"\xff\xfe\x00"))])
    assert answer.status_code == 400
    assert "<h1>Launch a plan</h1>" in answer.text


def test_a_settled_flag_goes(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    browser.post(f"{path}/settle", {"revision": "1", "line": "10", "at": "m-1"})
    gone = "  # KIỂM TRA ai phải nộp: câu này không nêu · who owes is not said here\n"
    assert source_of(house, draft) == PLAN.replace(gone, "")
    browser.post(f"{path}/settle", {"revision": "2", "line": "3"})
    assert source_of(house, draft) == PLAN.replace(gone, ""), "a line that is no comment stays"


def test_an_undated_duty_gets_a_date(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    form = browser.get(f"{path}/undated/1")
    assert 'value="Tuyên truyền"' in form.text
    fields = {"name": "Tuyên truyền", "kind": "report", "due": "30/9/2024", "everyone": "yes"}
    browser.post(f"{path}/undated/1", fields | {"revision": "1", "clause": "đẩy mạnh"})
    text = source_of(house, draft)
    assert "undated" not in text
    assert "  - code: tuyen-truyen\n" in text


def test_the_audience_is_counted_and_what_no_unit_has_is_told(house: House) -> None:
    browser = house.visitor("official")
    page = upload(browser, PLAN.replace("[ward]", "[ward, đoàn thể]").encode(), "plan.yaml")
    assert "<strong>03 units</strong>" in page or "<strong>3 units</strong>" in page
    assert "no unit is of kind đoàn thể" in page
    browser.get("/office/drafts/1/rehearsal")
    answer = browser.post("/office/drafts/1/launch", {"revision": "1"})
    assert answer.status_code == 400
    assert "no unit is of kind đoàn thể" in answer.text


def test_the_rehearsal_is_a_calendar_of_letters(house: House) -> None:
    browser = house.visitor("official")
    path, _draft = uploaded(house, browser)
    page = browser.post(f"{path}/rehearsal").text
    days = dict(re.findall(r'/rehearsal/(\d{4}-\d\d-\d\d)" aria-label="[^"]*: (\d+) letters', page))
    assert days["2024-05-17"] == "3", "each ward, on the last working day before Sunday 19 May"
    day = browser.get(f"{path}/rehearsal/2024-05-17").text
    assert re.findall(r'class="mono">([^<]+)<', day) == [f"p-{n}@quan.example" for n in (1, 2, 3)]
    letter = browser.get(f"{path}/rehearsal/2024-05-17/2").text
    assert "Báo cáo sơ kết" in letter
    assert browser.get(f"{path}/rehearsal/2024-05-18").status_code == 404


def test_a_discarded_draft_leaves_no_letters_behind(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    browser.post(f"{path}/rehearsal")
    rehearsals = house.portal.settings.data / "rehearsals"
    assert [one.name for one in rehearsals.iterdir()] == [f"{draft.id}-1"]
    browser.post(f"{path}/discard")
    assert list(rehearsals.iterdir()) == []
    assert row(house, draft.id).state is PlanDraftState.DISCARDED


def test_a_unit_without_an_address_is_named_before_the_launch(house: House) -> None:
    with house.database.writing() as session:
        import_units(session, [UnitRow(code="p-9", name="Phường Chín", kind="ward")])
    browser = house.visitor("official")
    path, _draft = uploaded(house, browser)
    assert "p-9" in browser.post(f"{path}/rehearsal").text


def test_a_launch_is_the_officials_decision(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser)
    page = browser.post(f"{path}/launch", {"revision": "1"}).text
    assert 'href="/office/plans/cao-diem"' in page
    with house.database.reading() as session:
        plan = session.scalars(select(Plan).where(Plan.code == "cao-diem")).one()
        owed = session.scalar(
            select(func.count()).select_from(Obligation).join(Obligation.occurrence)
        )
        entry = session.scalars(
            select(Event).where(Event.action == "launch").order_by(Event.id.desc())
        ).first()
    assert plan.source == PLAN
    assert owed == 2 + 3 + 6
    assert entry is not None
    assert entry.actor == email("official")
    assert row(house, draft.id).state is PlanDraftState.LAUNCHED
    assert browser.post(f"{path}/text", {"revision": "1", "text": "x"}).status_code == 409


def test_a_code_that_is_taken_is_told_and_the_draft_stays(house: House) -> None:
    browser = house.visitor("official")
    path, draft = uploaded(house, browser, PLAN.replace("code: cao-diem", "code: thi-dua"))
    page = browser.post(f"{path}/launch", {"revision": "1"}).text
    assert "Plan thi-dua was launched on" in page
    assert row(house, draft.id).state is PlanDraftState.OPEN


def test_another_offices_plan_is_not_launched(house: House) -> None:
    browser = house.visitor("official")
    source = PLAN.replace("standing_office: noi-vu", "standing_office: tai-chinh")
    path, draft = uploaded(house, browser, source)
    answer = browser.post(f"{path}/launch", {"revision": "1"})
    assert answer.status_code == 403
    assert row(house, draft.id).state is PlanDraftState.OPEN


def test_what_was_read_stays_a_file_to_keep(house: House) -> None:
    browser = house.visitor("official")
    path, _draft = uploaded(house, browser)
    answer = browser.get(f"{path}/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.text == PLAN


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("11/2026", "2026-11"),
        ("Q4/2026", "2026-Q4"),
        ("quý 1/2026", "2026-Q1"),
        ("2026", 2026),
        ("31/2/2026", "31/2/2026"),
        ("{every: quarter, day: 10}", {"every": "quarter", "day": 10}),
        ("{every", "{every"),
    ],
)
def test_dates_are_typed_as_people_write_them(typed: str, meant: object) -> None:
    assert due_value(typed) == meant


def test_the_store_keeps_what_was_uploaded(house: House, tmp_path: Path) -> None:
    upload(house.visitor("official"), DOCUMENT.encode())
    kept = row(house, 1).document
    assert kept is not None
    assert house.portal.store.path(kept).read_bytes() == DOCUMENT.encode()


def test_a_flag_of_the_header_names_its_field_in_words(house: House) -> None:
    with house.database.writing() as session:
        draft = drafted(session, house).id
    official = house.visitor("official")
    official.client.cookies.set("dondoc-language", "vi")
    page = official.get(f"/office/drafts/{draft}").text
    assert "</span> Thời gian: văn bản không nêu rõ thời kỳ" in page
    assert "period:" not in page
