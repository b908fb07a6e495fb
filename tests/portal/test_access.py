"""Who may open what: every route is listed here, for every kind of visitor."""

import re
import shutil
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.looks import routes
from dondoc.database import open_database
from dondoc.decision import Decision
from dondoc.dossier import offer
from dondoc.drafts import begin_draft
from dondoc.holds import Covers, Span, place
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.submissions import submit
from dondoc.tables import (
    Letter,
    Notice,
    NoticeState,
    Obligation,
    Reply,
    ReplyFile,
    ReplyState,
)
from dondoc.words import Language
from tests.papers import PDF
from tests.portal.drafted import REHEARSED, rehearsed_draft, renamed_later
from tests.portal.house import ACCOUNTS, UNITS, Browser, House
from tests.portal.server import Server

VISITORS = ("stranger", *UNITS, *ACCOUNTS)


class Ends(StrEnum):
    """How a request ends. `IN` reaches the view, which may still refuse what was sent."""

    IN = "in"
    AWAY = "away"  # to the sign-in page
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"


Rule = Mapping[str, Ends]


def rule(otherwise: Ends, **visitors: Ends) -> Rule:
    return {who: visitors.get(who, otherwise) for who in VISITORS}


IN, AWAY, FORBIDDEN, HIDDEN = Ends
SIGNED_IN = dict.fromkeys(ACCOUNTS, IN)
EVERYBODY = rule(IN)
ANY_UNIT = rule(FORBIDDEN, unit=IN, other_unit=IN)
OWN_UNIT = rule(FORBIDDEN, unit=IN, other_unit=HIDDEN)
"""of the obligation of p-1"""
ANYBODY_SIGNED_IN = rule(AWAY, **SIGNED_IN)
OWN_OFFICE = rule(AWAY, **SIGNED_IN | {"other_official": HIDDEN})
"""may look at the plan of noi-vu"""
OWN_OFFICE_DECIDES = rule(AWAY, **SIGNED_IN | {"other_official": HIDDEN, "reader": FORBIDDEN})
ANY_OFFICIAL = rule(AWAY, **SIGNED_IN | {"reader": FORBIDDEN})
ADMINISTRATOR = rule(AWAY, **dict.fromkeys(ACCOUNTS, FORBIDDEN) | {"administrator": IN})
NOBODY = rule(HIDDEN)
"""without the proof that stands in the address"""
NOBODY_HALFWAY = rule(AWAY)
"""without the password before it"""

