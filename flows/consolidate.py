from functools import partial
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from documents.consolidated import write_consolidated
from dondoc.consolidation import deliveries, report
from dondoc.queries import plan_by_code
from dondoc.standing import Column
from dondoc.words import Words
from flows.service import Service, in_service
from flows.telling import Report, run_name, told

REPORTS = "reports"


@flow(
    name="consolidate",
    description="Tổng hợp: ai đã nộp, khi nào, chậm bao lâu · Who delivered, when, how late",
    flow_run_name=run_name,
)
async def consolidate(*, plan: str) -> State[Any]:
    """Lập bảng tổng hợp của một kế hoạch, ghi tệp xlsx vào reports/ của thư mục dữ liệu.
    Makes one plan's consolidated table, and an xlsx file in the data folder's reports/.

    Args:
        plan: Mã kế hoạch · plan code
    """
    return await told(await in_service("tổng hợp", partial(summarise, plan)))


def summarise(code: str, service: Service) -> Report:
    """Raises NotFound."""
    now = service.now()
    folder = service.settings.data / REPORTS
    name = f"{code}-{now.astimezone(service.settings.zone):%Y%m%d-%H%M}.xlsx"
    with service.database.reading() as session:
        found = report(session, plan_by_code(session, code), now=now)
        folder.mkdir(parents=True, exist_ok=True)
        rows = deliveries(session, found.totals)
        write_consolidated(folder / name, found, rows, service.settings.language)
    tally = found.totals.tally
    said = Words(
        f"{tally.complete}/{tally.expected} nộp đủ, {tally.overdue} quá hạn: {REPORTS}/{name}",
        f"{tally.complete} of {tally.expected} complete, {tally.overdue} overdue",
    )
    columns = [_row(column) for column in found.totals.columns]
    return Report(key=f"consolidate-{code}", said=said, rows=columns)


def _row(column: Column) -> dict[str, Any]:
    tally = column.tally
    return {
        "mốc": column.milestone,
        "kỳ": column.label,
        "hạn": column.due_on.isoformat(),
        "phải nộp": tally.expected,
        "đã nộp đủ": tally.complete,
        "đúng hạn": tally.on_time + tally.on_time_extended,
        "nộp chậm": tally.late,
        "chưa nộp, quá hạn": tally.overdue,
        "chờ xem xét": tally.waiting,
    }
