from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from dondoc.errors import NotFound
from dondoc.plan.source import read_source
from dondoc.queries import PLAN, plan_by_code
from dondoc.store import FileStore
from dondoc.templates import take_templates
from dondoc.words import Words
from flows.service import Service, in_service
from flows.telling import ACTOR, Report, run_name, told
from schedules import launch as launching


@flow(
    name="launch",
    description="Ban hành kế hoạch: lập đầu việc và lịch nhắc · Launch a plan",
    flow_run_name=run_name,
)
async def launch(*, plan: str, dry_run: bool = False) -> State[Any]:
    """Ban hành kế hoạch trong tệp plans/<mã>.yaml của thư mục dữ liệu. Lần thứ hai không đổi gì.
    Launches plans/<code>.yaml of the data folder. A second launch changes nothing.

    Args:
        plan: Mã kế hoạch, cũng là tên tệp · plan code, which is also the file's name
        dry_run: Chỉ đếm, không ghi · only count, write nothing
    """
    return await told(await in_service("ban hành", partial(start, plan, dry_run=dry_run)))


def start(plan: str, service: Service, *, dry_run: bool) -> Report:
    """Raises NotFound, PlanWrong, AlreadyLaunched, UnknownUnit."""
    file = _file(service.settings.data / "plans", plan)
    source = read_source(file)
    store = FileStore(service.settings.data / "files")
    with service.database.writing() as session:
        done = launching.launch(
            session,
            source.plan,
            source=source.text,
            hours=service.hours,
            now=service.now(),
            actor=ACTOR,
        )
        if not done.already:
            row = plan_by_code(session, done.plan)
            take_templates(session, store, row, source, file.parent)
        if dry_run:
            session.rollback()
    said = Words(
        f"{done.obligations} đầu việc, {done.notices} lần nhắc",
        f"{done.obligations} obligations, {done.notices} notices",
    )
    rows = [_row(milestone) for milestone in done.milestones]
    rows += [_waits(milestone) for milestone in done.waiting]
    return Report(key=f"launch-{done.plan}", said=said, rows=rows)


def _file(folder: Path, plan: str) -> Path:
    """Only files of this one folder: what is typed into the UI cannot leave it."""
    known = {path.stem: path for path in folder.glob("*.yaml")}
    if plan not in known:
        near = Words(
            f" Tệp phải nằm ở {folder / (plan + '.yaml')}.",
            f" Its file belongs at {folder / (plan + '.yaml')}.",
        )
        raise NotFound(what=PLAN, name=plan, near=near)
    return known[plan]


def _row(milestone: launching.LaunchedMilestone) -> dict[str, Any]:
    return {
        "mốc": milestone.code,
        "tên": milestone.name,
        "kỳ": milestone.occurrence,
        "hạn": milestone.deadline.last_on.isoformat(),
        "đơn vị": milestone.units,
        "không nhắc": milestone.silent,
    }


def _waits(milestone: launching.WaitingMilestone) -> dict[str, Any]:
    return {
        "mốc": milestone.code,
        "tên": milestone.name,
        "kỳ": "",
        "hạn": f"chờ sự kiện: {milestone.rule.vi}",
        "đơn vị": milestone.units,
        "không nhắc": True,
    }
