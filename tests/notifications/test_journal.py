import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest

from notifications.journal import Journal, Left, Started, left_behind, opened
from notifications.remembering import Kept, Shared

AT = datetime(2024, 5, 16, 1, 0, tzinfo=UTC)

ALIKE = Shared("d1", b'{"reader":{"own":0}}')


class Killed(Exception):
    """Stands for a process that ends in the middle of its batch."""


def leave(folder: Path) -> None:
    """Three letters claimed, two begun, one taken."""
    with suppress(Killed), opened(folder) as journal:
        journal.claimed(AT, {1: 1, 2: 1, 3: 4})
        journal.starting(1, subject="Nhắc hạn", kept=Kept(b'["Hoa"]', ALIKE), notices=[7, 8])
        journal.starting(3, subject=None, kept=Kept(b"{}"), notices=())
        journal.noted()
        journal.accepted(1, "2.0.0 ok\nđã nhận")
        journal.noted()
        raise Killed


LEFT = Left(
    at=AT,
    claimed={1: 1, 2: 1, 3: 4},
    started={1: Started(1, "Nhắc hạn", ["Hoa"], [7, 8], "d1"), 3: Started(3, None, {}, [])},
    accepted={1: "2.0.0 ok\nđã nhận"},
    patterns={"d1": {"reader": {"own": 0}}},
)


def found(folder: Path) -> list[Left]:
    with left_behind(folder) as left:
        return left


def test_finished_batch_leaves_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.claimed(AT, {1: 1})

    assert list(tmp_path.iterdir()) == []


def test_what_was_noted_is_found_once(tmp_path: Path) -> None:
    leave(tmp_path)

    assert found(tmp_path) == [LEFT]
    assert found(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_settled_is_found_again(tmp_path: Path) -> None:
    leave(tmp_path)

    with pytest.raises(Killed), left_behind(tmp_path):
        raise Killed

    assert found(tmp_path) == [LEFT]


def test_journal_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.claimed(AT, {1: 1})

        assert found(tmp_path) == []
        journal.starting(1, subject="a", kept=Kept(b"{}"), notices=())
        journal.noted()


def test_two_that_look_at_once_do_not_both_find_it(tmp_path: Path) -> None:
    leave(tmp_path)

    with left_behind(tmp_path) as first, left_behind(tmp_path) as second:
        assert (first, second) == ([LEFT], [])


def test_no_folder_no_journals(tmp_path: Path) -> None:
    assert found(tmp_path / "none") == []


def test_process_that_ended_before_its_claim_was_noted_left_nothing(tmp_path: Path) -> None:
    with pytest.raises(Killed), opened(tmp_path):
        raise Killed

    assert found(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_note_that_is_not_whole_was_not_noted(tmp_path: Path) -> None:
    leave(tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])

    (left,) = found(tmp_path)

    assert left == LEFT._replace(accepted={})


def test_note_after_one_that_is_not_whole_counts(tmp_path: Path) -> None:
    leave(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b'\nS[2,"cut of' + b'\nA[3,"ok"]\n')

    (left,) = found(tmp_path)

    assert left == LEFT._replace(accepted={**LEFT.accepted, 3: "ok"})


def test_pattern_of_many_letters_is_noted_once(tmp_path: Path) -> None:
    with suppress(Killed), opened(tmp_path) as journal:
        journal.claimed(AT, {1: 1, 2: 1})
        for letter in (1, 2):
            journal.starting(letter, subject="a", kept=Kept(b'["Hoa"]', ALIKE), notices=())
            journal.noted()
        raise Killed
    (path,) = tmp_path.iterdir()

    assert path.read_bytes().count(ALIKE.facts) == 1
    (left,) = found(tmp_path)
    assert {one.pattern for one in left.started.values()} == {"d1"}


def test_notes_of_single_letters_and_of_before_patterns_are_understood(tmp_path: Path) -> None:
    leave(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b'\nS[2,"b",{"reader":"Lan"},[9]]\n\nA[2,"ok"]\n')

    (left,) = found(tmp_path)

    assert left.started[2] == Started(2, "b", {"reader": "Lan"}, [9], None)
    assert left.accepted == {**LEFT.accepted, 2: "ok"}


def test_full_disk_stops_what_has_not_begun() -> None:
    file = os.open("/dev/full", os.O_WRONLY)
    journal = Journal(file)
    journal.starting(1, subject="a", kept=Kept(b"{}"), notices=())
    with pytest.raises(OSError, match="No space left"):
        journal.noted()
    journal.accepted(1, "the database is told next")
    journal.noted()
    os.close(file)


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))


def test_what_could_not_be_noted_does_not_count_as_begun(tmp_path: Path) -> None:
    with suppress(Killed), opened(tmp_path) as journal:
        journal.claimed(AT, {1: 1, 2: 1})
        (path,) = tmp_path.iterdir()
        room = path.stat().st_size
        journal.accepted(1, "ok")
        journal.starting(2, subject="a", kept=Kept(b'["Hoa"]', ALIKE), notices=())
        with no_file_beyond(room), pytest.raises(OSError, match="too large"):
            journal.noted()
        journal.starting(3, subject="a", kept=Kept(b'["Hoa"]', ALIKE), notices=())
        journal.noted()
        raise Killed

    (left,) = found(tmp_path)
    assert left.accepted == {1: "ok"}
    assert left.started == {3: Started(3, "a", ["Hoa"], [], "d1")}
    assert left.patterns == {"d1": {"reader": {"own": 0}}}


def test_what_was_taken_and_what_starts_is_noted_together(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    journal = Journal(file)
    for number in (1, 2):
        journal.accepted(number, "ok")
        journal.starting(number + 2, subject=None, kept=Kept(b"{}"), notices=())
    before = path.read_bytes()
    journal.noted()
    journal.noted()
    os.close(file)

    assert before == b""
    assert path.read_bytes().split() == [
        b'A[[1,"ok"],[2,"ok"]]',
        b"S[[3,null,{},[],null],[4,null,{},[],null]]",
    ]
