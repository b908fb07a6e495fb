"""Every letter against its snapshot; DONDOC_UPDATE_SNAPSHOTS=1 writes them anew."""

import os
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

import notifications
from dondoc.words import Language
from notifications.content import Bucket, Content
from notifications.examples import example, example_link
from notifications.layout import WIDTH
from notifications.rendering import NAMES, render
from notifications.view import view

FOLDER = Path(notifications.__file__).parent / "letters"
UPDATING = os.environ.get("DONDOC_UPDATE_SNAPSHOTS") == "1"
EVERY = pytest.mark.parametrize("name", NAMES)
IN_BOTH = pytest.mark.parametrize("language", list(Language))
LIMIT = 100_000
RECEIPT = example("receipt", Language.EN).receipt


@EVERY
@IN_BOTH
def test_letter_reads_as_its_snapshot(name: str, language: Language) -> None:
    rendered = render(example(name, language), example_link(name))

    text = f"Subject: {rendered.subject}\n\n{rendered.text}"
    for kind, shown in (("txt", text), ("html", rendered.html)):
        path = FOLDER / name / f"example.{language}.{kind}"
        if UPDATING:
            path.write_text(shown, encoding="utf-8")
        assert shown == path.read_text(encoding="utf-8")


@IN_BOTH
def test_a_reason_that_ends_with_a_full_stop_ends_once(language: Language) -> None:
    content = example("returned", language)
    items = tuple(
        replace(item, returned=f"{item.returned}.") if item.returned else item
        for item in content.items
    )
    rendered = render(replace(content, items=items), example_link("returned"))

    assert ".." not in rendered.text
    assert ".." not in rendered.html


@pytest.mark.parametrize("language", list(Language))
def test_what_is_returned_leads_its_letter_however_late_it_is_due(language: Language) -> None:
    content = example("returned", language)
    items = tuple(
        replace(item, bucket=Bucket.LATER if item.returned else Bucket.TODAY)
        for item in content.items
    )
    shown = view(replace(content, items=items))
    assert [[item.returned is not None for item in one.items.shown] for one in shown.sections] == [
        [True],
        [False],
    ]
    assert shown.first == shown.sections[0].items.shown[0]


def test_every_folder_is_a_letter_with_both_languages() -> None:
    folders = sorted(path.name for path in FOLDER.iterdir() if path.name != "_parts")
    expected = sorted(
        f"{part}.{language}.{kind}"
        for language in Language
        for part, kind in (
            ("subject", "txt"),
            ("body", "txt"),
            ("body", "html"),
            ("example", "txt"),
            ("example", "html"),
        )
    )

    assert folders == sorted(NAMES)
    for name in NAMES:
        assert sorted(path.name for path in (FOLDER / name).iterdir()) == expected


@EVERY
@IN_BOTH
def test_letter_with_every_list_empty_has_every_variable(name: str, language: Language) -> None:
    empty = {"items": (), "pressed": (), "waiting": (), "summaries": (), "office": "", "reader": ""}

    rendered = render(example(name, language).but(empty))

    assert rendered.subject
    assert rendered.text
    assert rendered.html


@EVERY
@IN_BOTH
def test_letter_with_every_list_full_has_every_variable(name: str, language: Language) -> None:
    html = unescape(render(_full(name, language)).html)

    for other in ("overdue", "escalation", "review", "digest"):
        for item in example(other, language).items:
            assert item.name in html
    assert example("review", language).waiting[0].units[1] in html


@EVERY
@IN_BOTH
def test_plain_text_keeps_to_72_columns(name: str, language: Language) -> None:
    lines = render(_full(name, language)).text.splitlines()

    too_long = [line for line in lines if len(line) > WIDTH and " " in line.strip()]
    assert [line for line in too_long if "SHA-256" not in line] == []
    assert ("", "") not in [tuple(pair) for pair in pairwise(lines)]


