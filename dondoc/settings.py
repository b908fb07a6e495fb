"""Settings, read once from `DONDOC_*` in the environment or `.env`."""

import os
import re
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dondoc.errors import DondocError
from dondoc.pace import Rate, rate
from dondoc.words import Language, Words


class SettingWrong(DondocError):
    """Setting {key} = {value!r} is not accepted: {why}"""

    vi = "Cấu hình {key} = {value!r} không dùng được: {why}"


class Mail(StrEnum):
    FOLDER = "folder"
    REDIRECT = "redirect"
    SMTP = "smtp"


class Security(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Settings(BaseSettings):
    """A new installation writes letters to a folder until `mail` says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="DONDOC_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    data: Path = user_data_path("dondoc", appauthor=False)
    database_url: str = ""
    language: Language = Language.VI
    time_zone: str = "Asia/Ho_Chi_Minh"
    calendar_file: Path | None = None
    culture_day: bool = False

    mail: Mail = Mail.FOLDER
    mail_from: str = "dondoc@localhost.localdomain"
    mail_from_name: str = "Đôn đốc"
    mail_redirect_to: str = ""
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_security: Security = Security.STARTTLS
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    smtp_timeout: float = 30.0
    smtp_connections: int = 4
    dkim_selector: str = "dondoc"
    smtp_domains_file: Path | None = None
    smtp_messages: int = Field(default=0, ge=0)
    smtp_rate: Annotated[Rate, NoDecode, BeforeValidator(rate)] = Rate()
    smtp_quota: int = Field(default=0, ge=0)
    bounce_address: str = ""
    bounce_mailbox: str = ""
    bounce_password: SecretStr = SecretStr("")
    bounce_password_file: Path | None = None
    reply_address: str = ""
    senders: int = Field(default=0, ge=0)
    send_from: time = time(8, 0)
    send_until: time = time(16, 30)

    portal: bool = True
    portal_host: str = "127.0.0.1"
    portal_port: int = 8080
    portal_url: str = ""
    link_days: int = 90
    metrics_token: SecretStr = SecretStr("")
    metrics_token_file: Path | None = None
    ping_url: str = ""
    guard_times: float = Field(default=3.0, ge=0)
    guard_least: int = Field(default=100, ge=0)

    prefect: bool = True
    prefect_port: int = 4200
    prefect_url: str = ""
    prefect_grace: float = 120.0
    prefect_horizon_days: int = 7

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("an IANA time zone such as Asia/Ho_Chi_Minh") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def url(self) -> str:
        """The SQLAlchemy URL; plain `postgresql://` means psycopg 3."""
        if not self.database_url:
            return f"sqlite:///{self.data / 'dondoc.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def portal_address(self) -> str:
        """Where people find the portal: what `portal_url` says, else this machine alone."""
        if self.portal_url:
            return self.portal_url.rstrip("/")
        return f"http://{self.portal_host}:{self.portal_port}"

    @property
    def prefect_address(self) -> str:
        """Where an operator finds Prefect's pages; empty where it does not run."""
        if not self.prefect:
            return ""
        if self.prefect_url:
            return self.prefect_url.rstrip("/").removesuffix("/api")
        return f"http://127.0.0.1:{self.prefect_port}"

    @property
    def password(self) -> str:
        return _secret(self.smtp_password, self.smtp_password_file)

    @property
    def bounce_secret(self) -> str:
        return _secret(self.bounce_password, self.bounce_password_file)

    @property
    def metrics_secret(self) -> str:
        return _secret(self.metrics_token, self.metrics_token_file)


def load(**overrides: object) -> Settings:
    """Raises SettingWrong naming the key, the value and what is accepted; never a secret."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_context=False)[0]
        key = "DONDOC_" + "_".join(str(part) for part in first["loc"]).upper()
        shown = "…" if "PASSWORD" in key or "TOKEN" in key else first["input"]
        raise SettingWrong(key=key, value=shown, why=first["msg"]) from None
    _agree(settings)
    return settings


def _agree(settings: Settings) -> None:
    """What one key says must fit what another says. Raises SettingWrong."""
    if settings.mail is Mail.REDIRECT and not settings.mail_redirect_to:
        why = Words(
            "DONDOC_MAIL=redirect cần một hộp thư ở đây", "DONDOC_MAIL=redirect needs a mailbox"
        )
        raise SettingWrong(key="DONDOC_MAIL_REDIRECT_TO", value="", why=why)
    if settings.send_from >= settings.send_until:
        why = Words("phải trước DONDOC_SEND_UNTIL", "must be before DONDOC_SEND_UNTIL")
        raise SettingWrong(key="DONDOC_SEND_FROM", value=f"{settings.send_from:%H:%M}", why=why)
    if settings.portal_url and not settings.portal_url.startswith(("https://", "http://")):
        why = Words(
            "phải bắt đầu bằng https:// hoặc http://", "must begin with https:// or http://"
        )
        raise SettingWrong(key="DONDOC_PORTAL_URL", value=settings.portal_url, why=why)
    for name in ("smtp_password_file", "bounce_password_file", "metrics_token_file"):
        file = getattr(settings, name)
        if file is not None and not os.access(file, os.R_OK):
            why = Words("không đọc được tệp", "the file cannot be read")
            raise SettingWrong(key=f"DONDOC_{name.upper()}", value=str(file), why=why)
    scheme = settings.bounce_mailbox.partition(":")[0]
    if scheme not in ("", "maildir", "imap", "imaps"):
        why = Words("cần maildir:, imap: hoặc imaps:", "maildir:, imap: or imaps: is needed")
        raise SettingWrong(key="DONDOC_BOUNCE_MAILBOX", value=settings.bounce_mailbox, why=why)
    if settings.reply_address:
        _agree_on_replies(settings)


def _agree_on_replies(settings: Settings) -> None:
    """Raises SettingWrong."""
    key, value = "DONDOC_REPLY_ADDRESS", settings.reply_address
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,30}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        why = Words(
            "cần một địa chỉ thư không dấu cộng, trước @ nhiều nhất 30 chữ",
            "a mail address without a plus is needed, at most 30 letters before the @",
        )
        raise SettingWrong(key=key, value=value, why=why)
    if not settings.bounce_mailbox:
        why = Words(
            "thư trả lời được đọc trong hộp thư DONDOC_BOUNCE_MAILBOX, chưa đặt",
            "replies are read in the mailbox DONDOC_BOUNCE_MAILBOX, which is not set",
        )
        raise SettingWrong(key=key, value=value, why=why)
    if not settings.portal or not (settings.portal_url or settings.mail is Mail.FOLDER):
        why = Words(
            "cần trang web và DONDOC_PORTAL_URL: tệp gửi bằng thư chỉ được nộp khi bấm Nộp ở đó",
            "the portal and DONDOC_PORTAL_URL are needed: files that come by mail are handed in "
            "only by pressing Hand in there",
        )
        raise SettingWrong(key=key, value=value, why=why)


def _secret(value: SecretStr, file: Path | None) -> str:
    """What the file says goes before the value."""
    return value.get_secret_value() if file is None else file.read_text(encoding="utf-8").strip()
