"""Why an amendment is refused: nothing has changed then."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import DecisionRefused
from dondoc.plan.differing import Differences
from dondoc.plan.model import Audience
from dondoc.tables import Obligation, Occurrence, Submission, Unit
from dondoc.units.audience import unknown
from dondoc.versions import VersionLine
from dondoc.words import Words

SHOWN = 10


class OtherPlan(DecisionRefused):
    """The file is of plan {found}, not of {plan}."""

    vi = "Tệp là của kế hoạch {found}, không phải {plan}."


class ChangedMeanwhile(DecisionRefused):
    """Plan {plan} has been amended meanwhile; it is version {number} now, and nothing was changed.
    {changes}
    Look at the differences again: dondoc amend {plan} FILE --dry-run"""

    vi = (
        "Kế hoạch {plan} vừa được sửa, nay là phiên bản {number}; không có gì thay đổi.\n"
        "{changes}\n"
        "Hãy xem lại khác biệt: dondoc amend {plan} TỆP --dry-run"
    )


class UnknownAudience(DecisionRefused):
    """{milestone}.audience: no unit, kind or group is called {names}."""

    vi = "{milestone}.audience: không có đơn vị, loại, cụm, khối nào tên là {names}."


class WouldOrphan(DecisionRefused):
    """{milestone} cannot be left out: {units} handed in for it{occurrence}. Keep the milestone; to
    end a recurring one, give its due a last day (to)."""

    vi = (
        "Không bỏ được {milestone}: {units} đã nộp{occurrence}. Hãy giữ mốc này; muốn dừng một mốc "
        "lặp lại thì ghi ngày cuối (to) trong due."
    )


class TooSudden(DecisionRefused):
    """{milestone}: {after} is earlier than {before}, and only {left} working days away; units must
    have {least}. If that is meant, say so: --earlier-is-meant"""

    vi = (
        "{milestone}: hạn mới {after} sớm hơn {before}, chỉ còn {left} ngày làm việc; phải báo "
        "trước ít nhất {least}. Nếu đúng là như vậy, hãy thêm --earlier-is-meant."
    )


class AlreadyPast(DecisionRefused):
    """{milestone}: {after} is earlier than {before} and has passed; nobody could keep it."""

    vi = "{milestone}: hạn mới {after} sớm hơn {before} và đã qua; không đơn vị nào kịp thực hiện."


def refuse_strangers(session: Session, found: Differences) -> None:
    """What the new version names must be there; what an earlier one named may be gone since.
    Raises UnknownAudience."""
    named: list[tuple[str, list[str], Audience]]
    named = [(one.code, [], one.audience) for one in found.added]
    named += [
        (one.code, unknown(session, one.before.audience), one.after.audience)
        for one in found.altered
    ]
    for code, known, whom in named:
        lost = [name for name in unknown(session, whom) if name not in known]
        if lost:
            raise UnknownAudience(milestone=code, names=", ".join(lost))


def refuse_orphans(session: Session, occurrences: Iterable[Occurrence]) -> None:
    """Whatever was handed in must stay where it belongs. Raises WouldOrphan."""
    for occurrence in occurrences:
        codes = session.scalars(
            select(Unit.code)
            .join(Obligation, Obligation.unit_id == Unit.id)
            .join(Submission, Submission.obligation_id == Obligation.id)
            .where(Obligation.occurrence_id == occurrence.id)
            .distinct()
            .order_by(Unit.code)
        ).all()
        if codes:
            label = occurrence.label
            raise WouldOrphan(
                milestone=occurrence.milestone.code,
                occurrence=Words(f" ({label})", f" ({label})") if label else "",
                units=listed(codes),
            )


def listed(codes: Sequence[str]) -> Words:
    """Some of them, and how many there are."""
    shown = ", ".join(codes[:SHOWN])
    more = len(codes) - SHOWN
    if more <= 0:
        return Words(shown, shown)
    return Words(f"{shown} và {more} đơn vị khác", f"{shown} and {more} more")


def meanwhile(plan: str, number: int, lines: Iterable[VersionLine]) -> ChangedMeanwhile:
    told = [_told(line) for line in lines]
    changes = Words("\n".join(one.vi for one in told), "\n".join(one.en for one in told))
    return ChangedMeanwhile(plan=plan, number=number, changes=changes)


def _told(line: VersionLine) -> Words:
    at = f"{line.at:%d/%m/%Y %H:%M} UTC"
    changes = line.changes
    what = [] if changes is None else [*(one.label for one in changes.header)]
    codes = () if changes is None else changes.milestones
    vi = ", ".join([*(one.vi for one in what), *codes])
    en = ", ".join([*(one.en for one in what), *codes])
    return Words(
        f"Phiên bản {line.number}, {line.actor}, {at}: {vi}",
        f"Version {line.number}, {line.actor}, {at}: {en}",
    )
