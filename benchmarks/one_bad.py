"""The effect of one invalid request on others in its batch: 24 at once, one of them a value short.

    python -m benchmarks.one_bad [--rounds 10] [--only NAME ...]

Each server of `benchmarks.servers` that merges requests gets the same 24 at once, several times. Printed is how many of
the 23 valid ones got the right answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections import Counter
from typing import Any

import httpx

from benchmarks import contenders
from benchmarks.contenders import Server
from benchmarks.servers import started

_TOGETHER = 24
_SAME = 1e-5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="(%(default)s)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="of servers beside seqserve")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    print("| 23 good requests, one bad | right | wrong or refused | statuses of the good | of the bad |")
    print("| --- | ---: | ---: | --- | --- |")
    for server in contenders.every():
        merges = server.name == "seqserve" or (server.batch or 1) > 1
        if not merges or (options.only and server.name not in ("seqserve", *options.only)):
            continue
        if contenders.installed(server):
            with started(server, cores) as url:
                good, bad = asyncio.run(_asked(server, url, options.rounds))
            right = good.pop("right", 0)
            rows = [", ".join(f"{status}: {count}" for status, count in sorted(found.items())) for found in (good, bad)]
            print(f"| {server.name} | {right} | {options.rounds * (_TOGETHER - 1) - right} | {' | '.join(rows)} |")


async def _asked(server: Server, url: str, rounds: int) -> tuple[Counter[str], Counter[str]]:
    """Statuses of the valid requests, with the number that were `right`, and of the invalid ones."""
    good: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=_TOGETHER)) as client:
        expected = server.answer((await client.post(url, json=server.body)).json())
        for turn in range(rounds):
            place = turn % _TOGETHER
            bodies = [shortened(server.body) if index == place else server.body for index in range(_TOGETHER)]
            asked = (client.post(url, json=body) for body in bodies)
            for index, answer in enumerate(await asyncio.gather(*asked, return_exceptions=True)):
                status = str(answer.status_code) if isinstance(answer, httpx.Response) else "cut"
                (bad if index == place else good)[status] += 1
                if index != place and isinstance(answer, httpx.Response) and answer.is_success:
                    good["right"] += abs(server.answer(answer.json()) - expected) <= _SAME * abs(expected)
    return good, bad


def shortened(body: Any) -> Any:
    """The same body with a window one value shorter, its stated lengths included."""
    if isinstance(body, dict):
        return {name: shortened(value) for name, value in body.items()}
    if body == contenders.WINDOW:
        return body[:-1]
    if isinstance(body, list):
        return [shortened(value) for value in body]
    return body - 1 if body == len(contenders.WINDOW) else body


if __name__ == "__main__":
    main()
