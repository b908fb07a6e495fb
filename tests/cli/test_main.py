import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from platform import python_version
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cli.main import COMMANDS, app
from cli.summaries import NoSummary, summary

HEAVY = {"alembic", "prefect", "fastapi", "aiosmtplib", "icalendar", "holidays.countries"}
OF_A_COMMAND = HEAVY | {"sqlalchemy", "jinja2", "openpyxl"}


def loaded_by(asked: str) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", f"import sys; {asked}; print(*sys.modules, file=sys.stderr)"],
        capture_output=True,
        check=True,
        text=True,
    ).stderr
    return set(told.split())


@pytest.mark.parametrize("name", ["check", "rehearse", "status", "why"])
def test_a_command_loads_only_what_it_needs(name: str) -> None:
    assert HEAVY & loaded_by(f"from cli.main import command; command({name!r})") == set()


def test_the_list_of_commands_loads_none_of_them() -> None:
    asked = "from cli.main import app; app(['--help'], standalone_mode=False)"
    assert OF_A_COMMAND & loaded_by(asked) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_has_help(name: str) -> None:
    group = get_command(app)
    found = group.get_command(None, name)  # type: ignore[attr-defined]
    assert (found.name, found.help.partition("\n")[0]) == (name, summary(COMMANDS[name]))


def parameters(part: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Of every command: its words with the parameter's name, and what its help says."""
    if hasattr(part, "list_commands"):
        for name in part.list_commands(None):
            yield from parameters(part.get_command(None, name), (*words, name))
        return
    for one in part.params:
        yield " ".join((*words, one.name)), getattr(one, "help", None) or ""


def test_every_argument_and_option_is_told_in_both_languages() -> None:
    said = {where: told for where, told in parameters(get_command(app)) if where[-5:] != " help"}
    assert len(said) > 200
    assert [where for where, told in said.items() if " · " not in told] == []


def asked(*words: str, language: str = "vi") -> tuple[int, str]:
    result = CliRunner().invoke(app, words, env={"DONDOC_LANGUAGE": language})
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("words", "vi", "en"),
    [
        ("lanch", "Không có lệnh 'lanch'. Gần nhất: 'launch'.", "Did you mean 'launch'?"),
        ("xyz", "Không có lệnh 'xyz'.", "No such command 'xyz'."),
        ("outbox lst", "Không có lệnh 'lst'. Gần nhất: 'list'.", "Did you mean 'list'?"),
        ("check", "Còn thiếu PLAN.yaml.", "Missing argument 'PLAN.yaml'."),
        ("hold place", "Còn thiếu tùy chọn --reason.", "Missing option '--reason'."),
        ("status --grup x", "Không có tùy chọn --grup. Gần nhất: --group.", "--group"),
        ("status --xyz", "Không có tùy chọn --xyz.", "No such option: --xyz"),
        ("status --group", "Tùy chọn --group cần một giá trị đi sau.", "requires an argument."),
        ("doctor --help=x", "Tùy chọn --help không nhận giá trị.", "does not take a value."),
        ("check a b", "Thừa: b.", "extra argument"),
        ("calendar abcd", "YEAR: phải là một số nguyên.", "valid integer"),
        (
            "letters preview reminder --language xx",
            "--language: 'xx' không có; chọn một trong 'vi', 'en'.",
            "is not one of",
        ),
    ],
)
def test_a_mistyped_command_says_what_is_wrong(words: str, vi: str, en: str) -> None:
    status, said = asked(*words.split())
    assert status == 2
    assert said.splitlines()[-1] == f"Lỗi: {vi}"
    assert said.startswith("Cách dùng: ") == ("cần" not in vi and "không nhận" not in vi)
    status, said = asked(*words.split(), language="en")
    assert (status, en in said) == (2, True)


def test_without_a_command_the_list_is_shown_and_nothing_is_called_wrong() -> None:
    _, said = asked()
    assert "Kế hoạch · Plans:" in said
    assert "Lỗi" not in said


def test_the_version_is_told() -> None:
    assert asked("--version") == (0, f"dondoc {version('dondoc')} · Python {python_version()}\n")


@pytest.mark.parametrize("where", ["cli.main:COMMANDS", "cli.main:nobody", "cli.nowhere:app"])
def test_what_says_nothing_of_itself_has_no_summary(where: str) -> None:
    with pytest.raises(NoSummary):
        summary(where)
