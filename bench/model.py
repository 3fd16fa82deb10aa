"""A model on loopback that answers after 50 ms, and what any harness has to do with it at least.

python -m bench.model serve            # prints its base URL, and counts requests at /count
python -m bench.model bare URL CALLS   # a bare aiohttp loop
python -m bench.model ours URL CALLS   # the same calls through Placet's runner, each answer scored
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

AT_ONCE, LATENCY = 50, 0.05
_LONGEST = 7_200  # seconds that it serves


@contextmanager
def server() -> Iterator[str]:
    """A model in a process of its own. Yields its base URL."""
    with subprocess.Popen([sys.executable, "-m", "bench.model", "serve"], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield line.strip()
        finally:
            process.terminate()


def asked(url: str) -> int:
    """How many calls the server has answered."""
    with urlopen(f"{url}/count", timeout=10) as response:
        return int(response.read())


def first(url: str) -> float:
    """When the first call came since this was asked before, in seconds since 1970; 0 when none came."""
    with urlopen(f"{url}/first", timeout=10) as response:
        return float(response.read())


async def serve() -> None:
    from aiohttp import web

    count, came = 0, 0.0

    async def answer(request: web.Request) -> web.Response:
        nonlocal count, came
        came = came or time.time()
        await request.read()
        count += 1
        await asyncio.sleep(LATENCY)
        message = {"role": "assistant", "content": '{"category": "billing"}'}
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return web.json_response(
            {"id": "1", "object": "chat.completion", "created": 0, "model": "mock", "choices": [choice], "usage": usage}
        )

    async def counted(_: web.Request) -> web.Response:
        return web.Response(text=str(count))

    async def began(_: web.Request) -> web.Response:
        nonlocal came
        told, came = came, 0.0
        return web.Response(text=str(told))

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    app.router.add_get("/v1/count", counted)
    app.router.add_get("/v1/first", began)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await asyncio.sleep(_LONGEST)


async def bare(url: str, calls: int) -> None:
    """What any harness has to do, and nothing else."""
    import aiohttp

    gate = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def call(number: int) -> str:
            body = {"model": "mock", "messages": [{"role": "user", "content": f"ticket {number}"}]}
            async with gate, session.post(f"{url}/chat/completions", json=body) as response:
                return str((await response.json())["choices"][0]["message"]["content"])

        await asyncio.gather(*(call(number) for number in range(calls)))


def ours(url: str, calls: int) -> None:
    """The same through Placet's runner: limits, budget, retries, progress, and a score for each answer."""
    from placet.model.policy import Provider
    from placet.model.register import Message
    from placet.model.run import Answer, CallError, Request
    from placet.model.suite import ScorerSpec
    from placet.providers.credentials import wires_for
    from placet.runner import Terms, Watch, run
    from placet.scorers import Output, build

    provider = Provider("mock", "openai", url, None, (), (), AT_ONCE, None, 30.0)
    scorer = build(ScorerSpec("valid", "is-json", {}))
    requests = [Request("mock", "mock", (Message("user", f"ticket {number}"),), {}) for number in range(calls)]
    scores: list[float | None] = []

    def take(index: int, outcome: Answer | CallError) -> None:
        if isinstance(outcome, CallError):
            raise SystemExit(f"call {index} failed: {outcome}")
        scores.append(scorer(Output(outcome.text), {}).value)

    run(requests, wires_for(["mock"], {"mock": provider}, {}), Terms(), Watch(take))
    if scores != [1.0] * calls:
        raise SystemExit("not every call was scored")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            asyncio.run(serve())
        case ["bare", url, calls]:
            asyncio.run(bare(url, int(calls)))
        case ["ours", url, calls]:
            ours(url, int(calls))
        case _:
            sys.exit(__doc__)
