"""A slow line that drops: what a ward office has on a rainy day."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Event, Thread

SEED = 7
CHUNK = 16 * 1024


class SlowLine:
    """Forwards to `port` at most so many bytes a second upwards, over all its connections; each
    breaks off after about `drop_after` bytes. `sent` counts what went up, `dropped` what broke."""

    def __init__(self, port: int, *, rate: int, drop_after: int) -> None:
        self._port = port
        self._rate = rate
        self._drop_after = drop_after
        self._random = Random(SEED)
        self._ready, self._loop = Event(), asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self.port = 0
        self.sent = 0
        self.dropped = 0

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    def wait(self) -> None:
        self._ready.wait(30)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        still = asyncio.all_tasks() - {asyncio.current_task()}
        if still:  # they end with their connections
            await asyncio.wait(still, timeout=5)

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, on = await asyncio.open_connection("127.0.0.1", self._port)
        down = asyncio.create_task(_copy(far, back))
        left = self._random.randint(self._drop_after // 2, self._drop_after * 3 // 2)
        try:
            while data := await near.read(CHUNK):
                await asyncio.sleep(len(data) / self._rate)
                on.write(data[:left])
                await on.drain()
                self.sent += len(data[:left])
                left -= len(data)
                if left <= 0:
                    self.dropped += 1
                    break
        except ConnectionError:
            pass
        down.cancel()
        for end in (on, back):
            end.transport.abort()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
        target.close()
    except ConnectionError:
        return


@contextmanager
def slow_line(port: int, *, rate: int, drop_after: int) -> Iterator[SlowLine]:
    line = SlowLine(port, rate=rate, drop_after=drop_after)
    thread = Thread(target=line.run, daemon=True)
    thread.start()
    line.wait()
    yield line
    line.end()
    thread.join(10)
