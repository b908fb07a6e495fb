"""`dondoc letters`: what each letter looks like, with an example's facts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.context import context
from dondoc.errors import Refused
from dondoc.queries import not_found
from dondoc.words import Language, Words
from notifications.examples import example, example_link
from notifications.rendering import NAMES, render

LETTER = Words("thư", "letter")
WHAT = {
    "announcement": Words("khi kế hoạch bắt đầu", "when a plan begins"),
    "returned": Words("khi bài nộp bị trả lại", "when a submission is returned"),
    "extension": Words("khi gia hạn, đổi, thu hồi, không gia hạn", "about an extension"),
    "taken_over": Words("khi tiếp nhận việc của đơn vị khác", "taking over from another unit"),
    "changed": Words("khi kế hoạch điều chỉnh", "when a plan is amended"),
    "reminder": Words("trước hạn", "before a deadline"),
    "due_today": Words("ngày làm việc cuối cùng", "on the last working day"),
    "overdue": Words("sau hạn", "after a deadline"),
    "escalation": Words("báo cáo cấp trên", "to a superior"),
    "review": Words("bài nộp chờ xem xét", "submissions to decide on"),
    "digest": Words("thứ Hai, cho thường trực", "Mondays, to the standing office"),
    "receipt": Words("giấy biên nhận", "for what was handed in"),
    "received": Words("khi trả lời thư có kèm tệp", "when a letter is answered with files"),
    "question": Words("trả lời thư không kèm tệp", "an answer without files, to the office"),
    "link": Words("khi đơn vị xin liên kết mới", "when a unit asks for a new link"),
    "sign_in": Words("khi cán bộ xin liên kết đăng nhập", "when an official asks to sign in"),
    "account": Words("khi tài khoản của cán bộ bị thay đổi", "when an account was changed"),
}
WRITTEN = Words("Đã ghi {path}", "Wrote {path}")

app = typer.Typer(help="Các mẫu thư · the letters", no_args_is_help=True)


@app.command("list")
def list_letters() -> None:
    """Các mẫu thư và khi nào gửi · the letters and when they go out"""
    ctx = context()
    table = Table(box=None, show_header=False)
    for name in NAMES:
        table.add_row(name, WHAT[name].text(ctx.language))
    ctx.console.print(table)


@app.command()
def preview(
    name: Annotated[str, typer.Argument(help="xem `dondoc letters list`")],
    language: Annotated[Language | None, typer.Option(help="vi, en")] = None,
    html: Annotated[Path | None, typer.Option(help="ghi bản HTML ra tệp")] = None,
) -> None:
    """In một thư mẫu · print an example of a letter"""
    ctx = context()
    if name not in NAMES:
        raise not_found(LETTER, name, NAMES)
    rendered = render(example(name, language or ctx.language), example_link(name))
    if html is not None:
        _save(html, rendered.html)
        ctx.say(WRITTEN, path=html)
    typer.echo(f"Subject: {rendered.subject}\n\n{rendered.text}", nl=False)


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(why=str(error)) from error
