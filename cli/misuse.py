"""A command that was not written as it must be: what is wrong with it, in the office's language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any, cast

import typer

from dondoc.errors import DondocError
from dondoc.words import Language

UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])
"""typer keeps its name to itself"""
TOLD = (
    (r"No such command '(.+?)'\. Did you mean (.+)\?", "Không có lệnh '{}'. Gần nhất: {}."),
    (r"No such command '(.+)'\.", "Không có lệnh '{}'."),
    (r"Missing command\.", "Còn thiếu lệnh."),
    (r"Missing argument '(.+)'\.", "Còn thiếu {}."),
    (r"Missing option '(.+)'\.", "Còn thiếu tùy chọn {}."),
    (r"No such option: (\S+) \(Possible options: (.+)\)", "Không có tùy chọn {}. Gần nhất: {}."),
    (r"No such option: (\S+) Did you mean (.+)\?", "Không có tùy chọn {}. Gần nhất: {}."),
    (r"No such option: (\S+)", "Không có tùy chọn {}."),
    (r"Option '(.+)' requires an argument\.", "Tùy chọn {} cần một giá trị đi sau."),
    (r"Option '(.+)' does not take a value\.", "Tùy chọn {} không nhận giá trị."),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", "Thừa: {}."),
    (
        r"Invalid value for '?(.+?)'?: Input should be a valid integer.*",
        "{}: phải là một số nguyên.",
    ),
    (
        r"Invalid value for '?(.+?)'?: (?:Value error, )?'(.*)' is not one of (.+)",
        "{}: '{}' không có; chọn một trong {}",
    ),
    (r"Invalid value for '?(.+?)'?: (.+)", "{}: {}"),
)
"""what typer says, and how it is said in Vietnamese"""


@contextmanager
def told() -> Iterator[None]:
    try:
        yield
    except Misuse:
        raise
    except UsageError as error:
        said = in_vietnamese(cast("Any", error).format_message())
        if said is None or language() is not Language.VI:
            raise
        raise Misuse(said, error) from error


class Misuse(UsageError):  # type: ignore[misc,valid-type]
    def __init__(self, said: str, error: Any) -> None:
        super().__init__(said, error.ctx)

    def show(self, file: IO[Any] | None = None) -> None:
        context: Any = self.ctx
        if context is not None:
            usage = context.get_usage().removeprefix("Usage: ")
            typer.echo(f"Cách dùng: {usage}", file=file, err=True)
            typer.echo(f"Xem thêm: {context.command_path} --help\n", file=file, err=True)
        typer.echo(f"Lỗi: {self.format_message()}", file=file, err=True)


def in_vietnamese(said: str) -> str | None:
    for pattern, words in TOLD:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return words.format(*found.groups())
    return None


def language() -> Language:
    """Settings take longer to import than a list of commands to print."""
    try:
        found: Language = import_module("dondoc.settings").load().language
    except DondocError:
        return Language.VI
    return found
