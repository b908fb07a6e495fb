"""What an amendment changes, in the plan's own words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from dondoc.plan import phrasing
from dondoc.plan.model import HandIn, Milestone, PlanFile
from dondoc.words import Words


class Alteration(NamedTuple):
    """One thing said differently; `field` is the key of the plan file it stands under."""

    field: str
    label: Words
    before: Words
    after: Words


class Altered(NamedTuple):
    """A milestone that stays, with what is said differently about it."""

    before: Milestone
    after: Milestone
    alterations: tuple[Alteration, ...]

    @property
    def code(self) -> str:
        return self.after.code

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(one.field for one in self.alterations)


class Differences(NamedTuple):
    """`header` is everything outside the milestones."""

    old: PlanFile
    new: PlanFile
    header: tuple[Alteration, ...]
    added: tuple[Milestone, ...]
    dropped: tuple[Milestone, ...]
    altered: tuple[Altered, ...]

    def __bool__(self) -> bool:
        return bool(self.header or self.added or self.dropped or self.altered)

    @property
    def milestones(self) -> tuple[str, ...]:
        """The codes of all that are named."""
        named = (*self.added, *self.dropped, *(one.after for one in self.altered))
        return tuple(milestone.code for milestone in named)


def differences(old: PlanFile, new: PlanFile) -> Differences:
    """Of the same plan. The order of the milestones and how the file is written are none."""
    before = {milestone.code: milestone for milestone in old.milestones}
    after = {milestone.code: milestone for milestone in new.milestones}
    both = [(before[code], milestone) for code, milestone in after.items() if code in before]
    altered = [Altered(was, now, tuple(_milestone(old, was, new, now))) for was, now in both]
    return Differences(
        old=old,
        new=new,
        header=tuple(_header(old, new)),
        added=tuple(one for code, one in after.items() if code not in before),
        dropped=tuple(one for code, one in before.items() if code not in after),
        altered=tuple(one for one in altered if one.alterations),
    )


HEADER: tuple[tuple[str, Words, Callable[[PlanFile], Words]], ...] = (
    ("number", Words("số, ký hiệu", "number"), lambda plan: phrasing.verbatim(plan.number)),
    ("title", Words("tên kế hoạch", "title"), lambda plan: phrasing.verbatim(plan.title)),
    ("issuer", Words("cơ quan ban hành", "issuer"), lambda plan: phrasing.verbatim(plan.issuer)),
    ("issued", Words("ngày ban hành", "issued"), lambda plan: phrasing.day(plan.issued)),
    ("period", Words("thời gian", "period"), lambda plan: phrasing.period(plan.period)),
    ("timezone", Words("múi giờ", "time zone"), lambda plan: phrasing.verbatim(plan.timezone)),
    ("language", Words("ngôn ngữ", "language"), lambda plan: phrasing.verbatim(plan.language)),
    (
        "parent",
        Words("kế hoạch cấp trên", "plan above"),
        lambda plan: _listed(plan.parent and (plan.parent.number, plan.parent.issuer)),
    ),
    (
        "standing_office",
        Words("cơ quan thường trực", "standing office"),
        lambda plan: phrasing.verbatim(plan.standing_office),
    ),
    ("board", Words("lãnh đạo cấp trên", "board"), lambda plan: phrasing.verbatim(plan.board)),
    (
        "policies.cadence",
        Words("nhịp nhắc chung", "cadence"),
        lambda plan: phrasing.cadence(plan.policies.cadence),
    ),
    (
        "policies.escalation",
        Words("báo cáo cấp trên", "escalation"),
        lambda plan: phrasing.ladder(plan.policies.escalation),
    ),
    (
        "policies.review_within",
        Words("thời gian xét (ngày làm việc)", "review within (working days)"),
        lambda plan: phrasing.verbatim(plan.policies.review_within),
    ),
    (
        "policies.review_cadence",
        Words("nhịp nhắc xét", "cadence of reviews"),
        lambda plan: phrasing.cadence(plan.policies.review_cadence),
    ),
    (
        "policies.correction.within",
        Words("thời gian sửa (ngày làm việc)", "correct within (working days)"),
        lambda plan: phrasing.verbatim(plan.policies.correction.within),
    ),
    (
        "policies.correction.cadence",
        Words("nhịp nhắc sửa", "cadence of corrections"),
        lambda plan: phrasing.cadence(plan.policies.correction.cadence),
    ),
    (
        "policies.earlier_notice",
        Words("báo trước khi rút ngắn hạn (ngày làm việc)", "notice of an earlier date (days)"),
        lambda plan: phrasing.verbatim(plan.policies.earlier_notice),
    ),
    (
        "policies.promise_within",
        Words("hẹn nộp xa nhất (ngày làm việc)", "furthest promise (working days)"),
        lambda plan: phrasing.verbatim(plan.policies.promise_within),
    ),
    (
        "policies.announce",
        Words("thư thông báo", "announcement"),
        lambda plan: phrasing.yes_no(value=plan.policies.announce),
    ),
    (
        "policies.digest",
        Words("tổng hợp tuần", "weekly digest"),
        lambda plan: phrasing.yes_no(value=plan.policies.digest),
    ),
    (
        "events",
        Words("sự kiện", "events"),
        lambda plan: _listed(f"{one.code}: {one.name}" for one in plan.events),
    ),
    (
        "undated",
        Words("việc không ghi hạn", "undated duties"),
        lambda plan: _listed(one.name for one in plan.undated),
    ),
)

Said = Callable[[PlanFile, Milestone], Words]
MILESTONE: tuple[tuple[str, Words, Said], ...] = (
    ("name", Words("tên", "name"), lambda _, one: phrasing.verbatim(one.name)),
    ("kind", Words("loại", "kind"), lambda _, one: phrasing.KINDS[one.kind]),
    ("opens", Words("mở từ", "opens"), lambda _, one: phrasing.day(one.opens)),
    ("due", Words("hạn", "due"), phrasing.due),
    ("audience", Words("đối tượng", "audience"), lambda _, one: phrasing.audience(one.audience)),
    (
        "collector",
        Words("nơi nhận", "collector"),
        lambda plan, one: phrasing.verbatim(one.collector or plan.standing_office),
    ),
    (
        "data_period",
        Words("kỳ số liệu", "data period"),
        lambda _, one: phrasing.period(one.data_period),
    ),
    (
        "clause",
        Words("điều khoản", "clause"),
        lambda _, one: _listed((one.clause.text, one.clause.where)),
    ),
    (
        "cadence",
        Words("nhịp nhắc", "cadence"),
        lambda plan, one: phrasing.cadence(plan.cadence_of(one)),
    ),
    (
        "escalation",
        Words("báo cáo cấp trên", "escalation"),
        lambda plan, one: phrasing.ladder(plan.ladder_of(one)),
    ),
)
SHARED = ("collector", "cadence", "escalation")
"""What a milestone takes from the header unless it says otherwise; told there, it is not told
again at every milestone."""


OTHER = Alteration(
    "other", Words("chi tiết khác", "other details"), phrasing.NONE, Words("đã sửa", "changed")
)
"""What changed without a phrase of its own."""


def _header(old: PlanFile, new: PlanFile) -> Iterator[Alteration]:
    found = [
        alteration
        for field, label, said in HEADER
        for alteration in _alteration(field, label, said(old), said(new))
    ]
    bare = {"milestones": ()}
    same = old.model_copy(update=bare) == new.model_copy(update=bare)
    yield from found or ([] if same else [OTHER])


def _milestone(
    old: PlanFile, was: Milestone, new: PlanFile, now: Milestone
) -> Iterator[Alteration]:
    found: list[Alteration] = []
    for field, label, said in MILESTONE:
        if field in SHARED and getattr(was, field) is None and getattr(now, field) is None:
            continue
        found += _alteration(field, label, said(old, was), said(new, now))
    found += _hand_in(was.hand_in, now.hand_in)
    yield from found or ([] if was == now else [OTHER])


def _hand_in(was: HandIn, now: HandIn) -> Iterator[Alteration]:
    """Component by component, field by field."""
    label = Words("phải nộp", "hand in")
    before, after = _asked(was), _asked(now)
    for code in dict.fromkeys((*before, *after)):
        said = before.get(code, phrasing.NONE), after.get(code, phrasing.NONE)
        yield from _alteration("hand_in", label, *said)


def _asked(hand_in: HandIn) -> dict[str, Words]:
    found = {one.code: phrasing.component(one) for one in hand_in.components}
    return found | {one.code: phrasing.form_field(one) for one in hand_in.fields}


def _alteration(field: str, label: Words, before: Words, after: Words) -> Iterator[Alteration]:
    if before != after:
        yield Alteration(field, label, before, after)


def _listed(parts: Iterable[Any] | None) -> Words:
    said: Sequence[Words] = [phrasing.verbatim(one) for one in parts or () if one not in (None, "")]
    return phrasing.joined(said, "; ") if said else phrasing.NONE
