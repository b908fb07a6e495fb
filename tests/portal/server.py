"""One real web server for all tests; each test puts its own application behind it."""

import asyncio
import socket
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.line import Line


class Server:
    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            http=Line,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._run, daemon=True)
        self._running = Event()
        self._thread.start()
        self._running.wait(30)

    def serve(self, app: ASGIApp) -> None:
        self._app = app

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        self._socket.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None
        await self._app(scope, receive, send)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._running.set()
        await self._server.serve(sockets=[self._socket])
