from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from cli import outbox_watch
from cli.context import Context
from cli.main import app
from dondoc import settings
from dondoc.database import open_database
from dondoc.tables import Letter, LetterState, Rest, RestCause, in_state
from notifications.backlog import Days, expected_end
from notifications.outbox import drain
from notifications.smtp import SmtpTransport
from schedules.overrides import open_hours
from tests.mail_server import MailServer, running
from tests.migrated import own_database
from tests.outbox_cast import NOW, compose, drain_all, make_letters
from tests.outbox_cast import settings as mail_settings


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Context, "now", lambda _self: NOW)


@pytest.fixture
def _refused_and_waiting() -> None:
    """In the database of the settings: one letter sent, one refused, one waiting."""
    database = own_database()
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
        "tốc độ gần đây 1.0 thư/phút",
        "dự kiến gửi xong 16/05/2024 08:01",
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


def test_status_tells_rate_and_expected_end_while_letters_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """40 sent in five minutes and 20 waiting: two and a half minutes more."""
    database = own_database()
    make_letters(database, 60)
    with running(MailServer()) as server:
        transport = SmtpTransport(mail_settings(server.port))
        drain(
            database,
            transport,
            now=NOW + timedelta(minutes=5),
            compose=compose,
            settings=mail_settings(server.port),
            limit=40,
        )
        transport.hang_up()
    database.close()
    monkeypatch.setattr(Context, "now", lambda _self: NOW + timedelta(minutes=10))

    shown = [" ".join(words) for words in run("status")]

    assert shown[-2:] == ["tốc độ gần đây 8.0 thư/phút", "dự kiến gửi xong 16/05/2024 08:12"]


def test_watching_an_empty_outbox_ends_at_once() -> None:
    assert "chờ gửi 0" in [" ".join(words) for words in run("status", "--watch")]


def test_watching_ends_when_the_last_letter_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_watch, "EVERY", 0.05)
    database = own_database()
    make_letters(database, 20)
    with running(MailServer(on_data=_slowly)) as server:
        transport = SmtpTransport(mail_settings(server.port))
        sending = Thread(target=drain_all, args=(database, transport))
        sending.start()
        shown = [" ".join(words) for words in run("status", "--watch")]
        sending.join()
    database.close()

    assert "đã gửi 20" in shown


def _slowly(_recipient: str) -> str:
    sleep(0.02)
    return "250 accepted"


def test_expected_end_leaps_over_nights_and_weekends() -> None:
    """Friday 17 May 2024, 16:20: ten minutes that day, the other twenty on Monday morning."""
    chosen = settings.load()
    friday = datetime(2024, 5, 17, 16, 20, tzinfo=chosen.zone)

    end = expected_end(30, 1.0, hours=open_hours(chosen), settings=chosen, now=friday)

    assert end == datetime(2024, 5, 20, 8, 20, tzinfo=chosen.zone)


