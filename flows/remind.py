from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.pressing import Press, send_due
from flows.service import in_service
from flows.telling import run_name, told
from notifications.scope import Scope


@flow(
    name="remind",
    description="Nhắc đơn vị còn nợ · Remind the units that still owe",
    flow_run_name=run_name,
)
async def remind(
    *,
    plan: str | None = None,
    milestone: str | None = None,
    unit: str | None = None,
    dry_run: bool = False,
    moment: str | None = None,
) -> State[Any]:
    """Nhắc ngay những đơn vị còn nợ; ai đã được nhắc hôm nay thì thôi.
    Reminds now whoever still owes; nobody twice on one day.

    Args:
        plan: Mã kế hoạch (bỏ trống: mọi kế hoạch) · plan code (empty: every plan)
        milestone: Mã mốc · milestone code
        unit: Mã đơn vị · unit code
        dry_run: Chỉ xem sẽ nhắc ai, không gửi · only show who would be reminded
        moment: Lần nhắc theo lịch, do hệ thống điền · a planned moment, filled in by the service
    """
    scope = Scope(plan=plan, milestone=milestone, unit=unit)
    work = send_due if moment else Press(scope=scope, dry_run=dry_run).run
    return await told(await in_service("nhắc hạn", work))
