"""The first screen of `dondoc status`: every plan, and what needs a hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.text import Text

from cli.context import Context
from cli.figures import plan_table, rates_json
from cli.indented import show_indented
from dondoc.hold_words import held, what_is_held
from dondoc.leftovers import Leftover
from dondoc.overview import Overview
from dondoc.problems import said
from dondoc.tables import Heartbeat, Hold, LetterState, Problem
from dondoc.units.seats import seat_name
from dondoc.words import Words
from schedules.clock import EVERY

MISSED = 2 * EVERY

NO_PLAN = Words(
    "Chưa có kế hoạch nào được phát động; dùng: dondoc launch plan.yaml",
    "No plan has been launched yet: dondoc launch plan.yaml",
)
MAIL = Words("Thư: {mode}", "Mail: {mode}")
NO_BEAT = Words("Đồng hồ: chưa từng chạy (dondoc up)", "Clock: never ran (dondoc up)")
BEAT = Words("Đồng hồ {name}: nhịp cuối cách đây {age}", "Clock {name}: last beat {age} ago")
STOPPED = Words(" — ĐANG DỪNG", " — STOPPED")
GUARDED = Words(
    "ĐANG CHẶN {letters} thư (ngày nhiều nhất: {usual}); nếu đúng ý: dondoc outbox confirm",
    "{letters} letters STOPPED (busiest day: {usual}); if meant: dondoc outbox confirm",
)
HELD = Words("Đang tạm dừng", "On hold")
PROBLEMS = Words("Chưa liên lạc được", "Units not reached")
LEFT = Words("Đơn vị đã kết thúc, việc còn dở", "Ended units that still owe")
SETTLE = Words(
    "{unit} · {name}: {open} việc; dondoc units settle {change}",
    "{unit} · {name}: {open} open; dondoc units settle {change}",
)
DISSOLVE = Words(
    "{unit} · {name}: {open} việc; dondoc units merge, split hoặc dissolve {unit} --on {on}",
    "{unit} · {name}: {open} open; dondoc units merge, split or dissolve {unit} --on {on}",
)
INCIDENTS = Words("Sự cố trong bảy ngày", "Incidents of the last seven days")
FAILED = Words("Thư hỏng trong bảy ngày", "Letters that failed in the last seven days")
LETTERS = {
    LetterState.QUEUED: Words("chờ gửi", "queued"),
    LetterState.SENDING: Words("đang gửi", "sending"),
    LetterState.SENT: Words("đã gửi", "sent"),
    LetterState.DEFERRED: Words("gửi lại sau", "deferred"),
    LetterState.FAILED: Words("hỏng", "failed"),
    LetterState.DROPPED: Words("bỏ, không còn gì để nhắc", "dropped"),
}
SHOWN = 20


def show_overview(ctx: Context, seen: Overview, now: datetime) -> None:
    if seen.plans:
        ctx.console.print(plan_table(seen.plans, ctx.language, ctx.console.width))
    else:
        ctx.say(NO_PLAN)
    for line in _machine(ctx, seen, now):
        ctx.console.print(line)
    zone = ctx.settings.zone
    if seen.stop is not None:
        stopped = GUARDED.text(ctx.language, letters=seen.stop.letters, usual=seen.stop.usual)
        ctx.console.print(Text(stopped, style="bold red"))
    _list(ctx, HELD, [_held(ctx, hold) for hold in seen.holds])
    _list(
        ctx,
        PROBLEMS,
        [f"{p.unit.code} · {p.unit.name}: {said(p).text(ctx.language)}" for p in seen.problems],
    )
    _list(ctx, LEFT, [_left(ctx, one) for one in seen.leftovers])
    _list(
        ctx,
        INCIDENTS,
        [f"{i.at.astimezone(zone):%d/%m %H:%M} {i.kind}: {i.text}" for i in seen.incidents],
    )
    _list(ctx, FAILED, [f"{x.day:%d/%m} {x.address}: {x.answer or ''}" for x in seen.failed])


def _machine(ctx: Context, seen: Overview, now: datetime) -> list[Text]:
    """The clock, which is red when two beats are missed; the mail mode; the outbox."""
    language = ctx.language
    beats = [_beat(ctx, beat, now) for beat in seen.heartbeats]
    letters = [f"{LETTERS[state].text(language)} {n:,}" for state, n in seen.letters.items()]
    mail = MAIL.text(language, mode=ctx.settings.mail.value)
    return [
        *(beats or [Text(NO_BEAT.text(language), style="red")]),
        Text(" · ".join([mail, *letters])),
    ]


def _beat(ctx: Context, beat: Heartbeat, now: datetime) -> Text:
    age = now - beat.beat_at
    shown = timedelta(seconds=max(0, int(age.total_seconds())))
    text = Text(BEAT.text(ctx.language, name=beat.name, age=shown))
    if age > MISSED:
        text.append(STOPPED.text(ctx.language))
        text.stylize("bold red")
    return text


def _list(ctx: Context, title: Words, lines: Sequence[str]) -> None:
    if not lines:
        return
    ctx.console.print()
    ctx.console.print(Text(f"{title.text(ctx.language)} ({len(lines)})", style="bold red"))
    for line in lines[:SHOWN]:
        show_indented(ctx.console, Text(line))
    if len(lines) > SHOWN:
        ctx.console.print(Text("  …"))


def _left(ctx: Context, one: Leftover) -> str:
    words = DISSOLVE if one.change is None else SETTLE
    return words.text(ctx.language, **one._asdict(), on=one.until + timedelta(days=1))


def _held(ctx: Context, hold: Hold) -> str:
    what = what_is_held(hold).text(ctx.language)
    return f"{hold.id} · {what}: {held(hold, ctx.settings.zone).text(ctx.language)}"


def overview_json(ctx: Context, seen: Overview, now: datetime) -> dict[str, Any]:
    return {
        "counted_at": now.astimezone(ctx.settings.zone).isoformat(timespec="seconds"),
        "mail": ctx.settings.mail.value,
        "plans": [rates_json(rates) for rates in seen.plans],
        "clocks": [
            {
                "name": one.name,
                "beat_at": one.beat_at.isoformat(),
                "stopped": now - one.beat_at > MISSED,
            }
            for one in seen.heartbeats
        ],
        "stopped": seen.stop and {"letters": seen.stop.letters, "usual": seen.stop.usual},
        "holds": [
            {
                "id": one.id,
                "what": what_is_held(one).text(ctx.language),
                "from": one.starts_at.isoformat(),
                "until": one.until and one.until.isoformat(),
                "by": one.placed_by,
                "reason": one.reason,
            }
            for one in seen.holds
        ],
        "letters": {state.value: count for state, count in seen.letters.items()},
        "leftovers": [one._asdict() | {"until": one.until.isoformat()} for one in seen.leftovers],
        "problems": [problem_json(one) for one in seen.problems],
        "incidents": [
            {"at": one.at.isoformat(), "kind": one.kind, "text": one.text} for one in seen.incidents
        ],
        "failed": [
            {"letter": one.id, "to": one.address, "answer": one.answer} for one in seen.failed
        ],
    }


def problem_json(one: Problem) -> dict[str, Any]:
    return {
        "unit": one.unit.code,
        "seat": seat_name(one.contact),
        "since": one.opened_at.isoformat(),
        "until": one.closed_at and one.closed_at.isoformat(),
        "why": one.cause.value,
        "address": one.address,
        "answer": one.answer,
    }
