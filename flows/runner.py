"""`python -m flows.runner`: registers the deployments, publishes the coming moments and runs what
is due, all in this one process.

The event loop lives in a thread of its own: in the main thread Prefect's engine would take over
the process's signals. The Prefect server may come and go; meanwhile nothing is lost, because the
clock sends what no run has sent.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Thread
from types import FrameType
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import PrefectException

from flows import deployments
from flows.engine import NotCreated, claim, execute
from flows.publishing import publish
from flows.service import Service, ending, open_service
from flows.zombies import lay_to_rest

log = logging.getLogger("dondoc.flows")

POLL_EVERY = 2.0
PUBLISH_EVERY = timedelta(seconds=60)
AT_ONCE = 2
PATIENCE = 5.0
"""Seconds a stopping runner gives its runs to finish: they send no more than what is on its way."""
AWAY = (httpx.HTTPError, PrefectException, NotCreated, OSError)
"""The server is down or starting, or does not know us any more: come back later."""


@dataclass(kw_only=True)
class Runner:
    """`executes` false: workers of a pool run the flows, only the moments are published here."""

    service: Service
    executes: bool = True
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    deployments: Mapping[str, UUID] = field(default_factory=dict)
    running: dict[UUID, asyncio.Task[None]] = field(default_factory=dict)
    published: tuple[datetime, object] | None = None
    away: bool = False

    async def work(self) -> None:
        """Until told to stop; then running flows get their patience."""
        while not self.stopping.is_set():
            try:
                async with get_client() as client:
                    await self._attend(client)
            except AWAY as error:
                self._note_away(error)
                await self._rest()
        if self.running:
            await asyncio.wait(self.running.values(), timeout=PATIENCE)

    async def _attend(self, client: PrefectClient) -> None:
        find = deployments.register if self.executes else deployments.find
        self.deployments = await find(client)
        self.published, self.away = None, False
        while not self.stopping.is_set():
            now = datetime.now(UTC)
            if await self._moved(now):
                await self._publish(client, now)
            if self.executes:
                await self._take_due(client, now)
            await self._rest()

    async def _moved(self, now: datetime) -> bool:
        """Whether it is time to publish: a plan came or changed, or a minute has passed."""
        plans = await asyncio.to_thread(self.service.plans)
        last, self.published = self.published, (now, plans)
        if last is None or last[1] != plans or now - last[0] >= PUBLISH_EVERY:
            return True
        self.published = last
        return False

    async def _publish(self, client: PrefectClient, now: datetime) -> None:
        moments = await asyncio.to_thread(self.service.moments, now)
        done = await publish(client, self.deployments, moments, now=now)
        if any(done):
            log.info("published %s", done, extra={"action": "prefect_published"})
        if self.executes:
            await lay_to_rest(client, self.deployments.values(), alive=self.running)

    async def _take_due(self, client: PrefectClient, now: datetime) -> None:
        """Asking marks the deployments as ready, so it is done even with both hands full."""
        free = AT_ONCE - len(self.running)
        due = await client.get_scheduled_flow_runs_for_deployments(
            list(self.deployments.values()), scheduled_before=now, limit=AT_ONCE
        )
        for run in due[:free]:
            if await claim(client, run):
                task = asyncio.create_task(self._run(client, run))
                self.running[run.id] = task
                task.add_done_callback(partial(self._done, run))

    async def _run(self, client: PrefectClient, run: FlowRun) -> None:
        name = next(name for name, id_ in self.deployments.items() if id_ == run.deployment_id)
        await execute(client, deployments.FLOWS[name], run)

    def _done(self, run: FlowRun, task: asyncio.Task[None]) -> None:
        del self.running[run.id]
        if not task.cancelled() and task.exception() is not None:
            log.error(
                "run %s broke",
                run.name,
                exc_info=task.exception(),
                extra={"action": "run_broke"},
            )

    def _note_away(self, error: BaseException) -> None:
        """Once until it is back, not every two seconds."""
        if not self.away:
            log.warning("Prefect is away: %s", error, extra={"action": "prefect_away"})
        self.away = True

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), POLL_EVERY)


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s")
    log.setLevel(logging.INFO)
    loop = asyncio.new_event_loop()
    with open_service() as service:
        runner = Runner(service=service, executes="--publish-only" not in sys.argv)

        def stop(_number: int, _frame: FrameType | None) -> None:
            ending.set()
            loop.call_soon_threadsafe(runner.stopping.set)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        thread = Thread(target=_serve, args=(runner, loop), name="flows")
        thread.start()
        while thread.is_alive():
            thread.join(0.5)


def _serve(runner: Runner, loop: asyncio.AbstractEventLoop) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as edge:
        edge.run(runner.work())


if __name__ == "__main__":
    main()
