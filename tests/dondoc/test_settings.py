from pathlib import Path

import pytest

from dondoc.settings import SettingWrong, load
from dondoc.words import Language

SECRET = "d0ng-ch1a-kh0a"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DONDOC_MAIL", "pigeon"),
        ("DONDOC_SMTP_PORT", "many"),
        ("DONDOC_SEND_FROM", "17:00"),
        ("DONDOC_SMTP_PASSWORD_FILE", "/nowhere/at/all"),
    ],
)
def test_wrong_value_names_its_key(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingWrong) as wrong:
        load()
    for language in Language:
        assert name in wrong.value.text(language)
        assert value in wrong.value.text(language)


def test_redirect_needs_a_mailbox_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_SMTP_PASSWORD", SECRET)
    monkeypatch.setenv("DONDOC_MAIL", "redirect")
    with pytest.raises(SettingWrong) as wrong:
        load()
    assert "DONDOC_MAIL_REDIRECT_TO" in str(wrong.value)
    assert SECRET not in f"{wrong.value!r} {wrong.value.__cause__!r} {wrong.value.__context__!r}"


def test_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_CALENDAR_FILE", "")
    monkeypatch.setenv("DONDOC_SMTP_PORT", "")
    assert load().calendar_file is None
    assert load().smtp_port == 25


def test_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("DONDOC_SMTP_PORT=2525\nDONDOC_SMTP_HOST=mail\n", "utf-8")
    monkeypatch.setenv("DONDOC_SMTP_HOST", "relay")
    assert (load().smtp_port, load().smtp_host) == (2525, "relay")


def test_password_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n", "utf-8")
    monkeypatch.setenv("DONDOC_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    assert load().password == SECRET
    assert SECRET not in repr(load())


def test_plain_postgresql_url_means_psycopg() -> None:
    assert load(database_url="postgresql://a@b/c").url == "postgresql+psycopg://a@b/c"
