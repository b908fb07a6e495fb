"""A plan on its way, of the office of noi-vu."""

import gzip
from dataclasses import asdict
from datetime import date

import orjson
from sqlalchemy.orm import Session

from dondoc.decision import Decision
from dondoc.plan_drafts import By, new_plan_draft
from dondoc.queries import unit_by_code
from dondoc.tables import ChangeKind, PlanDraft
from dondoc.units.reorganisation import Reorganisation
from dondoc.words import Language
from notifications.examples import example
from portal.work.rehearsing import day_file, folder_of
from schedules.reorganising.reorganise import apply
from tests.portal.house import House, email

REHEARSED = date(2024, 5, 15)
PLAN = """\
# KIỂM TRA period: văn bản không nêu rõ thời kỳ · the period is not named
code: cao-diem
number: 61/KH-UBND
title: Đợt thi đua cao điểm
issuer: Ủy ban nhân dân quận
issued: 2024-04-01
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
milestones:
  # KIỂM TRA ai phải nộp: câu này không nêu · who owes is not said here
  # LƯU Ý hạn 19/05/2024 là Chủ nhật · falls on a Sunday
  - code: so-ket
    name: Báo cáo sơ kết
    kind: report
    due: 2024-05-19
    audience: {kinds: [ward]}
    clause: {text: "báo cáo sơ kết trước 19/5", where: "Mục II"}

  # nộp sau Tết
  - code: tong-ket
    name: Báo cáo tổng kết
    kind: report
    due: 2024-11-15  # như năm trước
    audience: all
    clause: {text: "tổng kết chậm nhất 15/11"}

undated:
  - name: Tuyên truyền
    clause: {text: "đẩy mạnh tuyên truyền"}
"""

TEMPLATED = PLAN.replace(
    '    clause: {text: "tổng kết chậm nhất 15/11"}\n',
    '    clause: {text: "tổng kết chậm nhất 15/11"}\n'
    "    hand_in:\n"
    "      components:\n"
    "        - {code: bao-cao, name: Báo cáo, template: Mẫu báo cáo.docx}\n"
    "        - {code: so-lieu, name: Số liệu, template: so-lieu.xlsx}\n"
    "        - {code: phu-luc, name: Phụ lục, template: so-lieu.xlsx}\n",
)
"""names two templates"""


def drafted(session: Session, house: House, source: str = PLAN) -> PlanDraft:
    by = By(actor=email("official"), now=house.now)
    office = unit_by_code(session, "noi-vu")
    return new_plan_draft(session, name="ke-hoach.yaml", office=office, by=by, source=source)


def rehearsed_draft(session: Session, house: House) -> int:
    """Its id; one letter goes out on REHEARSED."""
    draft = drafted(session, house)
    draft.rehearsed = draft.revision
    draft.rehearsal = {
        "obligations": 9,
        "notices": 90,
        "without_contact": ["p-3"],
        "n_without_contact": 1,
        "estimated_years": [],
        "milestones": [],
        "waiting": [],
        "over": False,
        "days": {REHEARSED.isoformat(): {"reminder": 1}},
    }
    folder = folder_of(house.portal, draft.id, draft.revision)
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "to": "p-1@quan.example",
        "unit_name": "Phường Một",
        "letter": "reminder",
        "items": ["Báo cáo sơ kết"],
        "content": asdict(example("reminder", Language.VI)),
    }
    line = orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE)
    day_file(folder, REHEARSED).write_bytes(gzip.compress(line))
    return draft.id


def renamed_later(session: Session, house: House) -> int:
    """The number of a change of p-1 that waits for its day."""
    asked = Reorganisation(
        kind=ChangeKind.RENAME, units=("p-1",), on=date(2024, 7, 1), name="Phường Nhất"
    )
    decision = Decision(actor="test", reason="NQ 1/NQ-HĐND", now=house.now)
    return apply(session, asked, [], decision, hours=house.portal.hours).change
