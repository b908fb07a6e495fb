from pathlib import Path

from documents.csv_table import AT_ONCE, csv_pieces, write_csv


def test_pieces_are_what_is_written(tmp_path: Path) -> None:
    rows = [[str(number), "Phường «Một»", '"a,b"', "=1+1"] for number in range(2 * AT_ONCE + 1)]
    write_csv(tmp_path / "a.csv", rows)

    pieces = list(csv_pieces(rows))

    assert len(pieces) == 3
    assert b"".join(pieces) == (tmp_path / "a.csv").read_bytes()


def test_nothing_is_no_piece() -> None:
    assert list(csv_pieces([])) == []
