"""A letter filled in reads as if it had been written for its reader alone."""

from collections.abc import Iterator
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.words import Language
from notifications import rendering
from notifications.content import Content, Item, Rendered
from notifications.examples import example
from notifications.forms import FIRST, LAST, Meanings, cut
from notifications.rendering import NAMES, render

WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Zl", "Zp", "Zs")),
    min_size=1,
    max_size=90,
)
NAME = st.lists(WORD, min_size=1, max_size=12).map(lambda words: " ".join(" ".join(words).split()))
READER = NAME | st.just("")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    rendering._sheets.clear()
    yield
    rendering._sheets.clear()


def alone(content: Content, link: str = "") -> Rendered:
    return rendering._sheet(content, link).fill({})


def named(content: Content, reader: str, unit: str) -> Content:
    items = [
        item.but({"unit_name": unit if item.unit_name == content.unit_name else item.unit_name})
        for item in content.items
    ]
    return content.but({"reader": reader, "unit_name": unit, "items": tuple(items)})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", list(Language))
def test_filled_letter_is_the_letter_written_alone(name: str, language: Language) -> None:
    @given(READER, NAME)
    def check(reader: str, unit: str) -> None:
        content = named(example(name, language), reader, unit)

        assert render(content) == alone(content)
        assert render(content, unit) == alone(content, unit)

    check()


def test_letters_that_differ_only_in_their_reader_share_a_sheet() -> None:
    content = example("reminder", Language.VI)
    for number in range(50):
        render(named(content, f"bà Hoa {number}", f"Phường {number}"), f"https://x.vn/l/{number}")

    assert len(rendering._sheets) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"office": "Ủy ban nhân dân"},
        {"reader": ""},
        {"language": Language.EN},
        {"items": ()},
        {"name": "overdue"},
    ],
)
def test_letters_that_differ_in_more_do_not(change: dict[str, object]) -> None:
    content = example("reminder", Language.VI)
    other = content.but(change)

    assert [render(content), render(other)] == [alone(content), alone(other)]
    assert len(rendering._sheets) == 2


@pytest.mark.parametrize("field", [field.name for field in fields(Item)])
def test_items_are_alike_that_differ_in_whose_they_are_alone(field: str) -> None:
    item = example("reminder", Language.VI).items[0]
    other = item.but({field: "something else"})

    assert (other.likeness == item.likeness) is (field in ("unit", "unit_name"))


def test_items_of_another_unit_keep_its_name() -> None:
    content = example("reminder", Language.VI)
    first, second = (content.items[0].but({"unit_name": name}) for name in ("Khoa A", "Khoa B"))
    letters = [
        content.but({"items": (first, second)}),
        content.but({"items": (second, first)}),
        content.but({"items": (first, first)}),
    ]

    assert [render(one) for one in letters] == [alone(one) for one in letters]


def test_office_writing_to_itself_is_written_alone() -> None:
    content = example("reminder", Language.VI)
    own = content.but({"unit_name": content.office})

    assert render(own) == alone(own)
    assert rendering._sheets == {}


@pytest.mark.parametrize("character", [chr(FIRST), chr(FIRST + 2), chr(LAST)])
def test_text_that_looks_like_a_blank_is_text(character: str) -> None:
    content = example("reminder", Language.VI)
    sly = content.items[0].but({"name": f"Báo cáo {character}"})
    letters = [
        content.but({"items": (sly,)}),
        named(content, f"bà {character} Hoa", "Phường"),
        named(content, "bà Hoa", "Phường"),
        named(content, f"bà {character} Hoa", f"Phường {character}"),
    ]

    rendered = [render(one) for one in letters]

    assert rendered == [alone(one) for one in letters]
    assert character in rendered[0].text


def test_what_is_remembered_has_an_end() -> None:
    content = example("reminder", Language.VI)
    for number in range(rendering.SHEETS + 10):
        render(content.but({"office": f"Phòng {number}"}))

    assert len(rendering._sheets) == 10


def test_blanks_within_blanks_are_filled_first() -> None:
    meanings = Meanings()
    name = meanings.own("name")
    loud = meanings.later(str.upper, f"to {name}")
    quoted = meanings.later("«{}»".format, f"{loud} / {name}")

    assert cut(f"<{quoted}>", meanings).fill({"name": "hoa"}) == "<«TO HOA / hoa»>"


def test_blanks_in_html_are_escaped() -> None:
    meanings = Meanings()
    name = meanings.own("name")

    assert cut(f"<b>{name}</b>", meanings, html=True).fill({"name": "<i>"}) == "<b>&lt;i&gt;</b>"
