"""What the pages of an office in mid-year show: a unit's hand-in, its draft, files of a whole
milestone, accounts, a plan on its way with its rehearsal."""

import gzip
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.crowd import SAMPLE
from dondoc.access.accounts import make_account
from dondoc.access.links import link_token, seat_of
from dondoc.access.second_factor import begin
from dondoc.access.signing_in import enter, make_link, sign_in_token
from dondoc.access.visits import begin_visit
from dondoc.dossier import offer
from dondoc.drafts import Announced, begin_draft, begin_file
from dondoc.plan_drafts import By, new_plan_draft
from dondoc.queries import milestone_by_code, plan_by_code, unit_by_code
from dondoc.submissions import submit
from dondoc.tables import (
    AccountRole,
    Contact,
    Letter,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Reply,
    ReplyCause,
    ReplyFile,
    ReplyState,
    Role,
    Stage,
    Submission,
    SubmittedFile,
    Template,
    Unit,
)
from dondoc.words import Language
from notifications.content import LETTER_NAMES
from notifications.examples import example
from portal.context import Portal
from portal.work.rehearsing import IN_FULL, day_file, folder_of

OFFICE = "phong-noi-vu"
MILESTONE, PART = "dang-ky-thi-dua", "ban-dang-ky"
PAPER = b"%PDF-1.4\n" + b"x" * 10_000 + b"\n%%EOF\n"
"""what every unit handed in"""
ACCOUNTS = 60
CHUNK = 5_000
REHEARSED_DAYS = 250

Places = dict[str, str]
"""What stands for the variable parts of addresses, and the cookies' values under `visit`,
`office` and `administrator`."""


def furnish(session: Session, portal: Portal, units: int) -> Places:
    owed = _owing(session)
    seat = seat_of(_officer(session, owed.unit_id))
    assert seat is not None
    plan = plan_by_code(session, "quan-7-2024")
    now = portal.now()
    _papers(session, portal, milestone_by_code(session, plan, MILESTONE))
    _template(session, portal, plan.id)
    return (
        _handed_in(session, portal, owed)
        | _answered(session, portal, owed, plan.standing_office_id)
        | _people(session, portal)
        | _sent(session)
        | _draft(session, portal, units)
        | {
            "plan": plan.code,
            "milestone": MILESTONE,
            "obligation": str(owed.id),
            "unit": str(owed.unit_id),
            "unit_code": owed.unit.code,
            "parent": str(owed.unit.parent_id or owed.unit_id),
            "kind": owed.unit.kind,
            "group": "khoi-phuong",
            "pressing": "remind",
            "code": PART,
            "link": link_token(portal.seal, seat, portal.hours.today(now)),
            "visit": begin_visit(portal.seal, seat, now),
        }
    )


def _owing(session: Session) -> Obligation:
    """Of a unit that is late with its registration."""
    return session.scalars(
        select(Obligation)
        .join(Occurrence)
        .join(Milestone)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(
            Milestone.code == MILESTONE,
            Obligation.state == ObligationState.OPEN,
            Unit.parent_id.is_not(None),
        )
        .order_by(Obligation.id.desc())
        .limit(1)
    ).one()


def _officer(session: Session, unit: int) -> Contact:
    chosen = select(Contact).where(Contact.unit_id == unit, Contact.role == Role.OFFICER)
    return session.scalars(chosen.order_by(Contact.position).limit(1)).one()


def _papers(session: Session, portal: Portal, milestone: Milestone) -> None:
    """One file for every version; the store keeps what is the same once."""
    stored = _stored(portal, "bao-cao.pdf")
    versions = session.scalars(
        select(Submission.id)
        .join(Submission.obligation)
        .join(Obligation.occurrence)
        .where(Occurrence.milestone_id == milestone.id)
    )
    file = {"component": PART, "name": "Bản đăng ký.pdf", "sha256": stored, "size": len(PAPER)}
    rows = (file | {"submission_id": id_} for id_ in versions.all())
    while chunk := list(islice(rows, CHUNK)):
        session.execute(insert(SubmittedFile), chunk)


def _stored(portal: Portal, name: str) -> str:
    return portal.store.put(_paper(portal, name)).sha256


def _paper(portal: Portal, name: str) -> Path:
    path = portal.settings.data / name
    path.write_bytes(PAPER)
    return path


def _template(session: Session, portal: Portal, plan: int) -> None:
    stored = _stored(portal, "mau.pdf")
    session.add(Template(plan_id=plan, name="mau.pdf", sha256=stored, size=len(PAPER)))