ACCESS: dict[str, Rule] = {
    "GET /": EVERYBODY,
    "GET /robots.txt": EVERYBODY,
    "POST /language": EVERYBODY,
    "GET /link": EVERYBODY,
    "POST /link": EVERYBODY,
    "GET /l/{token}": NOBODY,
    "GET /sign-in": EVERYBODY,
    "POST /sign-in": EVERYBODY,
    "POST /sign-in/letter": EVERYBODY,
    "GET /sign-in/code": NOBODY_HALFWAY,
    "POST /sign-in/code": NOBODY_HALFWAY,
    "GET /sign-in/{token}": NOBODY,
    "POST /sign-in/{token}": NOBODY,
    "POST /sign-out": ANYBODY_SIGNED_IN,
    "GET /receipts": EVERYBODY,
    "POST /receipts/file": EVERYBODY,
    "POST /receipts/code": EVERYBODY,
    "GET /unit": ANY_UNIT,
    "GET /unit/obligations/{obligation}": OWN_UNIT,
    "POST /unit/obligations/{obligation}": OWN_UNIT,
    "POST /unit/obligations/{obligation}/draft": OWN_UNIT,
    "POST /unit/obligations/{obligation}/acts/{act}": OWN_UNIT,
    "GET /unit/obligations/{obligation}/templates/{code}": OWN_UNIT,
    "GET /unit/contacts": ANY_UNIT,
    "POST /unit/contacts": ANY_UNIT,
    "GET /unit/obligations/{obligation}/draft/{key}": OWN_UNIT,
    "GET /unit/obligations/{obligation}/components/{code}": OWN_UNIT,
    "POST /unit/obligations/{obligation}/uploads": OWN_UNIT,
    "GET /unit/obligations/{obligation}/uploads/{key}": OWN_UNIT,
    "PUT /unit/obligations/{obligation}/uploads/{key}": OWN_UNIT,
    "GET /unit/obligations/{obligation}/versions/{version}": OWN_UNIT,
    "GET /unit/obligations/{obligation}/versions/{version}/receipt": OWN_UNIT,
    "GET /unit/obligations/{obligation}/versions/{version}/files/{file}": OWN_UNIT,
    "GET /unit/replies/{reply}": OWN_UNIT,
    "POST /unit/replies/{reply}": OWN_UNIT,
    "POST /unit/leave": ANY_UNIT,
    "GET /office": ANYBODY_SIGNED_IN,
    "GET /office/plans/{plan}": OWN_OFFICE,
    "GET /office/obligations/{obligation}": OWN_OFFICE,
    "GET /office/obligations/{obligation}/versions/{version}/files/{file}": OWN_OFFICE,
    "POST /office/obligations/{obligation}/decisions/{decision}": OWN_OFFICE_DECIDES,
    "GET /office/replies/{reply}": OWN_OFFICE,
    "GET /office/replies/{reply}/files/{reply_file}": OWN_OFFICE,
    "POST /office/replies/{reply}/settle": OWN_OFFICE_DECIDES,
    "POST /office/replies/{reply}/place": OWN_OFFICE_DECIDES,
    "GET /office/outbox": ANYBODY_SIGNED_IN,
    "GET /office/outbox/ahead": ANYBODY_SIGNED_IN,
    "POST /office/outbox/skip": OWN_OFFICE_DECIDES,
    "POST /office/outbox/confirm": ADMINISTRATOR,
    "GET /office/letters/{letter}": OWN_OFFICE,
    "GET /office/letters/{letter}/html": OWN_OFFICE,
    "POST /office/letters/{letter}/again": OWN_OFFICE_DECIDES,
    "POST /office/letters/{letter}/cancel": OWN_OFFICE_DECIDES,
    "GET /office/notices/{notice}": OWN_OFFICE,
    "GET /office/holds": ANYBODY_SIGNED_IN,
    "POST /office/holds": rule(AWAY, **SIGNED_IN | {"reader": FORBIDDEN, "other_official": HIDDEN}),
    "POST /office/holds/{hold}/release": OWN_OFFICE_DECIDES,
    "GET /office/plans/{plan}/why": OWN_OFFICE,
    "GET /office/plans/{plan}/runs": OWN_OFFICE,
    "GET /office/prefect": ANYBODY_SIGNED_IN,
    "GET /office/unit-choices": ANYBODY_SIGNED_IN,
    "GET /office/plans/{plan}/milestones/{milestone}/skip": OWN_OFFICE_DECIDES,
    "POST /office/plans/{plan}/milestones/{milestone}/skip": OWN_OFFICE_DECIDES,
    "GET /office/escalations": ANYBODY_SIGNED_IN,
    "GET /office/plans/{plan}/press/{pressing}": OWN_OFFICE_DECIDES,
    "POST /office/plans/{plan}/press/{pressing}": OWN_OFFICE_DECIDES,
    "GET /office/plans/{plan}/report.xlsx": OWN_OFFICE,
    "GET /office/plans/{plan}/status.csv": OWN_OFFICE,
    "GET /office/plans/{plan}/milestones/{milestone}/submissions.zip": OWN_OFFICE,
    "GET /office/drafts": ANY_OFFICIAL,
    "POST /office/drafts": ANY_OFFICIAL,
    "GET /office/drafts/{draft}": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/reading": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/discard": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/settle": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/header": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/header": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/milestones/{number}": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/milestones/{number}": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/milestones/{number}/drop": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/new": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/new": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/undated/{number}": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/undated/{number}": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/text": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/text": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/file": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/rehearsal": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/rehearsal": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/rehearsal/{day}": OWN_OFFICE_DECIDES,
    "GET /office/drafts/{draft}/rehearsal/{day}/{number}": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/templates": OWN_OFFICE_DECIDES,
    "POST /office/drafts/{draft}/launch": OWN_OFFICE_DECIDES,
    "GET /office/units": ANYBODY_SIGNED_IN,
    "GET /office/groups": ANYBODY_SIGNED_IN,
    "GET /office/units/{unit}": OWN_OFFICE,
    "POST /office/units/{unit}/contacts": OWN_OFFICE_DECIDES,
    "POST /office/units/{unit}/mended": OWN_OFFICE_DECIDES,
    "POST /office/units/{unit}/leaves": OWN_OFFICE_DECIDES,
    "POST /office/units/{unit}/leaves/end": OWN_OFFICE_DECIDES,
    "GET /office/units-import": ANY_OFFICIAL,
    "POST /office/units-import": ANY_OFFICIAL,
    "POST /office/units-import/confirm": ANY_OFFICIAL,
    "GET /office/units-export": ANY_OFFICIAL,
    "GET /office/units-template": ANY_OFFICIAL,
    "GET /office/unit-changes": ANY_OFFICIAL,
    "POST /office/unit-changes": ANY_OFFICIAL,
    "POST /office/unit-changes/{change}/withdraw": OWN_OFFICE_DECIDES,
    "POST /office/unit-changes/{change}/settle": OWN_OFFICE_DECIDES,
    "GET /office/accounts": ADMINISTRATOR,
    "POST /office/accounts": ADMINISTRATOR,
    "POST /office/accounts/{person}/role": ADMINISTRATOR,
    "POST /office/accounts/{person}/close": ADMINISTRATOR,
    "POST /office/accounts/{person}/sessions": ADMINISTRATOR,
    "POST /office/accounts/{person}/factor-reset": ADMINISTRATOR,
    "POST /office/accounts/{person}/factor-required": ADMINISTRATOR,
    "POST /office/links/end": ADMINISTRATOR,
    "GET /office/own-account": ANYBODY_SIGNED_IN,
    "POST /office/own-account/password": ANYBODY_SIGNED_IN,
    "POST /office/own-account/sign-out": ANYBODY_SIGNED_IN,
    "GET /office/own-account/second-factor": ANYBODY_SIGNED_IN,
    "GET /office/own-account/second-factor/key.svg": rule(AWAY, **dict.fromkeys(ACCOUNTS, HIDDEN)),
    "POST /office/own-account/second-factor/begin": ANYBODY_SIGNED_IN,
    "POST /office/own-account/second-factor/confirm": ANYBODY_SIGNED_IN,
    "POST /office/own-account/second-factor/codes": ANYBODY_SIGNED_IN,
    "POST /office/own-account/second-factor/off": ANYBODY_SIGNED_IN,
    "GET /metrics": NOBODY,
}
FIELDS = {
    "POST /office/links/end": {"unit": "p-1"},
    "POST /office/holds": {"plan": "thi-dua"},
    "POST /office/outbox/skip": {"notice": "2"},
}
"""what names the object where the path does not"""
PLACES = {"token": "1-1-AAAAAAAAAAAAAAAAAAAAAAAAAAA"}
"""what stands for the variable parts of a path; the others are of p-1, see `places`"""


