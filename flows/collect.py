from functools import partial
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from dondoc.store import FileStore
from dondoc.tidying import tidy_daily
from dondoc.uploads import KEPT, open_uploads
from dondoc.words import Words
from flows.service import Service, in_service
from flows.telling import Report, run_name, told
from notifications.returned.gathering import gather_or_tell
from schedules import collection

MAIL = {
    "refused": Words(", {n} thư bị trả lại", ", {n} letters came back"),
    "answered": Words(", {n} thư trả lời kèm tệp", ", {n} answers with files"),
    "unplaced": Words(
        ", {n} thư kèm tệp chưa rõ thuộc đầu việc nào",
        ", {n} answers whose files wait to be placed",
    ),
    "asked": Words(", {n} câu hỏi đã chuyển cơ quan", ", {n} questions passed on"),
    "unread": Words(", {n} thư không hiểu được", ", {n} messages not understood"),
}
"""What is told of the mailbox, by the fields of `Gathered`."""


@flow(
    name="collect",
    description="Đóng các kỳ đã hết hạn · Close what has elapsed, nudge who must accept",
    flow_run_name=run_name,
)
async def collect(*, plan: str | None = None, moment: str | None = None) -> State[Any]:
    """Đóng kỳ đã hết hạn, ghi số đơn vị chậm, nhắc nơi nhận xem xét bài nộp, đọc thư bị trả lại,
    thư trả lời kèm tệp, bỏ tệp gửi dở và tệp không còn ai dùng quá 30 ngày.
    Closes elapsed occurrences, counts who is late, nudges those who must accept, reads what came
    back to our letters and what answered them, discards files that broke off or that nobody has
    used for 30 days.

    Args:
        plan: Mã kế hoạch (bỏ trống: mọi kế hoạch) · plan code (empty: every plan)
        moment: Lần đóng kỳ theo lịch, do hệ thống điền · a planned moment, filled in by the service
    """
    del moment
    return await told(await in_service("thu", partial(close, plan)))


def close(plan: str | None, service: Service) -> Report:
    with service.database.writing() as session:
        done = collection.collect(session, hours=service.hours, now=service.now(), plan=plan)
    dropped = open_uploads(service.settings.data).discard_old(KEPT)
    tidied = tidy_daily(service.database, FileStore(service.settings.data / "files"))
    back = gather_or_tell(service.database, service.settings, now=service.now())
    said = Words(
        f"{len(done.closed)} kỳ đã đóng, {done.nudges} lần nhắc xem xét",
        f"{len(done.closed)} closed, {done.nudges} nudges",
    )
    for name, words in MAIL.items():
        if number := getattr(back, name):
            came = words.filled(n=number)
            said = Words(said.vi + came.vi, said.en + came.en)
    if done.changed:
        ended = Words(", {n} thay đổi đơn vị", ", {n} unit changes").filled(n=len(done.changed))
        said = Words(said.vi + ended.vi, said.en + ended.en)
    if tidied.aside or tidied.removed:
        unused = Words(
            ", {aside} tệp không còn ai dùng được để riêng, {removed} tệp bỏ hẳn",
            ", {aside} files nobody uses laid aside, {removed} removed",
        ).filled(aside=tidied.aside, removed=tidied.removed)
        said = Words(said.vi + unused.vi, said.en + unused.en)
    if dropped:
        gone = Words(", bỏ {n} tệp gửi dở", ", {n} files that broke off discarded").filled(
            n=dropped
        )
        said = Words(said.vi + gone.vi, said.en + gone.en)
    return Report(
        key=f"collect-{plan or 'all'}", said=said, rows=[_row(one) for one in done.closed]
    )


def _row(closed: collection.Closed) -> dict[str, Any]:
    return {
        "kế hoạch": closed.plan,
        "mốc": closed.milestone,
        "kỳ": closed.occurrence,
        "hạn": closed.due.isoformat(),
        "phải nộp": closed.expected,
        "đã nộp": closed.received,
        "chậm": closed.late,
    }