def _handed_in(session: Session, portal: Portal, owed: Obligation) -> Places:
    """A version, and a draft after it with a file on its way."""
    papers = [offer(PART, _paper(portal, "dang-ky.pdf"))]
    version = submit(
        session,
        portal.store,
        portal.signer,
        owed,
        files=papers,
        fields={},
        actor="bench",
        now=portal.now(),
    )
    draft = begin_draft(session, owed, actor="bench", now=portal.now())
    coming = begin_file(
        session, draft, Announced(component=PART, name="dang-ky-2.pdf", size=len(PAPER))
    )
    session.flush()
    return {
        "version": str(version.version),
        "file": str(version.files[0].id),
        "key": draft.files[0].key,
        "coming": coming.key,
    }


def _answered(session: Session, portal: Portal, owed: Obligation, office: int) -> Places:
    """A file that came by mail and waits."""
    stored = portal.store.put(_paper(portal, "thu.pdf"))
    reply = Reply(
        key="answer",
        at=portal.now(),
        unit_id=owed.unit_id,
        office_id=office,
        sender="ai@quan7.test",
        subject="Re: Nhắc hạn",
        text="Kính gửi báo cáo.",
        state=ReplyState.WAITING,
        cause=ReplyCause.STRANGER,
        files=[ReplyFile(name="thu.pdf", size=stored.size, sha256=stored.sha256)],
    )
    session.add(reply)
    session.flush()
    return {"reply": str(reply.id), "reply_file": str(reply.files[0].id)}


def _people(session: Session, portal: Portal) -> Places:
    office, now = unit_by_code(session, OFFICE), portal.now()
    found: Places = {}
    for number in range(ACCOUNTS):
        role = AccountRole.ADMINISTRATOR if number == 1 else AccountRole.OFFICIAL
        account = make_account(
            session,
            email=f"can-bo-{number}@quan.example",
            name="Bà Nguyễn Thị Hoa",
            role=role,
            office=None if number == 1 else office,
            actor="bench",
            now=now,
        )
        begin(session, account, portal.vault)
        token = enter(session, account, kind="bench", origin="", now=now)
        found.setdefault("administrator" if number == 1 else "office", token)
        link = make_link(session, account, now)
    return found | {"sign_in": sign_in_token(portal.seal, link.id)}


def _sent(session: Session) -> Places:
    planned = select(Notice.id).where(
        Notice.state == NoticeState.PLANNED, Notice.stage == Stage.REMIND
    )
    letter = session.scalars(
        select(Letter).join(Notice, Notice.letter_id == Letter.id).limit(1)
    ).one()
    return {
        "notice": str(session.scalars(planned.limit(1)).one()),
        "letter": str(letter.id),
        "sent_on": letter.day.isoformat(),
    }


def _draft(session: Session, portal: Portal, units: int) -> Places:
    """The sample plan again, rehearsed: letters on so many days, one to every unit on the first."""
    draft = new_plan_draft(
        session,
        name="ke-hoach.yaml",
        office=unit_by_code(session, OFFICE),
        by=By(actor="bench", now=portal.now()),
        source=(SAMPLE / "plan.yaml").read_text(encoding="utf-8"),
    )
    first = date(2024, 4, 1)
    kinds = dict.fromkeys(islice(LETTER_NAMES, 3), units)
    draft.rehearsed = draft.revision
    draft.rehearsal = {
        "obligations": units * 12,
        "notices": units * 150,
        "without_contact": [],
        "n_without_contact": 0,
        "estimated_years": [],
        "milestones": [],
        "waiting": [],
        "over": False,
        "days": {(first + timedelta(days=day)).isoformat(): kinds for day in range(REHEARSED_DAYS)},
    }
    folder = folder_of(portal, draft.id, draft.revision)
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(day_file(folder, first), "wb", 1) as file:
        file.writelines(_lines(units * len(kinds)))
    return {"draft": str(draft.id), "day": first.isoformat(), "number": "1"}


def _lines(letters: int) -> Iterator[bytes]:
    content = asdict(example("reminder", Language.VI))
    for number in range(letters):
        facts = {
            "to": f"don-vi-{number}@quan.example",
            "unit_name": f"Đơn vị {number}",
            "letter": "reminder",
            "items": ["Báo cáo sơ kết"],
            "content": content if number < IN_FULL else None,
        }
        yield orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE)
