"""What goes wrong on a real machine, asked one by one."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import inspect, select

from cli.finding import Finding
from cli.prefect_checkup import PREFECT, checked_prefect
from dondoc.database import Database, check, open_database
from dondoc.errors import DondocError
from dondoc.migration import HEAD, revision
from dondoc.pace import Pace
from dondoc.settings import Mail, Settings
from dondoc.store import FileStore
from dondoc.tables import Plan
from dondoc.uploads import KEPT
from dondoc.words import Language, Words
from notifications.domains import open_paces
from notifications.returned.mailbox import open_mailbox
from notifications.smtp import greeting
from schedules.overrides import open_calendar

ROOM = 500_000_000
"""Bytes free below which a disk is called full: files handed in, letters, Prefect's database."""


DISK = Words("Thư mục dữ liệu", "Data folder")
DATABASE = Words("Cơ sở dữ liệu", "Database")
ZONE = Words("Múi giờ", "Time zone")
CALENDAR = Words("Lịch làm việc", "Calendar")
MAIL = Words("Thư", "Mail")
UNUSED = Words("Tệp không còn ai dùng", "Files nobody uses")
PACE = Words("Nhịp gửi", "Pace")
RETURNED = Words("Thư bị trả lại", "Returned mail")


def checkup(settings: Settings, now: datetime) -> list[Finding]:
    """Starts nothing and changes nothing."""
    steps: tuple[tuple[Words, Callable[[], Finding]], ...] = (
        (DISK, lambda: disk(settings)),
        (DATABASE, lambda: database(settings)),
        (UNUSED, lambda: unused(settings)),
        (ZONE, lambda: zone(settings, now)),
        (CALENDAR, lambda: calendar(settings, now)),
        (MAIL, lambda: mail(settings)),
        (PACE, lambda: pace(settings)),
        (RETURNED, lambda: returned(settings)),
        (PREFECT, lambda: checked_prefect(settings)),
    )
    return [_asked(what, step) for what, step in steps]


def _asked(what: Words, step: Callable[[], Finding]) -> Finding:
    """An error's first line says what is wrong, the rest how to mend it."""
    try:
        return step()
    except DondocError as error:
        texts = [error.text(language).partition("\n") for language in (Language.VI, Language.EN)]
        said, mend = Words(*(text[0] for text in texts)), Words(*(text[2] for text in texts))
        return Finding(what=what, said=said, mend=mend)


def disk(settings: Settings) -> Finding:
    folder = settings.data
    said = Words(str(folder), str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"dondoc")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        why = error.strerror
        return Finding(
            what=DISK,
            said=Words(f"không ghi được vào {folder}: {why}", f"cannot write to {folder}: {why}"),
            mend=Words(
                "Cấp quyền ghi thư mục này, hoặc đặt DONDOC_DATA.",
                "Give write permission there, or set DONDOC_DATA.",
            ),
        )
    if free < ROOM:
        left = f"{free / 1e6:.0f} MB"
        return Finding(
            what=DISK,
            said=Words(f"{folder}: chỉ còn trống {left}", f"{folder}: only {left} free"),
            mend=Words("Dọn ổ đĩa, hoặc chuyển DONDOC_DATA.", "Free some, or move DONDOC_DATA."),
        )
    return Finding(what=DISK, said=said)


def database(settings: Settings) -> Finding:
    """Raises DatabaseUnreachable."""
    opened = open_database(settings.url)
    try:
        check(opened)
        found = revision(opened)
    finally:
        opened.close()
    if found is None:
        return Finding(
            what=DATABASE,
            said=Words("chưa có bảng; lệnh đầu tiên sẽ lập", "empty; the first command fills it"),
        )
    if found != HEAD:
        return Finding(
            what=DATABASE,
            said=Words(f"lược đồ {found}, cần {HEAD}", f"schema {found}, needs {HEAD}"),
            mend=Words("Khởi động lại `dondoc up`.", "Start `dondoc up` anew; it migrates."),
        )
    kind = opened.engine.url.render_as_string(hide_password=True)
    return Finding(what=DATABASE, said=Words(kind, kind))


