"""Documents that cannot be read, said in one sentence."""

from pathlib import Path

from dondoc.errors import DondocError
from dondoc.words import Words


class DocumentWrong(DondocError):
    """{name}: {why}."""

    vi = "{name}: {why}."


def wrong(path: Path, vi: str, en: str) -> DocumentWrong:
    return DocumentWrong(name=path.name, why=Words(vi, en))
