import pytest
from hypothesis import given, strategies

from notifications.returned.reading import EXCERPT, Kind, kind_of, read
from tests.notifications.returned.kinds import KINDS
from tests.notifications.returned.messages import CASES, NO_SUCH, PATH, Case, report


@pytest.mark.parametrize("case", CASES + KINDS, ids=lambda case: case.name)
def test_a_message_is_read_as_what_it_is(case: Case) -> None:
    found = read(case.raw.encode())

    assert (found.kind, found.status, found.recipient) == (case.kind, case.status, case.recipient)


@pytest.mark.parametrize("case", CASES + KINDS, ids=lambda case: case.name)
def test_line_endings_do_not_matter(case: Case) -> None:
    raw = case.raw.encode()

    assert read(raw.replace(b"\n", b"\r\n")) == read(raw)


def test_the_servers_words_and_the_path_are_kept() -> None:
    found = read(report("5.1.1", diagnostic=NO_SUCH).encode())

    assert found.said == NO_SUCH
    assert PATH in found.told_to


def test_the_status_of_a_quoted_letter_counts_for_nothing() -> None:
    assert read(report("", "").encode()).kind is not Kind.REFUSED


@pytest.mark.parametrize(
    ("status", "action", "kind"),
    [
        ("5.4.3", "failed", Kind.REFUSED),
        ("5.4.4", "failed", Kind.DELAYED),
        ("4.4.7", "failed", Kind.DELAYED),
        ("5.1.1", "delayed", Kind.DELAYED),
        ("", "failed", Kind.REFUSED),
    ],
)
def test_only_what_is_for_good_speaks_against_an_address(
    status: str, action: str, kind: Kind
) -> None:
    assert kind_of(status, action) is kind


@given(strategies.binary(max_size=2_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert len(read(raw).said) <= EXCERPT


@given(strategies.sampled_from(CASES + KINDS), strategies.data())
def test_a_report_cut_or_damaged_is_read(case: Case, data: strategies.DataObject) -> None:
    raw = bytearray(case.raw.encode())
    at = data.draw(strategies.integers(0, len(raw) - 1))
    raw[at] = data.draw(strategies.integers(0, 255))

    read(bytes(raw))
    read(bytes(raw[:at]))