def test_expected_end_keeps_to_rate_and_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten an hour, sixty a day: 100 letters on Thursday at eight are out on Friday at noon."""
    chosen = settings.load(smtp_rate="10/h", smtp_quota=60)
    thursday = datetime(2024, 5, 16, 8, 0, tzinfo=chosen.zone)

    end = expected_end(
        100,
        chosen.smtp_rate.a_minute,
        hours=open_hours(chosen),
        settings=chosen,
        now=thursday,
        quota=Days(60, 60),
    )

    assert end == datetime(2024, 5, 17, 12, 0, tzinfo=chosen.zone)


def test_status_names_what_the_server_and_domains_allow(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "domains.txt"
    file.write_text("quan.example rate=60/h connections=1\n")
    monkeypatch.setenv("DONDOC_SMTP_DOMAINS_FILE", str(file))
    monkeypatch.setenv("DONDOC_SMTP_RATE", "10/giờ")
    monkeypatch.setenv("DONDOC_SMTP_QUOTA", "60")
    database = own_database()
    make_letters(database, 3)
    with database.writing() as session:
        session.add(
            Rest(
                domain="cham.vn",
                cause=RestCause.PUT_OFF,
                until=NOW + timedelta(minutes=5),
                times=2,
                answer="452 no room",
            )
        )
    database.close()

    shown = [" ".join(words) for words in run("status")]

    assert shown[-6:] == [
        "máy chủ thư cho phép 10 thư/giờ, 60 thư/ngày; hôm nay còn 60",
        "dự kiến gửi xong 16/05/2024 08:18",
        "",
        "Tên miền nhận (2)",
        "cham.vn 0 thư chờ nghỉ đến 16/05/2024 08:05, lần thứ 2: 452 no room",
        "quan.example 3 thư chờ 60 thư/giờ, 1 thư cùng lúc",
    ]


def test_at_night_status_says_when_reminders_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    database = own_database()
    make_letters(database, 1)
    database.close()
    monkeypatch.setattr(Context, "now", lambda _self: NOW + timedelta(hours=10))

    assert "ngoài giờ gửi, thư nhắc đi từ 17/05/2024 08:00" in [
        " ".join(words) for words in run("status")
    ]


def watched(monkeypatch: pytest.MonkeyPatch, minutes: float = 0) -> str:
    """What is said when nothing more can leave."""
    monkeypatch.setattr(outbox_watch, "EVERY", 0.05)
    monkeypatch.setattr(Context, "now", lambda _self: NOW + timedelta(minutes=minutes))
    lines = [" ".join(words) for words in run("status", "--watch")]
    (said,) = [line for line in lines if line.startswith("Còn")]
    return said


def waiting_for(domain: str, *, letters: int = 3) -> None:
    database = own_database()
    make_letters(database, letters)
    with database.writing() as session:
        for letter in session.scalars(select(Letter)):
            letter.domain = domain
    database.close()


def resting(domain: str, until: datetime) -> None:
    database = open_database(settings.load().url)
    with database.writing() as session:
        session.add(
            Rest(domain=domain, cause=RestCause.PUT_OFF, until=until, times=3, answer="452 no room")
        )
    database.close()


def sent_at(at: datetime) -> None:
    """The first letter."""
    database = open_database(settings.load().url)
    with database.writing() as session:
        letter = session.get_one(Letter, 1)
        letter.state, letter.sent_at = LetterState.SENT, at
    database.close()


def test_watching_ends_while_a_domain_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting_for("cham.vn")
    resting("cham.vn", NOW + timedelta(minutes=15))

    assert watched(monkeypatch) == (
        "Còn 3 thư, trước 16/05/2024 08:15 không thư nào đi thêm được: "
        "cham.vn nghỉ vì hoãn mọi thư."
    )


def test_watching_ends_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting_for("x.vn")

    assert watched(monkeypatch, minutes=10 * 60) == (
        "Còn 3 thư, trước 17/05/2024 08:00 không thư nào đi thêm được: ngoài giờ gửi."
    )


@pytest.mark.parametrize(
    ("name", "limit", "until"),
    [("RATE", "1/h", "16/05/2024 09:00"), ("QUOTA", "1", "17/05/2024 08:00")],
)
def test_watching_ends_where_the_server_takes_no_more(
    monkeypatch: pytest.MonkeyPatch, name: str, limit: str, until: str
) -> None:
    monkeypatch.setenv(f"DONDOC_SMTP_{name}", limit)
    waiting_for("x.vn")
    sent_at(NOW)

    assert watched(monkeypatch, minutes=30) == (
        f"Còn 2 thư, trước {until} không thư nào đi thêm được: máy chủ thư chỉ cho phép từng ấy."
    )


@pytest.mark.parametrize(
    ("limit", "until"), [("rate=1/h", "16/05/2024 09:00"), ("quota=1", "17/05/2024 08:00")]
)
def test_watching_ends_where_a_domain_takes_no_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, limit: str, until: str
) -> None:
    file = tmp_path / "domains.txt"
    file.write_text(f"x.vn {limit}\n")
    monkeypatch.setenv("DONDOC_SMTP_DOMAINS_FILE", str(file))
    waiting_for("x.vn")
    sent_at(NOW)

    assert watched(monkeypatch, minutes=30) == (
        f"Còn 2 thư, trước {until} không thư nào đi thêm được: x.vn chỉ nhận từng ấy."
    )


def test_watching_says_that_nobody_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_watch, "QUIET", 0.2)
    waiting_for("x.vn")

    assert watched(monkeypatch) == (
        "Còn 3 thư mà không tiến trình nào đang gửi: hãy chạy `dondoc up`."
    )


def test_watching_goes_on_for_a_rest_that_is_over_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting_for("cham.vn")
    resting("cham.vn", NOW + timedelta(minutes=1))
    times: list[datetime] = []

    def now(_self: Context) -> datetime:
        """The rest ends; then the letters leave."""
        times.append(NOW)
        if len(times) == 20:
            database = open_database(settings.load().url)
            with database.writing() as session:
                session.execute(update(Letter).values(**in_state(LetterState.SENT), sent_at=NOW))
            database.close()
        return NOW

    monkeypatch.setattr(outbox_watch, "EVERY", 0.02)
    monkeypatch.setattr(Context, "now", now)
    shown = [" ".join(words) for words in run("status", "--watch")]

    assert "đã gửi 3" in shown
    assert not any("trước" in line for line in shown)
