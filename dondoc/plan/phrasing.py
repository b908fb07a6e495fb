"""The parts of a plan in words, so that two versions of it can be laid side by side."""

from collections.abc import Iterable, Sequence
from datetime import date

from dondoc.plan.due import Deviation, Every, Once, Period, Recurrence
from dondoc.plan.hanging import rule_words
from dondoc.plan.model import (
    Audience,
    Cadence,
    Component,
    FormField,
    Kind,
    Level,
    Milestone,
    PlanFile,
    Rung,
)
from dondoc.plan.timeline import named_period
from dondoc.words import Language, Words

NONE = Words("–", "–")
YES, NO = Words("có", "yes"), Words("không", "no")
KINDS = {
    Kind.REGISTER: Words("đăng ký", "registration"),
    Kind.REPORT: Words("báo cáo", "report"),
    Kind.DOSSIER: Words("hồ sơ", "dossier"),
    Kind.EXEMPLAR: Words("gương điển hình", "exemplar"),
    Kind.REVIEW: Words("sơ kết, bình xét", "review"),
    Kind.PLAN: Words("kế hoạch", "plan"),
    Kind.OTHER: Words("khác", "other"),
}
LEVELS = {
    Level.HEAD: Words("thủ trưởng", "head"),
    Level.GROUP_HEAD: Words("trưởng cụm, khối", "head of the group"),
    Level.STANDING_OFFICE: Words("cơ quan thường trực", "standing office"),
    Level.BOARD: Words("lãnh đạo cấp trên", "board"),
}
EVERY = {
    Every.MONTH: Words("hằng tháng", "every month"),
    Every.QUARTER: Words("hằng quý", "every quarter"),
    Every.HALF_YEAR: Words("6 tháng một lần", "every half-year"),
    Every.YEAR: Words("hằng năm", "every year"),
}
MONTHS = {
    "first": Words("tháng đầu", "the first month"),
    "last": Words("tháng cuối", "the last month"),
}


def verbatim(text: object) -> Words:
    return NONE if text in (None, "") else Words(str(text), str(text))


def yes_no(*, value: bool) -> Words:
    return YES if value else NO


def day(value: date | None) -> Words:
    return NONE if value is None else Words(f"{value:%d/%m/%Y}", f"{value.day} {value:%b %Y}")


def period(value: Period | None) -> Words:
    if value is None:
        return NONE
    return _span(value.start, value.end)


def due(plan: PlanFile, milestone: Milestone) -> Words:
    """trước ngày 20/05/2024; hằng quý, ngày 10 tháng đầu; 03 ngày làm việc sau «…»."""
    rule = milestone.due
    if isinstance(rule, Recurrence):
        said = _recurrence(rule)
    elif isinstance(rule, Once):
        said = _once(milestone, rule)
    else:
        said = rule_words(plan, milestone) or NONE
    return said if milestone.inclusive else Words(f"trước {said.vi}", f"before {said.en}")


def audience(value: Audience) -> Words:
    parts = []
    if value.everyone:
        parts.append(Words("mọi đơn vị", "every unit"))
    if value.heads_of == "all":
        parts.append(Words("mọi trưởng cụm, khối", "every head of a group"))
    named = (
        (Words("loại", "kinds"), value.kinds),
        (Words("cụm, khối", "groups"), value.groups),
        (Words("trưởng cụm, khối", "heads of"), () if value.heads_of == "all" else value.heads_of),
        (Words("đơn vị", "units"), value.units),
        (Words("trừ", "except"), value.exceptions),
    )
    parts += [_named(label, names) for label, names in named if names]
    return joined(parts, "; ")


def cadence(value: Cadence) -> Words:
    before = ", ".join(map(str, value.before)) or "–"
    after = ", ".join(map(str, value.after)) or "–"
    at = f"{value.at:%H:%M}"
    return Words(
        f"trước hạn {before} ngày; quá hạn {after} ngày, rồi cứ {value.then_every} ngày làm việc, "
        f"nhiều nhất {value.max_overdue} lần; lúc {at}",
        f"{before} days before; {after} days late, then every {value.then_every} working days, "
        f"at most {value.max_overdue} times; at {at}",
    )


