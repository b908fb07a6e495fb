import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cli.main import COMMANDS, app

HEAVY = {"alembic", "prefect", "fastapi", "aiosmtplib"}
SENDS = {"aiosmtplib"}
"""what a rehearsal has in common with the service that really sends"""


@pytest.mark.parametrize(
    ("name", "spared"),
    [("check", HEAVY), ("rehearse", HEAVY - SENDS), ("status", HEAVY), ("why", HEAVY)],
)
def test_a_command_loads_only_what_it_needs(name: str, spared: set[str]) -> None:
    asked = f"import sys; from cli.main import command; command({name!r}); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, text=True
    ).stdout.split()
    assert spared & set(loaded) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_has_help(name: str) -> None:
    group = get_command(app)
    found = group.get_command(None, name)  # type: ignore[attr-defined]
    assert (found.name, bool(found.help)) == (name, True)


def test_a_mistyped_command_names_the_nearest() -> None:
    result = CliRunner().invoke(app, ["lanch"])
    assert result.exit_code == 2
    assert "No such command 'lanch'. Did you mean 'launch'?" in result.output
