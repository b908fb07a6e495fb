"""A visitor's connection to the portal: no longer open than somebody asks for something."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class Line(H11Protocol):
    """uvicorn waits for the head of a request for ever; here whoever opens a line and says nothing,
    or a letter now and then, is hung up on."""

    HEAD_WITHIN = 20.0
    """seconds from the first byte, or from opening the line"""

    _hanging_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._hanging_up is None:
            self._hanging_up = self.loop.call_later(self.HEAD_WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._hanging_up is not None:
            self._hanging_up.cancel()
            self._hanging_up = None
