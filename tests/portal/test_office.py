"""What an official sees and decides."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dondoc.heatmap import UNITS, Which, heatmap
from dondoc.plan.source import parse_plan
from dondoc.queries import plan_by_code
from dondoc.settings import load
from dondoc.standing import rates
from dondoc.tables import Event, Obligation, ObligationState, Occurrence, Unit
from dondoc.verdicts import Verdict
from portal.office.signs import SIGNS
from schedules.launch import launch
from schedules.overrides import open_hours
from tests.cast import hand_in, local
from tests.office import PLAN
from tests.portal.house import House, email
from tests.portal.test_hand_in import pdf, whole

AFTER = local(2024, 4, 20)


def _state(house: House, unit: str) -> ObligationState:
    with house.database.reading() as session:
        found = session.get(Obligation, house.obligation(unit))
        assert found is not None
        return found.state


def test_today_counts_what_waits(house: House) -> None:
    early = house.visitor("official").get("/office").text
    house.now = AFTER

    late = house.visitor("official").get("/office").text

    assert "<b>0</b> overdue" in early
    assert "<b>2</b> overdue" in late
    assert "Up to 7 days: 2. 8 to 30 days: 0. Over 30 days: 0." in late
    assert "Ủy ban nhân dân phường Một" in late


def test_another_office_sees_nothing_of_it(house: House) -> None:
    house.now = AFTER
    page = house.visitor("other_official").get("/office").text

    assert "<b>0</b> overdue" in page
    assert "phường Một" not in page


def test_the_plan_shows_units_and_dates(house: House) -> None:
    page = house.visitor("reader").get("/office/plans/thi-dua").text

    assert "Đăng ký danh hiệu thi đua" in page
    assert f'href="/office/obligations/{house.obligation("p-1")}"' in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=M%E1%BB%99t", ["Một"]),
        ("q=p-2", ["Hai"]),
        ("q=P-2", ["Hai"]),
        ("q=%25", []),
        ("group=cum-1", ["Một", "Hai"]),
        ("group=cum-2", []),
        ("number=99", ["Một", "Hai"]),
        ("number=-1", ["Một", "Hai"]),
    ],
)
def test_units_are_found_by_name_code_and_group(house: House, query: str, names: list[str]) -> None:
    page = house.visitor("reader").get(f"/office/plans/thi-dua?{query}").text

    for name in ("Một", "Hai"):
        assert (f'<th scope="row">Ủy ban nhân dân phường {name}</th>' in page) == (name in names)


def test_every_verdict_has_its_sign() -> None:
    assert set(SIGNS) == set(Verdict)
    assert len({sign for sign, _ in SIGNS.values()}) == len(Verdict)


def test_a_search_swaps_the_units_alone(house: House) -> None:
    headers = {"HX-Request": "true", "HX-Target": "units"}
    page = house.visitor("reader").get("/office/plans/thi-dua?q=p-1", headers=headers).text

    assert page.lstrip().startswith('<div id="units">')


def test_many_units_come_page_by_page(house: House) -> None:
    with house.database.writing() as session:
        plan = plan_by_code(session, "thi-dua")
        one = session.scalars(select(Obligation)).first()
        assert one is not None
        for number in range(UNITS):
            unit = Unit(code=f"z-{number:03}", name=f"Trường {number}", kind="school")
            session.add(unit)
            session.flush()
            session.add(
                Obligation(
                    occurrence_id=one.occurrence_id,
                    unit_id=unit.id,
                    due_on=one.due_on,
                    last_on=one.last_on,
                    target_on=one.target_on,
                    late_at=one.late_at,
                )
            )
        session.flush()
        columns = list(session.scalars(select(Occurrence.id)))
        first = heatmap(session, plan, columns, Which(), now=house.now)
        second = heatmap(session, plan, columns, Which(page=2), now=house.now)
        reached = rates(session, plan, house.now)

    assert (first.units, first.pages, len(first.rows)) == (UNITS + 2, 2, UNITS)
    assert [row.code for row in second.rows] == ["z-048", "z-049"]
    assert len(reached.columns) == len(columns)


def _decide(house: House, decision: str, who: str = "official", **fields: str) -> int:
    browser = house.visitor(who)
    path = f"/office/obligations/{house.obligation('p-1')}"
    browser.get(path)
    return browser.post(f"{path}/decisions/{decision}", fields).status_code


def test_an_extension_moves_the_date_and_is_recorded(house: House) -> None:
    assert _decide(house, "extend", reason="lũ lụt", until="22/04/2024") == 200

    page = house.visitor("official").get(f"/office/obligations/{house.obligation('p-1')}").text
    assert "in the plan" in page
    assert "lũ lụt" in page
    with house.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.action == "extend"))
        assert (event.actor, event.reason) == (email("official"), "lũ lụt")


@pytest.mark.parametrize(
    ("decision", "fields", "said"),
    [
        ("extend", {"reason": "", "until": "22/04/2024"}, "A reason is needed"),
        ("extend", {"reason": "x", "until": "hôm nào đó"}, "A date is needed"),
        ("extend", {"reason": "x", "until": "31/02/2024"}, "A date is needed"),
        ("extend", {"reason": "x", "until": "2024-04-01"}, ""),
        ("exempt", {"reason": " "}, "A reason is needed"),
        ("accept", {}, "only what waits for review"),
        ("return", {"reason": "x", "until": "22/04/2024"}, "only what waits for review"),
    ],
)
def test_what_cannot_be_decided_says_why_and_changes_nothing(
    house: House, decision: str, fields: dict[str, str], said: str
) -> None:
    browser = house.visitor("official")
    path = f"/office/obligations/{house.obligation('p-1')}"
    browser.get(path)

    answer = browser.post(f"{path}/decisions/{decision}", fields)

    assert answer.status_code == 400
    assert "This was not decided" in answer.text
    assert said in answer.text
    assert _state(house, "p-1") is ObligationState.OPEN


def test_an_exemption_needs_only_a_reason(house: House) -> None:
    assert _decide(house, "exempt", reason="đơn vị mới thành lập") == 200
    assert _state(house, "p-1") is ObligationState.EXEMPT


def test_an_unknown_decision_is_no_page(house: House) -> None:
    assert _decide(house, "burn") == 404


def test_a_reader_is_offered_no_decision(house: House) -> None:
    path = f"/office/obligations/{house.obligation('p-1')}"

    assert "/decisions/" in house.visitor("official").get(path).text
    assert "/decisions/" not in house.visitor("reader").get(path).text


def test_the_history_shows_planned_and_sent_letters(house: House) -> None:
    house.now += timedelta(minutes=1)
    page = house.visitor("reader").get(f"/office/obligations/{house.obligation('p-1')}").text

    assert "reminder (7 days before)" in page
    assert "planned" in page


def test_what_was_handed_in_is_kept_as_a_file_and_accepted(house: House) -> None:
    whole(house.visitor("unit"))
    browser = house.visitor("official")
    page = browser.get(f"/office/obligations/{house.obligation('p-1')}").text
    link = page.partition('<a href="/office/obligations/')[2].partition("/files/")
    number = link[2].partition('"')[0]

    file = browser.get(f"/office/obligations/{link[0]}/files/{number}")

    assert file.content == pdf()
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-type"] == "application/octet-stream"
    assert _decide(house, "accept") == 200
    assert _state(house, "p-1") is ObligationState.ACCEPTED


def test_what_came_back_has_a_date_and_a_reason(house: House) -> None:
    whole(house.visitor("unit"))

    assert _decide(house, "return", reason="thiếu chữ ký", until="15/04/2024") == 200

    assert _state(house, "p-1") is ObligationState.RETURNED
    page = house.visitor("unit").get(f"/unit/obligations/{house.obligation('p-1')}").text
    assert "thiếu chữ ký" in page


def test_the_day_to_decide_by_is_shown(house: House) -> None:
    with house.database.writing() as session:
        owed = session.get_one(Obligation, house.obligation("p-1"))
        session.add(hand_in(owed, local(2024, 4, 12)))
        owed.state = ObligationState.INCOMPLETE
    house.now = local(2024, 4, 19)
    before = house.visitor("official").get("/office").text
    house.now = local(2024, 4, 23)
    after = house.visitor("official").get("/office").text

    assert '<span class="soft">decide by 22 Apr 2024</span>' in before
    assert "Past the day to decide" not in before
    assert '<span class="tag late">decide by 22 Apr 2024</span>' in after
    assert "Past the day to decide: 1." in after
    assert "incomplete with reasons" in after


def test_what_an_amendment_dropped_is_said_to_be_dropped(house: House) -> None:
    number = house.obligation("p-1")
    with house.database.writing() as session:
        owed = session.get_one(Obligation, number)
        owed.state, owed.dropped_in, owed.exempt_reason = ObligationState.EXEMPT, 2, "điều chỉnh"
    official = house.visitor("official")
    assert "<dd>dropped</dd>" in official.get(f"/office/obligations/{number}").text
    assert ": dropped" in official.get("/office/plans/thi-dua").text
    unit = house.visitor("unit")
    assert "<dd>dropped</dd>" in unit.get(f"/unit/obligations/{number}").text


def test_what_was_handed_in_stands_under_its_names(house: House) -> None:
    whole(house.visitor("unit"))

    page = house.visitor("reader").get(f"/office/obligations/{house.obligation('p-1')}").text

    assert "<dt>Số người tham gia</dt><dd>12</dd>" in page
    assert "<dt>Bản đăng ký</dt>" in page
    assert "<dt>so-nguoi</dt>" not in page


def test_an_official_is_told_what_to_do_when_the_plan_changes(house: House) -> None:
    said = "dondoc amend thi-dua plan.yaml --dry-run"
    assert said in house.visitor("official").get("/office/plans/thi-dua").text
    assert said not in house.visitor("reader").get("/office/plans/thi-dua").text


def test_what_is_owed_is_pressed_from_its_own_page(house: House) -> None:
    page = f"/office/obligations/{house.obligation('p-1')}"
    press = "/office/plans/thi-dua/press/remind?milestone=dang-ky&amp;unit=p-1"
    assert press in house.visitor("official").get(page).text
    assert press not in house.visitor("reader").get(page).text


def test_a_date_that_excludes_itself_says_so_wherever_it_stands(house: House) -> None:
    before = PLAN.replace("code: thi-dua", "code: truoc-ngay", 1).replace(
        "due: 2024-04-15", "due: 2024-04-16\n    inclusive: false"
    )
    with house.database.writing() as session:
        launch(session, parse_plan(before), source=before, hours=open_hours(load()), now=house.now)
        latest = session.scalar(select(func.max(Obligation.id)))
    house.now = AFTER
    official = house.visitor("official")

    assert "before Tuesday, 16 April 2024" in official.get(f"/office/obligations/{latest}").text
    for page in (
        "/office",
        "/office/plans/truoc-ngay",
        "/office/escalations?plan=truoc-ngay",
        "/office/plans/truoc-ngay/press/remind",
    ):
        assert "before 16 Apr 2024" in official.get(page).text, page
    why = official.get("/office/plans/truoc-ngay/why?unit=p-1").text
    assert "due before Tuesday, 16 April 2024" in why
