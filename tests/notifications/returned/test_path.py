from hypothesis import given, strategies

from dondoc.access.seal import Seal
from notifications.returned.path import letter_of, return_path

SEAL = Seal(b"one installation")
ADDRESS = "bounce@quan7.test"


@given(strategies.integers(1, 10**12))
def test_a_path_names_its_letter(letter: int) -> None:
    path = return_path(letter, address=ADDRESS, seal=SEAL)

    assert letter_of(f"To: <{path}>", seal=SEAL) == letter
    assert letter_of(path.upper(), seal=SEAL) == letter
    assert len(path.partition("@")[0]) <= 64


def test_a_forged_path_names_nothing() -> None:
    path = return_path(7, address=ADDRESS, seal=SEAL)

    assert letter_of(path.replace("+7-", "+8-"), seal=SEAL) is None
    assert letter_of(path, seal=Seal(b"another installation")) is None
    assert letter_of("bounce+7-@quan7.test", seal=SEAL) is None
    assert letter_of(ADDRESS, seal=SEAL) is None


def test_the_right_path_is_found_among_forged_ones() -> None:
    forged = return_path(7, address=ADDRESS, seal=Seal(b"x"))
    path = return_path(9, address=ADDRESS, seal=SEAL)

    assert letter_of(f"{forged} {path}", seal=SEAL) == 9
