"""What is to be measured, named on the command line. argparse's own `choices` refuse the default of
a list that may be empty, before Python 3.12."""

from argparse import ArgumentParser
from collections.abc import Sequence


def chosen(parser: ArgumentParser, names: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    """All where none is named; ends the program where one is not known."""
    for name in names:
        if name not in known:
            parser.error(f"{name}: one of {', '.join(known)}")
    return names or known