def named(route: APIRoute) -> Iterator[str]:
    return (f"{method} {route.path}" for method in sorted(route.methods or ()))


EVERY = sorted(name for route in routes() for name in named(route))
POSTS = [name for name in EVERY if not name.startswith("GET ")]


def places(house: House) -> dict[str, str]:
    """p-1 has handed in a file, and begun another version with it."""
    obligation = house.obligation(UNITS["unit"])
    with house.database.writing() as session:
        owed = session.get_one(Obligation, obligation)
        paper = house.settings.data / "a.pdf"
        paper.write_bytes(PDF)
        submission = submit(
            session,
            house.portal.store,
            house.portal.signer,
            owed,
            files=[offer("ban-dang-ky", paper)],
            fields={"so-nguoi": "12"},
            actor="test",
            now=house.now,
        )
        notice = session.scalars(select(Notice).where(Notice.obligation_id == obligation)).first()
        assert notice is not None
        queued = letter_with(session, notice, house)
        planned = next(
            one.id
            for one in session.scalars(select(Notice).where(Notice.obligation_id == obligation))
            if one.id != notice.id
        )
        plan = plan_by_code(session, "thi-dua")
        decision = Decision(actor="test", reason="test", now=house.now)
        hold = place(session, Covers(plan=plan, only_upward=True), Span(), decision)
        draft = begin_draft(session, owed, actor="test", now=house.now)
        reply = answer(session, owed, house)
        return PLACES | {
            "reply": str(reply.id),
            "reply_file": str(reply.files[0].id),
            "obligation": str(obligation),
            "version": str(submission.version),
            "file": str(submission.files[0].id),
            "key": draft.files[0].key,
            "code": "ban-dang-ky",
            "plan": "thi-dua",
            "decision": "accept",
            "act": "withdraw",
            "pressing": "remind",
            "person": str(house.account_id("reader")),
            "letter": str(queued.id),
            "notice": str(planned),
            "hold": str(hold.id),
            "milestone": "dang-ky",
            "draft": str(rehearsed_draft(session, house)),
            "unit": str(unit_by_code(session, "p-1").id),
            "change": str(renamed_later(session, house)),
            "day": REHEARSED.isoformat(),
            "number": "1",
        }


