from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from dondoc.errors import NotFound, Refused
from dondoc.words import Language
from notifications.examples import example, example_link
from notifications.rendering import NAMES, render


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["letters", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_list_names_every_letter() -> None:
    assert [line.split()[0] for line in run("list").splitlines()] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_preview_prints_the_letter_in_the_settings_language(name: str) -> None:
    shown = render(example(name, Language.VI), example_link(name))

    assert run("preview", name) == f"Subject: {shown.subject}\n\n{shown.text}"


def test_preview_in_english_with_html(tmp_path: Path) -> None:
    output = run("preview", "receipt", "--language", "en", "--html", str(tmp_path / "a.html"))

    shown = render(example("receipt", Language.EN), example_link("receipt"))
    assert output.endswith(f"Subject: {shown.subject}\n\n{shown.text}")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == shown.html


def test_unknown_letter_names_the_nearest() -> None:
    with pytest.raises(NotFound) as raised:
        run("preview", "remindr")

    assert raised.value.text(Language.VI) == "Không có thư 'remindr'. Có phải 'reminder'?"
    assert raised.value.exit_status == 2


def test_html_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "no" / "a.html"

    with pytest.raises(Refused, match=r"a\.html"):
        run("preview", "receipt", "--html", str(path))
