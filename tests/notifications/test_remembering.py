"""What is filled in is what would have been put into JSON."""

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.settings import Settings
from dondoc.words import Language
from notifications.content import Content
from notifications.examples import example
from notifications.forms import FIRST
from notifications.parcel import Claimed
from notifications.remembering import filled, pattern
from notifications.rendering import NAMES
from notifications.writing import Packet, write

AT = datetime(2024, 5, 16, 1, tzinfo=UTC)
OFFICE = Settings(mail_from="dondoc@quan.example")
WORDS = st.text(st.characters(codec="utf-8")) | st.sampled_from(['"', "\\", chr(FIRST), "{}"])
CONTENT = example("reminder", Language.VI)


def written(content: Content) -> Packet:
    letter = Claimed(
        id=1,
        day=AT.date(),
        address="vp@p1.example",
        contact_id=1,
        language=content.language,
        urgent=False,
        message_id="1@quan.example",
        created_at=AT,
        attempts=1,
        payload=None,
    )
    return write(letter, content, AT, OFFICE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", list(Language))
def test_every_letter_is_kept_as_it_was_said(name: str, language: Language) -> None:
    content = example(name, language)

    kept = written(content).remembered

    assert kept in (None, orjson.dumps(content))


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

    assert filled(pattern(named), content) == orjson.dumps(content)


def test_letters_that_share_a_sheet_keep_their_own_reader() -> None:
    readers = [CONTENT.but({"reader": f"bà Hoa {n}", "epoch": n}) for n in range(3)]

    assert [written(one).remembered for one in readers] == [orjson.dumps(one) for one in readers]


def test_an_item_of_another_unit_keeps_its_name() -> None:
    other = CONTENT.items[0].but({"unit": "khoa-a", "unit_name": "Khoa A"})
    content = CONTENT.but({"items": (other, *CONTENT.items[1:])})

    assert filled(pattern(content), content) == orjson.dumps(content)
