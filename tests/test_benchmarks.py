from argparse import ArgumentParser

import pytest

from benchmarks.choosing import chosen

KNOWN = ("launch", "sweep")


def test_nothing_named_is_everything() -> None:
    assert chosen(ArgumentParser(), [], KNOWN) == KNOWN


def test_what_is_named_is_chosen() -> None:
    assert chosen(ArgumentParser(), ["sweep"], KNOWN) == ["sweep"]


def test_what_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        chosen(ArgumentParser(), ["sweeps"], KNOWN)

    assert "sweeps: one of launch, sweep" in capsys.readouterr().err
