"""What is not changed stays byte for byte."""

from datetime import date
from difflib import ndiff

import pytest

from dondoc.plan.document import Document
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.model import Cadence, Policies
from dondoc.plan.tree import Path

TEXT = """\
# đầu tệp
dondoc: 1
code: 'quan-7'   # mã
title:   "Kế hoạch"
issuer: UBND
period: {from: 2024-01-01,   to: 2024-12-31}
standing_office: noi-vu

milestones:
# mốc đầu
- code: so-ket
  name: Sơ kết
  kind: report
  due: 2024-05-19  # Chủ nhật
  audience:
    kinds: [phường]   # mười phường

    # riêng Nội vụ
    except: [noi-vu]

  clause:
    text: |
      trước ngày
      19/5/2024
    where: Mục IV

# cuối tệp
"""


def changed(path: Path, value: object, text: str = TEXT) -> list[str]:
    """The lines that came, then the lines that went, by their text."""
    document = Document(text.encode())
    document.replace(path, value)
    lines = ndiff(text.splitlines(), document.data.decode().splitlines())
    return sorted(line for line in lines if line[0] in "+-")


@pytest.mark.parametrize(
    "data",
    [TEXT.encode(), TEXT.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + TEXT.encode()],
)
def test_untouched(data: bytes) -> None:
    assert Document(data).data == data


def test_date_is_replaced_and_its_comment_kept() -> None:
    assert changed(("milestones", 0, "due"), date(2024, 5, 20)) == [
        "+   due: 2024-05-20  # Chủ nhật",
        "-   due: 2024-05-19  # Chủ nhật",
    ]


def test_the_plan_follows() -> None:
    document = Document(TEXT.encode())
    document.replace(("title",), "Kế hoạch: mới")
    assert document.plan.title == "Kế hoạch: mới"


def test_block_is_replaced_without_what_follows_it() -> None:
    assert changed(("milestones", 0, "audience"), {"all": True}) == [
        "+     {all: true}",
        "- ",
        "-     # riêng Nội vụ",
        "-     except: [noi-vu]",
        "-     kinds: [phường]   # mười phường",
    ]


def test_literal_text_is_replaced() -> None:
    assert changed(("milestones", 0, "clause", "text"), "trước 20/5") == [
        "+     text: trước 20/5",
        "-       19/5/2024",
        "-       trước ngày",
        "-     text: |",
    ]


def test_key_is_added_to_a_block() -> None:
    assert changed(("milestones", 0, "inclusive"), False) == ["+   inclusive: false"]


def test_key_is_added_at_the_end_of_the_plan() -> None:
    assert changed(("policies",), Policies(cadence=Cadence(before=(5,)))) == [
        "+ policies: {cadence: {before: [5]}}"
    ]


def test_key_is_added_in_braces() -> None:
    text = TEXT.replace("  clause:\n", "  hand_in: {}\n  clause:\n")
    assert changed(("milestones", 0, "hand_in", "fields"), [], text) == [
        "+   hand_in: {fields: []}",
        "-   hand_in: {}",
    ]


def test_line_ends_stay() -> None:
    document = Document(TEXT.replace("\n", "\r\n").encode())
    document.replace(("milestones", 0, "inclusive"), False)
    data = document.data
    assert data.count(b"\n") == data.count(b"\r\n") == TEXT.count("\n") + 1


def test_a_change_that_makes_no_plan_is_refused_and_leaves_it() -> None:
    document = Document(TEXT.encode())
    with pytest.raises(PlanWrong):
        document.replace(("milestones", 0, "due"), "hôm qua")
    assert document.data == TEXT.encode()


def test_a_way_that_leads_nowhere() -> None:
    with pytest.raises(KeyError):
        Document(TEXT.encode()).replace(("milestones", 7, "due"), date(2024, 5, 20))
