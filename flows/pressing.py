"""The work of the flows that send: the same calls a command or the clock makes."""

from dataclasses import dataclass
from datetime import datetime

from dondoc.words import Words
from flows.service import Service
from flows.telling import ACTOR, Report, table
from notifications import demand
from notifications.beat import Beat, beat
from notifications.demand import Demand, Demanded
from notifications.scope import Scope, lines

NOTHING = Words(
    "Không còn gì đến hạn: đã gửi trước đó, đã nộp hoặc đã dời",
    "Nothing was due: sent before, delivered, or moved",
)


@dataclass(frozen=True, kw_only=True)
class Press:
    """What an operator asked for: `level` only for escalations."""

    scope: Scope
    upward: bool = False
    level: int | None = None
    dry_run: bool = False

    def run(self, service: Service) -> Report:
        now = service.now()
        ask = Demand(scope=self.scope, actor=ACTOR, now=now)
        with service.database.writing() as session:
            if self.upward:
                done = demand.escalate(session, ask, hours=service.hours, level=self.level)
            else:
                done = demand.remind(session, ask, hours=service.hours)
            if self.dry_run:
                session.rollback()
        stopped = 0 if self.dry_run else _beat(service, now).swept.stopped
        if stopped:
            return Report(key="stopped", said=_stopped(stopped), refused=True)
        return self._report(done, service)

    def _report(self, done: Demanded, service: Service) -> Report:
        name = "escalate" if self.upward else "remind"
        leaves = done.leaves_at.astimezone(service.settings.zone)
        said = Words(
            f"{'Chạy thử: ' if self.dry_run else ''}{done.planned}/{len(done.lines)} lần nhắc, "
            f"gửi lúc {leaves:%H:%M %d/%m/%Y}",
            f"{'dry run: ' if self.dry_run else ''}{done.planned} of {len(done.lines)} notices, "
            f"leaving {leaves:%Y-%m-%d %H:%M}",
        )
        return Report(key=f"{name}-{self.scope.plan or 'all'}", said=said, rows=table(done.lines))


def send_due(service: Service) -> Report:
    """Everything that is due now, whatever moment asked; letters to one person go together."""
    now = service.now()
    done = _beat(service, now)
    if done.swept.stopped:
        return Report(key="stopped", said=_stopped(done.swept.stopped), refused=True)
    if done.idle:
        return Report(key="sent", said=NOTHING)
    with service.database.reading() as session:
        found = lines(session, day=service.hours.today(now), since=now)
    said = Words(
        f"{done.swept.letters} thư, {done.swept.queued} lần nhắc, {done.swept.skipped} không gửi",
        f"{done.swept.letters} letters, {done.swept.queued} notices, {done.swept.skipped} skipped",
    )
    return Report(key="sent", said=said, rows=table(found))


def _beat(service: Service, now: datetime) -> Beat:
    return beat(service.post, now, stopped=service.stopped)


def _stopped(letters: int) -> Words:
    return Words(
        f"Đã chặn {letters} thư vì nhiều hơn hẳn một ngày thường; "
        "nếu đúng ý: dondoc outbox confirm",
        f"{letters} letters were stopped, far more than on a usual day; "
        "if meant: dondoc outbox confirm",
    )
