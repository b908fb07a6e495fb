"""`dondoc submit`, `accept`, `exempt`, `receipt verify`, `receipt show`."""

from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli import offering
from cli.context import Context, context
from dondoc.dossier import components
from dondoc.errors import DondocError
from dondoc.queries import (
    OBLIGATION,
    milestone_by_code,
    not_found,
    obligations,
    plan_by_code,
    unit_by_code,
)
from dondoc.receipts import Authenticity, NotAReceipt, Verified, receipt_text, verify
from dondoc.signing import has_key, open_signer
from dondoc.store import FileStore
from dondoc.submissions import accept, asked, exempt, hand_in, prepare, record
from dondoc.tables import Obligation, Receipt, Submission
from dondoc.words import Language, Words

receipts = typer.Typer(no_args_is_help=True, help="giấy biên nhận · receipts")

COMPLETE = Words(
    "Đã nhận lần {version} của {unit}, đủ thành phần. Giấy biên nhận {number}.",
    "Received version {version} from {unit}, complete. Receipt {number}.",
)
INCOMPLETE = Words(
    "Đã nhận lần {version} của {unit}, CÒN THIẾU; vẫn phải nộp đủ. Giấy biên nhận {number}.",
    "Received version {version} from {unit}, INCOMPLETE; it still owes. Receipt {number}.",
)
LACK = Words("  thiếu: {what}", "  missing: {what}")
ACCEPTED = Words("Đã nhận bài của {unit}.", "Accepted what {unit} handed in.")
EXEMPTED = Words("Đã miễn cho {unit}.", "{unit} is exempt.")
SAVED = Words("Đã ghi {file}.", "Wrote {file}.")
OUTCOMES = {
    Authenticity.GENUINE: Words(
        "ĐÚNG: do nơi này ký, không bị sửa.", "GENUINE: signed here, not altered."
    ),
    Authenticity.INTACT: Words(
        "KHÔNG BỊ SỬA, nhưng chưa đối chiếu được khoá ký {key}; thêm --key với khoá của nơi cấp.",
        "NOT ALTERED, but the signing key {key} was compared with none; add --key of the issuer.",
    ),
    Authenticity.FOREIGN: Words(
        "DO NƠI KHÁC KÝ: khoá {key} không phải khoá mong đợi.",
        "SIGNED ELSEWHERE: key {key} is not the expected one.",
    ),
    Authenticity.ALTERED: Words(
        "ĐÃ BỊ SỬA: chữ ký không khớp nội dung.", "ALTERED: the signature does not fit the text."
    ),
}
FACTS = Words(
    "Số {number} · {unit} · {milestone} {occurrence} · lần {version} · nhận {received}",
    "No. {number} · {unit} · {milestone} {occurrence} · version {version} · received {received}",
)

PlanCode = Annotated[str, typer.Argument(metavar="PLAN")]
MilestoneCode = Annotated[str, typer.Argument(metavar="MILESTONE")]
UnitCode = Annotated[str, typer.Argument(metavar="UNIT")]
OccurrenceKey = Annotated[
    str | None, typer.Option("--occurrence", metavar="KỲ", help="ví dụ 2024-Q3")
]


class NoSuchReceipt(DondocError):
    """There is no receipt {number}."""

    vi = "Không có giấy biên nhận {number}."


def submit_command(
    plan: PlanCode,
    milestone: MilestoneCode,
    unit: UnitCode,
    files: Annotated[list[str] | None, typer.Argument(metavar="[CODE=]FILE…")] = None,
    occurrence: OccurrenceKey = None,
    field: Annotated[
        list[str] | None, typer.Option("--field", metavar="MÃ=GIÁ TRỊ", help="mục của biểu mẫu")
    ] = None,
    component: Annotated[
        list[str] | None, typer.Option("--component", metavar="MÃ=TỆP", help="thành phần hồ sơ")
    ] = None,
) -> None:
    """Nộp thay một đơn vị · Hand in for a unit: files and form fields; a receipt comes back."""
    ctx = context()
    now = ctx.now()
    store = FileStore(ctx.settings.data / "files")
    signer = open_signer(ctx.settings.data)
    hours = ctx.hours()
    database = ctx.database()
    with database.reading() as session:
        owed = _obligation(session, (plan, milestone, unit), occurrence, now)
        parts = components(hand_in(owed), lambda only: asked(session, owed, only))
        offers = offering.offered([*(files or ()), *(component or ())], parts)
        prepared = prepare(session, store, owed, offers, offering.fields(field or ()))
        key = owed.occurrence.key
    with database.writing() as session:
        owed = _obligation(session, (plan, milestone, unit), key, now)
        submission = record(
            session, signer, owed, prepared, actor=getuser(), now=now, late_days=hours.late_days
        )
        _show(ctx, submission)
    database.close()