@EVERY
@IN_BOTH
def test_long_lists_are_cut_with_a_count(name: str, language: Language) -> None:
    many = example(name, language).but(
        {"items": example("overdue", language).items[:1] * 400, "receipt": RECEIPT}
    )

    rendered = render(many)

    left_out = {Language.VI: "… và 350 dòng khác", Language.EN: "… and 350 more"}[language]
    assert left_out in rendered.text
    assert left_out in rendered.html
    assert len(rendered.html.encode()) < LIMIT


@EVERY
@IN_BOTH
def test_letter_of_endless_lists_and_words_stays_small(name: str, language: Language) -> None:
    full = _full(name, language)
    wordy = full.items[0].but({"clause": "rất dài " * 600, "hand_in": ("ệ " * 900,)})
    many = full.but(
        {
            "items": (wordy,) * 400,
            "pressed": full.pressed * 200,
            "waiting": full.waiting * 120,
            "summaries": full.summaries * 70,
        }
    )

    assert len(render(many).html.encode()) < LIMIT


def test_html_in_names_is_text() -> None:
    content = example("overdue", Language.VI)
    sly = content.items[0].but({"name": "<script>x</script>", "clause": "a & <b>"})

    html = render(content.but({"items": (sly,), "unit_name": "<i>P</i>"})).html

    assert "<script>" not in html
    assert "<i>P" not in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html


def test_line_breaks_in_names_do_not_reach_the_subject() -> None:
    content = example("review", Language.VI).but({"unit_name": "A\r\nBcc: b@x.test"})

    assert render(content).subject == "Đề nghị xem xét 02 bài nộp – A Bcc: b@x.test"


def test_reminder_is_about_the_next_item_not_an_old_one() -> None:
    late = example("overdue", Language.EN).items[0]
    content = example("reminder", Language.EN)
    mixed = content.but({"items": (late, *content.items)})

    assert render(mixed).subject == render(content).subject


def test_escalation_names_a_thing_once_with_all_who_owe_it() -> None:
    content = example("escalation", Language.VI)
    alone = content.pressed[0].but({"items": example("overdue", Language.VI).items})
    text = render(content.but({"pressed": (alone, *content.pressed[1:])})).text

    assert text.count("Đăng ký danh hiệu thi đua\n") == 1
    first, second = text.index("02 đơn vị chưa nộp"), text.index("01 đơn vị chưa nộp")
    assert first < second
    assert "bình thuận" in text[first:second].lower()
    assert "khuyết: thủ trưởng đơn vị" in " ".join(text.split())


def test_plan_is_named_once_where_there_is_only_one() -> None:
    content = example("reminder", Language.VI)
    other = content.items[0].but({"plan_code": "x", "plan": "Kế hoạch khác"})

    one = render(content).text
    two = render(content.but({"items": (*content.items, other)})).text

    assert one.count("27/KH-UBND") == 1
    assert two.count("27/KH-UBND") == 3
    assert two.count("Kế hoạch khác") == 1


def test_standing_office_is_not_reported_to_by_itself() -> None:
    content = example("escalation", Language.VI)
    own = render(content.but({"unit_name": content.office})).text

    assert "Trân trọng báo cáo:" in own
    assert "đôn đốc các đơn vị nộp ngay" in " ".join(own.split())


def test_items_are_grouped_the_latest_first() -> None:
    content = example("overdue", Language.VI)
    old, *rest = content.items
    older = old.but({"name": "Cũ nhất", "last_on": old.last_on.replace(month=1)})
    text = render(content.but({"items": (*rest[::-1], old, older)})).text

    titles = ["ĐÃ QUÁ HẠN", "1. Cũ nhất", "2. Đăng ký", "HẠN HÔM NAY", "ĐẾN HẠN", "THỜI GIAN TỚI"]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)
    assert [item.bucket for item in content.items] == list(Bucket)[:-2]


def _full(name: str, language: Language) -> Content:
    """Everything a letter can carry, in one."""
    return example(name, language).but(
        {
            "items": example("overdue", language).items + example("reminder", language).items[1:],
            "pressed": example("escalation", language).pressed,
            "waiting": example("review", language).waiting,
            "summaries": example("digest", language).summaries,
        }
    )
