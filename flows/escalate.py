from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.pressing import Press, send_due
from flows.service import in_service
from flows.telling import run_name, told
from notifications.scope import Scope


@flow(
    name="escalate",
    description="Báo cáo cấp trên về đơn vị chậm nộp · Tell the superiors of overdue units",
    flow_run_name=run_name,
)
async def escalate(
    *,
    plan: str | None = None,
    milestone: str | None = None,
    unit: str | None = None,
    level: int | None = None,
    dry_run: bool = False,
    moment: str | None = None,
) -> State[Any]:
    """Báo cáo cấp trên của đơn vị quá hạn; mỗi cấp trên nhận một thư tổng hợp.
    Tells the superiors of overdue units, one digest each.

    Args:
        plan: Mã kế hoạch (bỏ trống: mọi kế hoạch) · plan code (empty: every plan)
        milestone: Mã mốc · milestone code
        unit: Mã đơn vị · unit code
        level: 1 thủ trưởng, 2 cụm trưởng, 3 thường trực, 4 hội đồng; bỏ trống: cấp kế
            tiếp · 1 head, 2 head of group, 3 standing office, 4 board; empty: the next one up
        dry_run: Chỉ xem sẽ báo cáo ai, không gửi · only show who would be told
        moment: Lần báo cáo theo lịch, do hệ thống điền · a planned moment, filled in by the service
    """
    scope = Scope(plan=plan, milestone=milestone, unit=unit)
    work = send_due if moment else Press(scope=scope, upward=True, level=level, dry_run=dry_run).run
    return await told(await in_service("báo cáo cấp trên", work))