def ladder(rungs: Sequence[Rung]) -> Words:
    steps = [
        Words(
            f"{LEVELS[rung.to].vi} sau {rung.after} ngày làm việc",
            f"{LEVELS[rung.to].en} after {rung.after} working days",
        )
        for rung in rungs
    ]
    return joined(steps, "; ") if steps else NO


def component(value: Component) -> Words:
    types = f" ({', '.join(value.types)})" if value.types else ""
    paper = (
        Words(f", {value.paper:02d} bản giấy", f", {value.paper} on paper") if value.paper else None
    )
    files = f"{value.min_files}–{value.max_files}"
    size = f"{value.max_mb:g} MB"
    said = Words(
        f"{value.name}{types}, {files} tệp, đến {size}",
        f"{value.name}{types}, {files} files, up to {size}",
    )
    said = said if paper is None else Words(said.vi + paper.vi, said.en + paper.en)
    if value.template is not None:
        said = Words(f"{said.vi}, mẫu {value.template}", f"{said.en}, template {value.template}")
    if value.only is None:
        return said
    only = audience(value.only)
    return Words(f"{said.vi}; chỉ {only.vi}", f"{said.en}; only {only.en}")


def form_field(value: FormField) -> Words:
    bounds = [f"{bound:g}" for bound in (value.min, value.max) if bound is not None]
    details = [value.type.value, *value.choices, *bounds]
    need = Words("bắt buộc", "required") if value.required else Words("tùy ý", "optional")
    return Words(
        f"{value.name} ({', '.join(details)}; {need.vi})",
        f"{value.name} ({', '.join(details)}; {need.en})",
    )


def joined(parts: Iterable[Words], between: str) -> Words:
    several = list(parts)
    return Words(between.join(one.vi for one in several), between.join(one.en for one in several))


def _span(start: date | None, end: date | None) -> Words:
    first, last = day(start), day(end)
    return Words(f"{first.vi} – {last.vi}", f"{first.en} – {last.en}")


def _once(milestone: Milestone, rule: Once) -> Words:
    granularity = milestone.granularity or rule.granularity
    names = [named_period(rule.day, granularity, language) for language in Language]
    return Words(*names) if all(names) else day(rule.day)


def _recurrence(rule: Recurrence) -> Words:
    month = MONTHS.get(str(rule.month), Words(f"tháng {rule.month}", f"month {rule.month}"))
    following = rule.of == "after" or rule.year_offset > 0
    after = Words(" của kỳ sau", " of the next period") if following else Words("", "")
    number = Words("cuối", "last") if rule.day == "last" else verbatim(rule.day)
    parts = [
        EVERY[rule.every],
        Words(f"ngày {number.vi} {month.vi}{after.vi}", f"day {number.en} of {month.en}{after.en}"),
    ]
    if rule.start or rule.end:
        parts.append(_span(rule.start, rule.end))
    if rule.opens_before:
        count = rule.opens_before
        parts.append(Words(f"mở trước {count} ngày", f"opens {count} days before"))
    parts += [_deviation(one) for one in rule.exceptions]
    return joined(parts, ", ")


def _deviation(one: Deviation) -> Words:
    if one.skip:
        return Words(f"bỏ {one.period}", f"not {one.period}")
    before = Words("trước ", "before ") if one.inclusive is False else Words("", "")
    said = f"{one.day}/{one.month}"
    return Words(f"riêng {one.period} {before.vi}ngày {said}", f"{one.period} {before.en}on {said}")


def _named(label: Words, names: Iterable[str]) -> Words:
    listed = ", ".join(names)
    return Words(f"{label.vi} {listed}", f"{label.en} {listed}")
