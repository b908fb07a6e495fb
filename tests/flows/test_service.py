"""How a flow steps into the synchronous rooms, and out of them."""

import asyncio
from threading import Event

import pytest

from dondoc.words import Words
from flows import service
from flows.service import Service, in_service
from flows.telling import Report

DONE = Report(key="done", said=Words("xong", "done"))
SECONDS = 60


class Work:
    """Sends until it is stopped."""

    def __init__(self) -> None:
        self.begun, self.over = Event(), Event()

    def __call__(self, at: Service) -> Report:
        self.begun.set()
        for _ in range(SECONDS * 20):
            if at.stopped():
                self.over.set()
                break
            self.over.wait(0.05)
        return DONE


def test_a_run_that_is_cut_off_stops_its_work() -> None:
    work = Work()

    async def cut_off() -> None:
        run = asyncio.create_task(in_service.fn("nhắc hạn", work))
        await asyncio.to_thread(work.begun.wait, SECONDS)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(cut_off())
    assert work.over.is_set()


def test_a_process_that_is_told_to_end_stops_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    work, ending = Work(), Event()
    monkeypatch.setattr(service, "ending", ending)

    async def told() -> Report:
        run = asyncio.create_task(in_service.fn("nhắc hạn", work))
        await asyncio.to_thread(work.begun.wait, SECONDS)
        ending.set()
        return await run

    assert asyncio.run(told()) == DONE
    assert work.over.is_set()
