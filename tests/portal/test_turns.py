"""Many units at once do not keep the office waiting."""

import asyncio
from collections import Counter

from starlette.types import Message, Receive, Scope, Send

from portal.aside import Aside
from portal.turns import AT_ONCE, Turns


class Slow:
    """Begins to answer when it is told to, and goes on until it is told to end."""

    def __init__(self) -> None:
        self.inside: Counter[str] = Counter()
        self.begin = asyncio.Event()
        self.end = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside[scope["path"]] += 1
        await self.begin.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.end.wait()
        await send({"type": "http.response.body"})


async def _receive() -> Message:
    return {"type": "http.request"}


async def _send(_message: Message) -> None:
    return


async def _settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def test_units_take_turns_and_the_office_does_not_wait() -> None:
    async def story() -> None:
        app = Slow()
        turns = Turns(app, aside=Aside())
        asked = [("GET", "/unit")] * (AT_ONCE + 5) + [("GET", "/office"), ("POST", "/unit/leave")]
        tasks = [
            asyncio.create_task(
                turns({"type": "http", "method": method, "path": path}, _receive, _send)
            )
            for method, path in asked
        ]
        await _settled()
        assert app.inside == {"/unit": AT_ONCE, "/office": 1, "/unit/leave": 1}
        app.begin.set()
        await _settled()  # the answers have begun: a slow line holds nobody up
        assert app.inside["/unit"] == AT_ONCE + 5
        app.end.set()
        await asyncio.gather(*tasks)

    asyncio.run(story())


def test_a_page_that_fails_gives_its_turn_back() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError

    async def story() -> None:
        turns = Turns(broken, aside=Aside())
        scope = {"type": "http", "method": "GET", "path": "/unit"}
        asked = (turns(scope, _receive, _send) for _ in range(3 * AT_ONCE))
        failed = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(one) for one in failed] == [ValueError] * 3 * AT_ONCE

    asyncio.run(story())


def test_files_wait_until_the_page_of_the_office_is_made() -> None:
    async def story() -> None:
        app, aside = Slow(), Aside(patience=600)
        done: list[str] = []
        turns = Turns(app, aside=aside)
        page = asyncio.create_task(
            turns({"type": "http", "method": "GET", "path": "/office"}, _receive, _send)
        )
        await _settled()
        piece = asyncio.create_task(aside(done.append, "piece"))
        await asyncio.sleep(0.1)
        assert done == []
        app.begin.set()  # the rest of the answer travels while files come in
        await piece
        assert done == ["piece"]
        app.end.set()
        await page

    asyncio.run(story())


def test_files_come_in_though_there_is_always_a_page() -> None:
    async def story() -> None:
        aside, done = Aside(patience=0.01), list[str]()
        with aside.page():
            await aside(done.append, "piece")
        assert done == ["piece"]

    asyncio.run(story())