def unused(settings: Settings) -> Finding:
    """What is laid aside to be removed."""
    sizes = [path.stat().st_size for path in FileStore(settings.data / "files").set_aside()]
    megabytes = f"{sum(sizes) / 1e6:.1f} MB"
    said = Words(
        f"{len(sizes)} tệp, {megabytes}; bỏ hẳn sau {KEPT} ngày",
        f"{len(sizes)} files, {megabytes}; removed after {KEPT} days",
    )
    return Finding(what=UNUSED, said=said)


def zone(settings: Settings, now: datetime) -> Finding:
    local = now.astimezone(settings.zone)
    said = f"{settings.time_zone}, {local:%H:%M %d/%m/%Y} ({local:%z})"
    return Finding(what=ZONE, said=Words(said, said))


def calendar(settings: Settings, now: datetime) -> Finding:
    """Raises CalendarFileWrong."""
    known = open_calendar(settings)
    today = now.astimezone(settings.zone).date()
    years = sorted({today.year} | _years(settings, today))
    guessed = [str(year) for year in years if known.is_estimate(year)]
    if guessed:
        missing = ", ".join(guessed)
        return Finding(
            what=CALENDAR,
            said=Words(
                f"ngày nghỉ năm {missing} mới là ước tính", f"holidays of {missing} are estimates"
            ),
            mend=Words(
                "Khi có quyết định, ghi ngày nghỉ và ngày làm bù vào tệp DONDOC_CALENDAR_FILE.",
                "Once decreed, put days off and worked Saturdays into DONDOC_CALENDAR_FILE.",
            ),
            note=True,
        )
    said = ", ".join(str(year) for year in years)
    return Finding(what=CALENDAR, said=Words(said, said))


def _years(settings: Settings, today: date) -> set[int]:
    """The years that plans still have before them."""
    opened = open_database(settings.url)
    try:
        periods = _periods(opened)
    finally:
        opened.close()
    return {
        year
        for start, end in periods
        for year in range(max(start.year, today.year), end.year + 1)
        if end >= today
    }


def _periods(opened: Database) -> list[tuple[date, date]]:
    """Raises DatabaseUnreachable."""
    check(opened)
    if not inspect(opened.engine).has_table(Plan.__tablename__):
        return []
    with opened.reading() as session:
        rows = session.execute(select(Plan.period_from, Plan.period_to))
        return [(start, end) for start, end in rows]


def mail(settings: Settings) -> Finding:
    """Raises MailUnreachable."""
    if settings.mail is Mail.FOLDER:
        folder = settings.data / "letters"
        return Finding(
            what=MAIL,
            said=Words(
                f"ghi vào thư mục {folder}, chưa gửi đi (DONDOC_MAIL=smtp để gửi)",
                f"written to {folder}, not sent (DONDOC_MAIL=smtp sends)",
            ),
        )
    answer = greeting(settings)
    return Finding(what=MAIL, said=Words(answer, answer))


def pace(settings: Settings) -> Finding:
    """Raises DomainsFileWrong."""
    paces = open_paces(settings)
    allowed = Pace(
        rate=settings.smtp_rate,
        quota=settings.smtp_quota,
        connections=settings.smtp_connections,
        messages=settings.smtp_messages,
    )
    said = [
        "\n".join(
            [
                allowed.text(language),
                *(f"{domain}: {one.text(language)}" for domain, one in paces.lines.items()),
            ]
        )
        for language in (Language.VI, Language.EN)
    ]
    return Finding(what=PACE, said=Words(*said))


def returned(settings: Settings) -> Finding:
    """Raises MailboxUnreachable."""
    with open_mailbox(settings) as mailbox:
        if mailbox is None:
            said = Words(
                "không theo dõi (DONDOC_BOUNCE_MAILBOX)", "not watched (DONDOC_BOUNCE_MAILBOX)"
            )
            return Finding(what=RETURNED, said=said)
        waiting = sum(1 for _ in mailbox.unread())
    said = Words(f"{waiting} thư chưa đọc", f"{waiting} messages unread")
    if settings.reply_address:
        replies = Words("; thư trả lời về {to}", "; answers go to {to}").filled(
            to=settings.reply_address
        )
        said = Words(said.vi + replies.vi, said.en + replies.en)
    return Finding(what=RETURNED, said=said)
