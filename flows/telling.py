"""What a run leaves behind in the Prefect UI: its name, a table, one closing sentence.

Codes, stages and counts; never an address or a person's name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from dondoc.words import Words
from notifications.scope import Line

ACTOR = "prefect"
"""Who decided what was started in the Prefect UI, as far as this program can know."""
MOMENT = "moment"
"""The tag of a run that was published for a planned moment; it keeps its name."""
EVERY_PLAN = "mọi kế hoạch"
MOST_ROWS = 500

STAGES = {
    "announce": Words("thông báo", "announcement"),
    "remind": Words("nhắc hạn", "reminder"),
    "changed": Words("thay đổi thời hạn", "change"),
    "returned": Words("trả lại", "returned"),
    "extension": Words("gia hạn", "extension"),
    "taken_over": Words("tiếp nhận việc", "taken over"),
    "due": Words("đến hạn", "due today"),
    "review": Words("nhắc xem xét", "review"),
    "overdue": Words("quá hạn", "overdue"),
    "digest": Words("điểm tin", "digest"),
    "escalate": Words("báo cáo cấp trên", "escalation"),
    "collect": Words("đóng kỳ", "closing"),
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """`rows` become the table; `key` (a–z, 0–9, -) keeps one plan's tables together. `refused`:
    nothing was done, and what was asked for is to be mended by a person."""

    key: str
    said: Words
    rows: Sequence[Mapping[str, Any]] = ()
    refused: bool = False


def run_name() -> str:
    """Flow and plan; the name a moment was published under is kept."""
    if MOMENT in (flow_run.tags or ()):
        return str(flow_run.name)
    given = flow_run.parameters or {}
    scope = [given[key] for key in ("plan", "milestone", "unit") if given.get(key)]
    return " · ".join([*(scope or [EVERY_PLAN]), str(flow_run.flow_name)])


async def told(report: Report) -> State[Any]:
    """Shows the report and ends the run with its sentence, Vietnamese and English."""
    sentence = f"{report.said.vi} · {report.said.en}"
    if report.refused:
        return Failed(message=sentence)
    if report.rows:
        await acreate_table_artifact(
            table=[dict(row) for row in report.rows[:MOST_ROWS]],
            key=report.key,
            description=sentence,
        )
    return Completed(message=sentence)


def table(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "kế hoạch": line.plan,
            "mốc": line.milestone,
            "kỳ": line.occurrence,
            "đơn vị": line.unit,
            "hạn": "" if line.due is None else line.due.isoformat(),
            "lần nhắc": STAGES[line.stage.value].vi,
            "cấp": line.level,
            "gửi tới": line.to,
            "kết quả": line.verdict,
            "lý do": line.reason,
        }
        for line in lines
    ]
