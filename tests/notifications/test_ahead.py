"""Letters are written before a line asks for them, in their order."""

from collections.abc import Iterator
from datetime import date

from notifications.ahead import FEW, MANY, MOST, Ahead
from notifications.parcel import Outgoing


def written(most: int, seen: list[int]) -> Iterator[Outgoing]:
    for n in range(most):
        seen.append(n)
        yield Outgoing(
            n, "dondoc@q.example", f"p-{n}@q.example", f"<{n}@q>", b"", date(2024, 5, 16)
        )


def test_many_are_written_when_the_first_is_asked_for() -> None:
    seen = list[int]()
    coming = iter(Ahead(written(3 * MANY, seen)))

    assert seen == []
    assert next(coming).letter_id == 0
    assert len(seen) == MANY


def test_a_few_more_are_written_but_never_more_than_so_many() -> None:
    seen = list[int]()
    ahead = Ahead(written(3 * MANY, seen))
    ahead.write_a_few()
    few = len(seen)
    for _ in range(MANY):
        ahead.write_a_few()

    assert few == FEW
    assert len(seen) == MOST


def test_all_come_once_in_their_order() -> None:
    seen = list[int]()
    ahead = Ahead(written(3 * MANY + 1, seen))
    found = []
    for letter in ahead:
        found.append(letter.letter_id)
        if letter.letter_id % 7 == 0:
            ahead.write_a_few()

    assert found == seen == list(range(3 * MANY + 1))
