"""The runner against a bare aiohttp loop: the same calls to the same server on loopback, which answers after 50 ms."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.timing import in_turn, table

CALLS, AT_ONCE, LATENCY = 1_000, 50, 0.05


@contextmanager
def server() -> Iterator[str]:
    """A model in a process of its own. Yields its base URL."""
    with subprocess.Popen([sys.executable, "-m", "bench.evals", "serve"], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield line.strip()
        finally:
            process.terminate()


async def serve() -> None:
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(LATENCY)
        message = {"role": "assistant", "content": '{"category": "billing"}'}
        usage = {"prompt_tokens": 100, "completion_tokens": 10}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await asyncio.sleep(1_800)


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


def main() -> None:
    with server() as url:
        for calls in (20, CALLS):
            command = [sys.executable, "-m", "bench.evals"]
            commands = {
                "bare aiohttp loop": [*command, "bare", url, str(calls)],
                "placet's runner, scored": [*command, "ours", url, str(calls)],
                "the same, head and base": [*command, "ours", url, str(2 * calls)],
            }
            print(f"{calls} calls of {LATENCY * 1000:.0f} ms, {AT_ONCE} at once")
            print(table(in_turn(commands, runs=5), "bare aiohttp loop"))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            asyncio.run(serve())
        case ["bare", url, calls]:
            asyncio.run(bare(url, int(calls)))
        case ["ours", url, calls]:
            ours(url, int(calls))
        case _:
            main()
