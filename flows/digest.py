from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.pressing import send_due
from flows.service import in_service
from flows.telling import run_name, told


@flow(
    name="digest",
    description="Điểm tin thứ Hai cho cơ quan thường trực · Monday letter to the standing office",
    flow_run_name=run_name,
)
async def digest(*, plan: str | None = None, moment: str | None = None) -> State[Any]:
    """Gửi điểm tin tuần đã đến giờ. Chạy tay cũng không gửi hai lần trong một tuần.
    Sends the weekly letters that are due; started by hand it repeats none of them.

    Args:
        plan: Mã kế hoạch, chỉ để đặt tên · plan code, for the run's name only
        moment: Lần gửi theo lịch, do hệ thống điền · a planned moment, filled in by the service
    """
    del plan, moment
    return await told(await in_service("điểm tin", send_due))
