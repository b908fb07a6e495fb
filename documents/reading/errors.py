"""Documents that cannot be read, said in one sentence."""

from pathlib import Path

from dondoc.errors import DondocError
from dondoc.words import Words


class DocumentWrong(DondocError):
    """{name}: {why}."""

    vi = "{name}: {why}."


class TooManyDates(DondocError):
    """The text names more than {most} dates and is no plan."""

    vi = "văn bản nêu hơn {most} ngày tháng, không phải là một kế hoạch"


def wrong(path: Path, vi: str, en: str) -> DocumentWrong:
    return DocumentWrong(name=path.name, why=Words(vi, en))