def answer(session: Session, owed: Obligation, house: House) -> Reply:
    """By mail, with a file that waits."""
    reply = Reply(
        key="answer",
        at=house.now,
        unit_id=owed.unit_id,
        office_id=owed.occurrence.milestone.plan.standing_office_id,
        sender="ai@quan.example",
        subject="",
        text="",
        state=ReplyState.WAITING,
    )
    stored = house.portal.store.put(house.settings.data / "a.pdf")
    reply.files = [ReplyFile(name="a.pdf", size=stored.size, sha256=stored.sha256)]
    session.add(reply)
    session.flush()
    return reply


def letter_with(session: Session, notice: Notice, house: House) -> Letter:
    """One that waits to leave, with this notice in it."""
    letter = Letter(
        key=f"day:test:{notice.id}",
        day=house.now.date(),
        name="reminder",
        address="p-1@quan.example",
        contact_id=notice.contact_id,
        language=Language.VI,
        message_id=f"<{notice.id}@test>",
        created_at=house.now,
        retry_at=house.now,
    )
    session.add(letter)
    session.flush()
    notice.letter_id, notice.state = letter.id, NoticeState.QUEUED
    return letter


def ask(browser: Browser, name: str, address: str, *, token: bool = True) -> Response:
    method = name.split(" ", 1)[0]
    if method == "GET":
        return browser.get(address, follow_redirects=False)
    proof = browser.token if token else "made.up"
    body, headers = browser.encoded(FIELDS.get(name, {}) | {"form_token": proof})
    return browser.client.request(
        method,
        address,
        content=body,
        headers=headers | {"X-Form-Token": proof},
        params={"offset": "0"},
        follow_redirects=False,
    )


def addressed(name: str, found: Mapping[str, str]) -> str:
    path = name.split(" ", 1)[1]
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda place: found[place[1]], path)


def ended(response: Response) -> Ends:
    if response.headers.get("location", "").startswith("/sign-in?"):
        return AWAY
    return {403: FORBIDDEN, 404: HIDDEN}.get(response.status_code, IN)


def test_every_route_has_its_rule() -> None:
    assert sorted(ACCESS) == EVERY


@pytest.fixture(scope="module")
def shown(
    tmp_path_factory: pytest.TempPathFactory, furnished: Path, server: Server
) -> Iterator["Shown"]:
    """A house where nothing changes, with a visitor of each kind inside."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copy(furnished, folder / "dondoc.db")
    database = open_database(f"sqlite:///{folder / 'dondoc.db'}")
    house = House(database, server, data=folder)
    yield Shown(house)
    house.close()
    database.close()


class Shown:
    def __init__(self, house: House) -> None:
        self.house = house
        self.places = places(house)
        self.browsers = {who: house.visitor(who) for who in VISITORS}
        for browser in self.browsers.values():
            browser.get("/")

    def ask(self, who: str, name: str, *, token: bool = True) -> Response:
        self.house.serve()
        return ask(self.browsers[who], name, addressed(name, self.places), token=token)


@pytest.mark.parametrize("name", EVERY)
def test_each_visitor_gets_as_far_as_he_may(shown: Shown, house: House, name: str) -> None:
    rules = ACCESS[name]
    stopped = {who for who in VISITORS if rules[who] is not IN or name.startswith("GET ")}
    found = {who: ended(shown.ask(who, name)) for who in stopped}
    if set(VISITORS) - stopped:
        house.serve()
        address = addressed(name, places(house))
        for who in set(VISITORS) - stopped:
            browser = house.visitor(who)
            browser.get("/")
            found[who] = ended(ask(browser, name, address))
    assert found == dict(rules)


@pytest.mark.parametrize("name", POSTS)
def test_no_form_is_taken_from_elsewhere(shown: Shown, name: str) -> None:
    for who in VISITORS:
        answer = shown.ask(who, name, token=False)
        assert answer.status_code in (303, 403, 404), who
        if answer.status_code == 303:
            assert ended(answer) is AWAY
