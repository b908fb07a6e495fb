"""`dondoc submit`, `accept`, `exempt`, `receipt verify`, `receipt show`."""

from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from cli import offering
from cli.context import Context, context
from dondoc.dossier import Aside
from dondoc.errors import DondocError
from dondoc.receipts import Authenticity, NotAReceipt, Verified, receipt_text, verify
from dondoc.signing import has_key, open_signer
from dondoc.store import FileStore
from dondoc.submissions import accept, asked_parts, exempt, prepare, record
from dondoc.tables import Receipt, Submission
from dondoc.words import Language, Words

receipts = typer.Typer(no_args_is_help=True, help="giấy biên nhận · receipts")

COMPLETE = Words(
    "Đã nhận lần {version} của {unit}, đủ thành phần. Giấy biên nhận {number}.",
    "Received version {version} from {unit}, complete. Receipt {number}.",
)
WITH_REASON = Words(
    "Đã nhận lần {version} của {unit}, còn thiếu có lý do; chờ nơi nhận xét. "
    "Giấy biên nhận {number}.",
    "Received version {version} from {unit}, incomplete with reasons; to be decided on. "
    "Receipt {number}.",
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
    missing: Annotated[
        list[str] | None,
        typer.Option("--missing", metavar="MÃ=LÝ DO", help="còn thiếu và vì sao · missing, why"),
    ] = None,
) -> None:
    """Nộp thay một đơn vị · Hand in for a unit: files and form fields; a receipt comes back."""
    ctx = context()
    now = ctx.now()
    store = FileStore(ctx.settings.data / "files")
    signer = open_signer(ctx.settings.data)
    hours = ctx.hours()
    with closing(ctx.database()) as database:
        with database.reading() as session:
            owed = offering.owed_by(session, (plan, milestone, unit), occurrence, now)
            parts = tuple(asked_parts(session, owed).values())
            offers = offering.offered([*(files or ()), *(component or ())], parts)
            given = offering.fields(field or ())
            said = Aside(missing=offering.reasons(missing or (), "--missing"))
            prepared = prepare(session, store, owed, offers, given, said=said)
            key = owed.occurrence.key
        with database.writing() as session:
            owed = offering.owed_by(session, (plan, milestone, unit), key, now)
            submission = record(
                session, signer, owed, prepared, actor=getuser(), now=now, late_days=hours.late_days
            )
            _show(ctx, submission)


def accept_command(
    plan: PlanCode, milestone: MilestoneCode, unit: UnitCode, occurrence: OccurrenceKey = None
) -> None:
    """Nhận bài đã nộp · Accept what a unit handed in."""
    ctx = context()
    now = ctx.now()
    with closing(ctx.database()) as database, database.writing() as session:
        owed = offering.owed_by(session, (plan, milestone, unit), occurrence, now, reviewing=True)
        accept(session, owed, actor=getuser(), now=now)
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
    with closing(ctx.database()) as database, database.writing() as session:
        owed = offering.owed_by(session, (plan, milestone, unit), occurrence, now)
        exempt(session, owed, reason, actor=getuser(), now=now)
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
    with closing(ctx.database()) as database, database.reading() as session:
        receipt = session.scalar(select(Receipt).where(Receipt.number == number))
        if receipt is None:
            raise NoSuchReceipt(number=number)
        text = receipt_text(receipt, open_signer(ctx.settings.data))
    if output is None:
        typer.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    ctx.say(SAVED, file=output)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise NotAReceipt(file=file.name, why=error) from error


def _show(ctx: Context, submission: Submission) -> None:
    receipt = submission.receipt
    received = WITH_REASON if submission.excused else INCOMPLETE
    ctx.say(
        COMPLETE if submission.complete else received,
        version=submission.version,
        unit=submission.obligation.unit.name,
        number="–" if receipt is None else receipt.number,
    )
    for code, lack in submission.missing.items():
        why = submission.excused.get(code)
        what = lack["vi" if ctx.language is Language.VI else "en"]
        ctx.say(LACK, what=what if why is None else f"{what} ({why})")


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
