import pytest
from typer.testing import CliRunner

from cli.main import app
from dondoc import settings
from dondoc.database import open_database
from dondoc.migration import migrate
from notifications.outbox import drain
from notifications.smtp import SmtpTransport
from tests.mail_server import MailServer, running
from tests.outbox_cast import NOW, compose, make_letters
from tests.outbox_cast import settings as mail_settings


@pytest.fixture
def _refused_and_waiting() -> None:
    """In the database of the settings: one letter sent, one refused, one waiting."""
    database = open_database(settings.load().url)
    migrate(database)
    make_letters(database, 3)
    server = MailServer(on_rcpt=lambda to: "550 no" if to.startswith("p-2") else "250 ok")
    with running(server):
        transport = SmtpTransport(mail_settings(server.port))
        drain(
            database,
            transport,
            now=NOW,
            compose=compose,
            settings=mail_settings(server.port),
            limit=2,
        )
    database.close()


def run(*arguments: str) -> list[list[str]]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(
        app, ["outbox", *arguments], catch_exceptions=False
    )
    assert result.exit_code == 0
    return [line.split() for line in result.output.splitlines()]


@pytest.mark.usefixtures("_refused_and_waiting")
@pytest.mark.parametrize("arguments", [(), ("status",)])
def test_status_counts_by_state_and_names_the_oldest(arguments: tuple[str, ...]) -> None:
    shown = [" ".join(words) for words in run(*arguments)]

    assert shown == [
        "chờ gửi 1",
        "đang gửi 0",
        "đã gửi 1",
        "gửi lại sau 0",
        "hỏng 1",
        "không còn gì để nói 0",
        "thư chờ lâu nhất từ 16/05/2024 08:00",
        "lần gửi tới 16/05/2024 08:00",
    ]


@pytest.mark.usefixtures("_refused_and_waiting")
def test_list_shows_the_newest_first() -> None:
    assert [words[0] for words in run("list")] == ["3", "2", "1"]
    assert [words[0] for words in run("list", "--limit", "1")] == ["3"]


@pytest.mark.usefixtures("_refused_and_waiting")
def test_list_of_what_failed_shows_the_servers_answer() -> None:
    (row,) = run("list", "--failed")

    assert row[:5] == ["2", "16/05/2024", "08:00", "hỏng", "p-2@quan.example"]
    assert row[-2:] == ["550", "no"]


def test_empty_outbox_says_so() -> None:
    assert run("list") == [["Không", "có", "thư", "nào."]]
