"""What is written with a stencil that many share is what a stencil of its own would have given."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.settings import Settings
from dondoc.words import Language
from notifications import rendering, stencil
from notifications.content import Content
from notifications.examples import example
from notifications.headers import HeaderRefused
from notifications.parcel import Claimed
from notifications.rendering import NAMES
from notifications.stencil import Packet
from notifications.writing import write
from tests.written import claimed

AT = datetime(2024, 5, 16, 1, tzinfo=UTC)
OFFICE = Settings(mail_from="dondoc@quan.example")
LETTER = claimed(AT)
WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Zl", "Zp", "Zs")),
    min_size=1,
    max_size=60,
)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    _forget()
    yield
    _forget()


def _forget() -> None:
    rendering._sheets.clear()
    stencil._stencils.clear()


def _to(content: Content, reader: str, unit: str) -> Content:
    items = [item.but({"unit_name": unit}) for item in content.items]
    return content.but({"reader": reader, "unit_name": unit, "items": tuple(items)})


def _alone(letter: Claimed, content: Content, link: str, path: str) -> Packet:
    kept = dict(rendering._sheets), dict(stencil._stencils)
    _forget()
    try:
        return write(letter, content, AT, OFFICE, link=link, path=path)
    finally:
        rendering._sheets.update(kept[0])
        stencil._stencils.update(kept[1])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", list(Language))
def test_a_shared_stencil_writes_what_one_of_its_own_would(name: str, language: Language) -> None:
    first = example(name, language)

    @given(
        reader=WORD | st.just(""),
        unit=WORD,
        link=st.sampled_from(["", "https://nop.example/l/1-2-3", "https://nop.example/?to=<7>"]),
        path=st.sampled_from(["", "tra-loi+1-00@quan.example"]),
        number=st.integers(1, 9),
    )
    def check(reader: str, unit: str, link: str, path: str, number: int) -> None:
        letter = LETTER._replace(address=f"p-{number}@q.example", message_id=f"{number}@q.example")
        content = _to(first, reader, unit)
        write(LETTER, _to(first, "bà Hoa", "Phường 1"), AT, OFFICE, link=link, path=path)

        found = write(letter, content, AT, OFFICE, link=link, path=path)

        assert found[:2] == _alone(letter, content, link, path)[:2]

    check()


def test_letters_that_leave_together_share_a_stencil() -> None:
    content = example("reminder", Language.VI)
    for number in range(9):
        write(LETTER, _to(content, f"bà Hoa {number}", f"Phường {number}"), AT, OFFICE)

    assert len(stencil._stencils) == 1


@pytest.mark.parametrize(
    ("letter", "at", "office", "said"),
    [
        (LETTER, AT + timedelta(hours=1), OFFICE, b"09:00:00 +0700"),
        (LETTER, AT, Settings(mail_from="thidua@quan7.test"), b"<thidua@quan7.test>"),
        (LETTER._replace(address="b@p2.test"), AT, OFFICE, b"b@p2.test"),
        (LETTER._replace(message_id="2@quan.test"), AT, OFFICE, b"<2@quan.test>"),
    ],
)
def test_a_header_is_never_that_of_the_letter_before(
    letter: Claimed, at: datetime, office: Settings, said: bytes
) -> None:
    content = example("reminder", Language.VI)
    before = write(LETTER, content, AT, OFFICE).data

    assert said not in before
    assert said in write(letter, content, at, office).data
    assert write(LETTER, content, AT, OFFICE).data == before


def test_an_urgent_letter_is_no_bulk_mail_though_others_that_say_the_same_are() -> None:
    content = example("reminder", Language.VI)
    urgent = LETTER._replace(urgent=True)

    found = [write(letter, content, AT, OFFICE).data for letter in (LETTER, urgent, LETTER)]

    assert [b"Precedence: bulk" in data for data in found] == [True, False, True]


def test_what_one_letter_is_refused_for_does_not_keep_the_next_from_leaving() -> None:
    content = example("reminder", Language.VI)
    good = write(LETTER, content, AT, OFFICE)

    with pytest.raises(HeaderRefused):
        write(LETTER, content.but({"reader": "Hoa\r\nBcc: x@x.test"}), AT, OFFICE)

    assert write(LETTER, content, AT, OFFICE) == good


def test_what_is_remembered_has_an_end() -> None:
    content = example("reminder", Language.VI)
    for number in range(rendering.SHEETS + 10):
        write(LETTER, content.but({"office": f"Phòng {number}"}), AT, OFFICE)

    assert len(stencil._stencils) == 10