def accept_command(
    plan: PlanCode, milestone: MilestoneCode, unit: UnitCode, occurrence: OccurrenceKey = None
) -> None:
    """Nhận bài đã nộp · Accept what a unit handed in."""
    ctx = context()
    now = ctx.now()
    database = ctx.database()
    with database.writing() as session:
        owed = _obligation(session, (plan, milestone, unit), occurrence, now, reviewing=True)
        accept(session, owed, actor=getuser(), now=now)
    database.close()
    ctx.say(ACCEPTED, unit=unit)


def exempt_command(
    plan: PlanCode,
    milestone: MilestoneCode,
    unit: UnitCode,
    reason: Annotated[str, typer.Option("--reason", help="lý do · why")],
    occurrence: OccurrenceKey = None,
) -> None:
    """Miễn cho một đơn vị · A unit need not hand this in."""
    ctx = context()
    now = ctx.now()
    database = ctx.database()
    with database.writing() as session:
        owed = _obligation(session, (plan, milestone, unit), occurrence, now)
        exempt(session, owed, reason, actor=getuser(), now=now)
    database.close()
    ctx.say(EXEMPTED, unit=unit)


@receipts.command("verify")
def verify_command(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    key: Annotated[
        str | None, typer.Option("--key", help="khoá công khai hoặc dấu vân tay của nơi cấp")
    ] = None,
) -> None:
    """Kiểm tra giấy biên nhận, không cần mạng · Check a receipt offline; exit 0 only if genuine."""
    ctx = context()
    folder = ctx.settings.data
    trusted = key or (open_signer(folder).public_key if has_key(folder) else None)
    verified = verify(_read(file), name=file.name, trusted=trusted)
    ctx.say(OUTCOMES[verified.authenticity], key=verified.fingerprint)
    _show_facts(ctx, verified)
    if verified.authenticity is not Authenticity.GENUINE:
        raise typer.Exit(code=1)


@receipts.command("show")
def show_command(
    number: Annotated[str, typer.Argument(metavar="NUMBER")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE")] = None,
) -> None:
    """Ghi lại một giấy biên nhận · Print or save a receipt."""
    ctx = context()
    database = ctx.database()
    with database.reading() as session:
        receipt = session.scalar(select(Receipt).where(Receipt.number == number))
        if receipt is None:
            raise NoSuchReceipt(number=number)
        text = receipt_text(receipt, open_signer(ctx.settings.data))
    database.close()
    if output is None:
        typer.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    ctx.say(SAVED, file=output)


def _obligation(
    session: Session,
    codes: tuple[str, str, str],
    key: str | None,
    now: datetime,
    *,
    reviewing: bool = False,
) -> Obligation:
    """Raises NotFound, WhichOccurrence."""
    plan = plan_by_code(session, codes[0])
    milestone = milestone_by_code(session, plan, codes[1])
    unit = unit_by_code(session, codes[2])
    owed = session.scalars(obligations(milestone=milestone, unit=unit)).all()
    if not owed:
        raise not_found(OBLIGATION, f"{milestone.code} · {unit.code}", ())
    today = now.astimezone(ZoneInfo(plan.time_zone)).date()
    return offering.chosen(owed, key, today, reviewing=reviewing)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise NotAReceipt(file=file.name, why=error) from error


def _show(ctx: Context, submission: Submission) -> None:
    receipt = submission.receipt
    ctx.say(
        COMPLETE if submission.complete else INCOMPLETE,
        version=submission.version,
        unit=submission.obligation.unit.name,
        number="–" if receipt is None else receipt.number,
    )
    for lack in submission.missing.values():
        ctx.say(LACK, what=lack["vi" if ctx.language is Language.VI else "en"])


def _show_facts(ctx: Context, verified: Verified) -> None:
    facts = verified.facts
    try:
        ctx.say(
            FACTS,
            number=facts["number"],
            unit=facts["unit"]["name"],
            milestone=facts["milestone"]["name"],
            occurrence=facts["occurrence"]["label"],
            version=facts["version"],
            received=facts["received_at"],
        )
    except (KeyError, TypeError, IndexError):
        return  # altered beyond reading
