"""What is filled in is what would have been put into JSON."""

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from dondoc.database import Database
from dondoc.settings import Settings
from dondoc.tables import Pattern, filled
from dondoc.words import Language
from notifications.content import Content
from notifications.examples import example
from notifications.forms import FIRST
from notifications.remembering import Kept, kept, numbers, pattern
from notifications.rendering import NAMES
from notifications.stencil import Packet
from notifications.writing import write
from tests.written import claimed

AT = datetime(2024, 5, 16, 1, tzinfo=UTC)
OFFICE = Settings(mail_from="dondoc@quan.example")
WORDS = st.text(st.characters(codec="utf-8")) | st.sampled_from(['"', "\\", chr(FIRST), "{}"])
CONTENT = example("reminder", Language.VI)


def written(content: Content) -> Packet:
    return write(claimed(AT, language=content.language), content, AT, OFFICE)


def said(found: Kept | None) -> bytes:
    """With its pattern filled in, as a letter's row is read."""
    assert found is not None
    if found.pattern is None:
        return found.words
    return orjson.dumps(filled(orjson.loads(found.pattern.facts), orjson.loads(found.words)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", list(Language))
def test_every_letter_is_kept_as_it_was_said(name: str, language: Language) -> None:
    content = example(name, language)

    assert said(written(content).kept) == orjson.dumps(content)


@given(
    reader=WORDS,
    unit_name=WORDS,
    codes=st.lists(WORDS, min_size=len(CONTENT.items), max_size=len(CONTENT.items)),
    epoch=st.none() | st.integers(0, 9),
    sign_in=st.none() | st.integers(0, 9),
)
def test_whatever_is_the_readers_own_is_kept(
    reader: str, unit_name: str, codes: list[str], epoch: int | None, sign_in: int | None
) -> None:
    items = [
        item.but({"unit": code, "unit_name": unit_name})
        for item, code in zip(CONTENT.items, codes, strict=True)
    ]
    own = {"reader": reader, "unit_name": unit_name, "epoch": epoch, "sign_in": sign_in}
    content = CONTENT.but({**own, "items": tuple(items)})

    named = CONTENT.but(
        {"items": tuple(item.but({"unit_name": CONTENT.unit_name}) for item in CONTENT.items)}
    )

    assert said(kept(content, pattern(named))) == orjson.dumps(content)


def test_letters_that_share_a_sheet_keep_their_own_reader() -> None:
    readers = [CONTENT.but({"reader": f"bà Hoa {n}", "epoch": n}) for n in range(3)]

    found = [written(one).kept for one in readers]

    assert list(map(said, found)) == [orjson.dumps(one) for one in readers]
    assert len({one.pattern for one in found if one}) == 1


def test_an_item_of_another_unit_keeps_its_name() -> None:
    other = CONTENT.items[0].but({"unit": "khoa-a", "unit_name": "Khoa A"})
    content = CONTENT.but({"items": (other, *CONTENT.items[1:])})

    assert said(kept(content, pattern(content))) == orjson.dumps(content)


def test_a_pattern_has_one_row(database: Database) -> None:
    first, second = (pattern(CONTENT.but({"office": office})) for office in ("A", "B"))
    with database.writing() as session:
        one = numbers(session, {first})
    with database.writing() as session:
        both = numbers(session, {first, second})
        rows = {row.digest: row for row in session.scalars(select(Pattern))}

    assert {digest: row.id for digest, row in rows.items()} == both
    assert both[first.digest] == one[first.digest]
    assert {digest: orjson.dumps(row.facts) for digest, row in rows.items()} == {
        first.digest: first.facts,
        second.digest: second.facts,
    }
